/**
 * The client: plain HTTP/1.1 over blocking sockets, so that it costs as little of the processor as it can, which it shares
 * with what is measured. Begin at {@link io.backstay.bench.load.Load}.
 */
@NullMarked
package io.backstay.bench.load;

import org.jspecify.annotations.NullMarked;

/** The commands of {@code deploy/bench/run}; begin at {@link io.backstay.bench.Main}. Each prints Markdown. */
@NullMarked
package io.backstay.bench;

import org.jspecify.annotations.NullMarked;

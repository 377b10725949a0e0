/** The launcher's command line: {@link io.backstay.local.Main}. */
@NullMarked
package io.backstay.local;

import org.jspecify.annotations.NullMarked;

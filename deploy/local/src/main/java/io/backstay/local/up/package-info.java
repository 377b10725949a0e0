/** {@code deploy/local/up}: {@link io.backstay.local.up.UpCommand}. */
@NullMarked
package io.backstay.local.up;

import org.jspecify.annotations.NullMarked;

/**
 * What the build checks by a program of its own. Entry: {@link io.backstay.quality.Format}. Nothing of it is shipped, and
 * no other module depends on it.
 */
@NullMarked
package io.backstay.quality;

import org.jspecify.annotations.NullMarked;

/**
 * Whether a repository is whole: {@link io.backstay.repository.check.Check}. Reads only. May import the format's packages and
 * the root.
 */
@NullMarked
package io.backstay.repository.check;

import org.jspecify.annotations.NullMarked;

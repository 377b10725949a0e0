/**
 * Patterns for paths with restic's rules: {@link io.backstay.repository.filter.PathPatterns}. May import {@code model} only.
 */
@NullMarked
package io.backstay.repository.filter;

import org.jspecify.annotations.NullMarked;

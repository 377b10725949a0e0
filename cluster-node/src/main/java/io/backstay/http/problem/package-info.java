/**
 * Failures as problem details (RFC 9457): {@link io.backstay.http.problem.Problems} makes the answer for every error, on
 * every path. May import {@code model}.
 */
@NullMarked
package io.backstay.http.problem;

import org.jspecify.annotations.NullMarked;

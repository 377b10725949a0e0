/**
 * Which snapshots are kept: {@link io.backstay.repository.forget.KeepPolicy} decides as restic's {@code forget} does, and
 * touches nothing. May import {@code model}, {@code snapshot} and the root's list of snapshots.
 */
@NullMarked
package io.backstay.repository.forget;

import org.jspecify.annotations.NullMarked;

/**
 * Locks as restic's: {@link io.backstay.repository.lock.LockFile} is one process's claim to a repository. May import
 * {@code model}, {@code json}.
 */
@NullMarked
package io.backstay.repository.lock;

import org.jspecify.annotations.NullMarked;

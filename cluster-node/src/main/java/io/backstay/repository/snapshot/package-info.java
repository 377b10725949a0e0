/**
 * Snapshots: {@link io.backstay.repository.snapshot.Snapshot}, what was backed up when, where and with which result. May import
 * {@code model}, {@code json}.
 */
@NullMarked
package io.backstay.repository.snapshot;

import org.jspecify.annotations.NullMarked;

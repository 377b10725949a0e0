/**
 * Backing up: {@link io.backstay.repository.backup.Backup}. One thread walks folders and compares with the parent snapshot;
 * some read changed files and cut them into chunks; the workers of {@code write} hash, compress, seal and pack; packs are
 * stored meanwhile. Chunks in memory, files that wait and packs are bounded, so a slow backend slows the reading.
 *
 * <p>Invariants: a snapshot is stored only when all that it names is durable; what cannot be read is reported and the rest goes
 * on. May import the format's packages, {@code files}, {@code filter}, {@code write} and the root.
 */
@NullMarked
package io.backstay.repository.backup;

import org.jspecify.annotations.NullMarked;

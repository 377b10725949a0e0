/**
 * The restic repository format and what is done with it, without actors. {@link io.backstay.repository.Repository} opens one
 * with a password; {@link io.backstay.repository.BlobReader} reads its blobs. Storage is reached through
 * {@link io.backstay.objects.Backend} only. The parts of the format have packages of their own: {@code crypto}, {@code key},
 * {@code config}, {@code compression}, {@code chunker}, {@code pack}, {@code index}, {@code tree}, {@code snapshot},
 * {@code lock}.
 *
 * <p>Invariants: what was read is compared with its hash before it is used; what is damaged is reported with its name, as
 * {@code REPOSITORY_DAMAGED}; packs are written before the index that lists them, and that before a snapshot. May import
 * {@code model}, {@code objects} and its own sub-packages of the format.
 */
@NullMarked
package io.backstay.repository;

import org.jspecify.annotations.NullMarked;

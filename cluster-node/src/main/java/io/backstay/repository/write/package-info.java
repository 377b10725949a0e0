/**
 * Putting blobs into a repository: {@link io.backstay.repository.write.BlobSaver} hashes, leaves out what is there,
 * compresses, seals, packs and stores, on all cores and with bounded memory. Used by backup and prune. Invariants: a pack is
 * stored before an index lists it; after a failure nothing more is stored. May import the format's packages and the root.
 */
@NullMarked
package io.backstay.repository.write;

import org.jspecify.annotations.NullMarked;

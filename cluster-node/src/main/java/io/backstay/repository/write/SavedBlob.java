package io.backstay.repository.write;

import io.backstay.model.Sha256;

/**
 * What became of a blob.
 *
 * @param added whether it was not in the repository before
 * @param storedBytes what it adds to a pack, its entry in the header included; 0 where it was there
 */
public record SavedBlob(Sha256 id, boolean added, int storedBytes) {}

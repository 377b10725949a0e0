package io.backstay.repository.index;

import io.backstay.model.Sha256;
import io.backstay.repository.pack.PackedBlob;

/** A blob and the pack that holds it. */
public record BlobPlace(Sha256 pack, PackedBlob blob) {}

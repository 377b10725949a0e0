package io.backstay.repository.pack;

import io.backstay.model.Sha256;

/**
 * A blob's place in a pack.
 *
 * @param id SHA-256 of the plain content
 * @param offset where it begins in the pack
 * @param length of the sealed bytes
 * @param uncompressedLength of the plain content; 0 where it is not compressed
 */
public record PackedBlob(BlobType type, Sha256 id, long offset, long length, long uncompressedLength) {
    /** The largest of the three numbers: they are stored as unsigned 32 bits. */
    public static final long MAXIMUM = 0xffff_ffffL;

    /** Checks that the numbers can be stored. */
    public PackedBlob {
        if (offset < 0
                || offset > MAXIMUM
                || length < 0
                || length > MAXIMUM
                || uncompressedLength < 0
                || uncompressedLength > MAXIMUM) {
            throw new IllegalArgumentException("a blob's offset and lengths have 32 bits");
        }
    }

    /** Whether it is compressed. */
    public boolean isCompressed() {
        return uncompressedLength != 0;
    }
}

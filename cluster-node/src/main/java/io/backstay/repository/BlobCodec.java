package io.backstay.repository;

import io.backstay.model.Sha256;
import io.backstay.repository.compression.BrokenCompressionException;
import io.backstay.repository.compression.Compressor;
import io.backstay.repository.compression.Decompressor;
import io.backstay.repository.compression.Level;
import io.backstay.repository.crypto.BrokenSealException;
import io.backstay.repository.crypto.ContentHash;
import io.backstay.repository.crypto.Sealer;
import io.backstay.repository.crypto.SealingKey;
import io.backstay.repository.pack.BlobType;
import io.backstay.repository.pack.PackedBlob;
import java.util.Arrays;

/**
 * Turns plain bytes into what is stored and back: compression, encryption, hash. Not safe for use by several threads; close
 * it.
 */
public final class BlobCodec implements AutoCloseable {
    /** The largest data blob that is read. restic's have at most 8 MiB, other programs' at most as much as a pack. */
    public static final int MAXIMUM_DATA_BYTES = 128 << 20;

    /** The largest tree that is read: some million entries. */
    public static final int MAXIMUM_TREE_BYTES = 1 << 30;

    /** The first byte of a compressed file that is no pack. */
    private static final byte COMPRESSED = 2;

    private static final int MAXIMUM_FILE_BYTES = 128 << 20;

    private final boolean compresses;
    private final Level level;
    private final Sealer sealer;
    private final Compressor compressor;
    private final Decompressor decompressor = new Decompressor();
    private final ContentHash hash = new ContentHash();
    private byte[] scratch = new byte[0];

    BlobCodec(SealingKey key, boolean compresses, Level level) {
        this.compresses = compresses;
        this.level = level;
        this.sealer = key.sealer();
        this.compressor = new Compressor(level);
    }

    /** The hash of plain bytes, a blob's id. */
    public Sha256 hash(byte[] bytes, int from, int length) {
        return hash.of(bytes, from, length);
    }

    /** What seals. */
    public Sealer sealer() {
        return sealer;
    }

    /**
     * A sealed blob, compressed where the repository does that.
     *
     * @param bytes holds the sealed bytes from 0 on; the codec's own, valid until its next use
     * @param uncompressedLength as a pack's header has it
     */
    public record SealedBlob(byte[] bytes, int length, int uncompressedLength) {}

    /** Compresses and seals a blob. */
    public SealedBlob seal(BlobType type, byte[] plain, int from, int length) {
        boolean compressed = compresses && length > 0 && (type == BlobType.TREE || level != Level.OFF);
        if (!compressed) {
            room(length + Sealer.OVERHEAD_BYTES);
            return new SealedBlob(scratch, sealer.seal(plain, from, length, scratch, 0), 0);
        }
        room(Compressor.boundBytes(length) + Sealer.OVERHEAD_BYTES);
        int iv = Sealer.OVERHEAD_BYTES / 2;
        int packed = compressor.compress(plain, from, length, scratch, iv);
        return new SealedBlob(scratch, sealer.seal(scratch, iv, packed, scratch, 0), length);
    }

    /**
     * Opens a blob and compares it with its id.
     *
     * @param sealed changed by this call
     */
    public byte[] open(PackedBlob blob, byte[] sealed, int from) {
        int limit = blob.type() == BlobType.DATA ? MAXIMUM_DATA_BYTES : MAXIMUM_TREE_BYTES;
        if (blob.length() > limit || blob.uncompressedLength() > limit) {
            throw Damage.of(name(blob), "it would have more than %d bytes".formatted(limit));
        }
        byte[] plain;
        try {
            int length = sealer.open(sealed, from, (int) blob.length(), sealed, from + Sealer.OVERHEAD_BYTES / 2);
            int at = from + Sealer.OVERHEAD_BYTES / 2;
            if (blob.isCompressed()) {
                decompressor.check(sealed, at, length, (int) blob.uncompressedLength());
                plain = new byte[(int) blob.uncompressedLength()];
                decompressor.decompress(sealed, at, length, plain, 0, plain.length);
            } else {
                plain = Arrays.copyOfRange(sealed, at, at + length);
            }
        } catch (BrokenSealException | BrokenCompressionException e) {
            throw Damage.of(name(blob), e);
        }
        if (!hash.of(plain).equals(blob.id())) {
            throw Damage.of(name(blob), "its content does not hash to its id");
        }
        return plain;
    }

    /** Compresses and seals the JSON of an index, a lock or a snapshot. */
    public byte[] sealFile(byte[] json) {
        if (!compresses) {
            return sealer.seal(json);
        }
        byte[] packed = new byte[1 + Compressor.boundBytes(json.length)];
        packed[0] = COMPRESSED;
        int length = 1 + compressor.compress(json, 0, json.length, packed, 1);
        return sealer.seal(Arrays.copyOf(packed, length));
    }

    /** The JSON of an index, a lock or a snapshot. */
    public byte[] openFile(byte[] sealed) throws BrokenSealException, BrokenCompressionException {
        byte[] plain = sealer.open(sealed);
        if (!compresses || plain.length == 0 || plain[0] == '{' || plain[0] == '[') {
            return plain;
        }
        if (plain[0] != COMPRESSED) {
            throw new BrokenCompressionException("its form has the unknown number %d".formatted(plain[0]));
        }
        return decompressor.decompress(plain, 1, plain.length - 1, MAXIMUM_FILE_BYTES);
    }

    private static String name(PackedBlob blob) {
        return "%s blob %s".formatted(blob.type().text(), blob.id());
    }

    private void room(int bytes) {
        if (scratch.length < bytes) {
            scratch = new byte[bytes];
        }
    }

    @Override
    public void close() {
        compressor.close();
        decompressor.close();
    }
}

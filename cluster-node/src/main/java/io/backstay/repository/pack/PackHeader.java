package io.backstay.repository.pack;

import io.backstay.model.Sha256;
import io.backstay.repository.crypto.BrokenSealException;
import io.backstay.repository.crypto.Sealer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The list at a pack's end: one entry a blob (type, sealed length, plain length where compressed, id), sealed as a whole, and
 * behind it its sealed length in four bytes.
 */
public final class PackHeader {
    /** Bytes of the length behind the header. */
    public static final int LENGTH_BYTES = 4;

    /** The largest sealed header. */
    public static final int MAXIMUM_BYTES = 16 * 1024 * 1024;

    /** Bytes of an entry of a compressed blob; others have four fewer. */
    public static final int ENTRY_BYTES = 1 + 4 + 4 + Sha256.BYTES;

    /** The smallest pack: one plain entry. */
    public static final int MINIMUM_PACK_BYTES = ENTRY_BYTES - 4 + Sealer.OVERHEAD_BYTES + LENGTH_BYTES;

    private static final int COMPRESSED = 2;

    private PackHeader() {}

    /** How many bytes the blobs' header adds to a pack. */
    public static long lengthOf(List<PackedBlob> blobs) {
        long length = Sealer.OVERHEAD_BYTES + LENGTH_BYTES;
        for (PackedBlob blob : blobs) {
            length += blob.isCompressed() ? ENTRY_BYTES : ENTRY_BYTES - 4;
        }
        return length;
    }

    /**
     * How long the sealed header is, from a pack's last four bytes.
     *
     * @param packBytes length of the whole pack
     */
    public static int sealedLength(byte[] lastFour, long packBytes) throws BrokenPackException {
        long length = Integer.toUnsignedLong(
                ByteBuffer.wrap(lastFour).order(ByteOrder.LITTLE_ENDIAN).getInt());
        if (length < Sealer.OVERHEAD_BYTES || length > MAXIMUM_BYTES || length > packBytes - LENGTH_BYTES) {
            throw new BrokenPackException(
                    "its header would have %d bytes of %d in the pack".formatted(length, packBytes));
        }
        return (int) length;
    }

    /**
     * Opens a header and lists the blobs; they fill the pack exactly.
     *
     * @param packBytes length of the whole pack
     */
    public static List<PackedBlob> open(byte[] sealedHeader, long packBytes, Sealer sealer) throws BrokenPackException {
        byte[] plain;
        try {
            plain = sealer.open(sealedHeader);
        } catch (BrokenSealException e) {
            throw new BrokenPackException("its header cannot be opened: " + e.getMessage(), e);
        }
        List<PackedBlob> blobs = parse(plain);
        long end = 0;
        for (PackedBlob blob : blobs) {
            end = blob.offset() + blob.length();
        }
        if (end != packBytes - sealedHeader.length - LENGTH_BYTES) {
            throw new BrokenPackException("its blobs end at %d, its header begins at %d"
                    .formatted(end, packBytes - sealedHeader.length - LENGTH_BYTES));
        }
        return blobs;
    }

    /** The plain entries. */
    static byte[] plain(List<PackedBlob> blobs) {
        ByteBuffer buffer = ByteBuffer.allocate(blobs.size() * ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (PackedBlob blob : blobs) {
            buffer.put((byte) (blob.type().number() + (blob.isCompressed() ? COMPRESSED : 0)));
            buffer.putInt((int) blob.length());
            if (blob.isCompressed()) {
                buffer.putInt((int) blob.uncompressedLength());
            }
            buffer.put(blob.id().bytes());
        }
        byte[] bytes = new byte[buffer.position()];
        buffer.flip().get(bytes);
        return bytes;
    }

    /** Reads plain entries. */
    static List<PackedBlob> parse(byte[] plain) throws BrokenPackException {
        ByteBuffer buffer = ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN);
        List<PackedBlob> blobs = new ArrayList<>(plain.length / (ENTRY_BYTES - 4));
        byte[] id = new byte[Sha256.BYTES];
        long offset = 0;
        while (buffer.hasRemaining()) {
            int number = buffer.get();
            if (number < 0 || number > COMPRESSED + 1) {
                throw new BrokenPackException("its header has a blob of type %d".formatted(number));
            }
            boolean compressed = number >= COMPRESSED;
            if (buffer.remaining() < (compressed ? ENTRY_BYTES : ENTRY_BYTES - 4) - 1) {
                throw new BrokenPackException("its header ends within an entry");
            }
            long length = Integer.toUnsignedLong(buffer.getInt());
            long uncompressed = compressed ? Integer.toUnsignedLong(buffer.getInt()) : 0;
            buffer.get(id);
            if (offset + length > PackedBlob.MAXIMUM) {
                throw new BrokenPackException("its blobs have more than 4 GiB");
            }
            BlobType type = (number & 1) == 0 ? BlobType.DATA : BlobType.TREE;
            blobs.add(new PackedBlob(type, Sha256.of(id, 0), offset, length, uncompressed));
            offset += length;
        }
        return blobs;
    }
}

package io.backstay.repository.pack;

import io.backstay.model.Sha256;
import io.backstay.repository.crypto.ContentHash;
import io.backstay.repository.crypto.Sealer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Puts sealed blobs together to a pack, in memory. Not safe for use by several threads; may be used again. */
public final class PackBuilder {
    /** As many blobs as any header may list. */
    private static final int MAXIMUM_BLOBS =
            (PackHeader.MAXIMUM_BYTES - Sealer.OVERHEAD_BYTES) / PackHeader.ENTRY_BYTES;

    private final ContentHash hash = new ContentHash();
    private final List<PackedBlob> blobs = new ArrayList<>();
    private byte[] buffer;
    private int length;

    /** An empty one with room for so many bytes, more where they are needed. */
    public PackBuilder(int expectedBytes) {
        buffer = new byte[expectedBytes];
    }

    /** Bytes of the blobs so far. */
    public int lengthBytes() {
        return length;
    }

    /** Whether nothing was added. */
    public boolean isEmpty() {
        return blobs.isEmpty();
    }

    /** Whether no header could list one more. */
    public boolean isFull() {
        return blobs.size() >= MAXIMUM_BLOBS;
    }

    /**
     * Adds a blob.
     *
     * @param uncompressedLength of the plain content; 0 where it is not compressed
     */
    public void add(BlobType type, Sha256 id, byte[] sealed, int from, int sealedLength, int uncompressedLength) {
        ensure(sealedLength);
        System.arraycopy(sealed, from, buffer, length, sealedLength);
        blobs.add(new PackedBlob(type, id, length, sealedLength, uncompressedLength));
        length += sealedLength;
    }

    /**
     * Adds the header, reads it again, and gives the pack out. The pack's content is this builder's buffer: it is valid until
     * {@link #clear}.
     *
     * @throws IllegalStateException where the header reads otherwise than it was written: memory or processor fails
     */
    public FinishedPack finish(Sealer sealer) {
        byte[] header = sealer.seal(PackHeader.plain(blobs));
        ensure(header.length + PackHeader.LENGTH_BYTES);
        System.arraycopy(header, 0, buffer, length, header.length);
        int total = length + header.length + PackHeader.LENGTH_BYTES;
        ByteBuffer.wrap(buffer).order(ByteOrder.LITTLE_ENDIAN).putInt(total - PackHeader.LENGTH_BYTES, header.length);
        verify(header, total, sealer);
        return new FinishedPack(hash.of(buffer, 0, total), ByteBuffer.wrap(buffer, 0, total), List.copyOf(blobs));
    }

    /** Begins the next pack. */
    public void clear() {
        blobs.clear();
        length = 0;
    }

    private void verify(byte[] header, int total, Sealer sealer) {
        try {
            if (!PackHeader.open(header, total, sealer).equals(blobs)) {
                throw new IllegalStateException("a pack's header reads otherwise than it was written");
            }
        } catch (BrokenPackException e) {
            throw new IllegalStateException("a pack's header cannot be read back", e);
        }
    }

    private void ensure(int more) {
        if (buffer.length - length < more) {
            buffer = Arrays.copyOf(buffer, Math.max(length + more, buffer.length + buffer.length / 2));
        }
    }

    /**
     * A pack to be stored.
     *
     * @param id SHA-256 of the content, its name
     */
    public record FinishedPack(Sha256 id, ByteBuffer content, List<PackedBlob> blobs) {}
}

package io.backstay.storage.protocol;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.Sha256;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Names and sizes of many objects in one array, 40 bytes each, in no particular order. Immutable. */
public final class PackedListing {
    /** Bytes of one entry: a SHA-256 and the size as a big-endian long. */
    public static final int ENTRY_BYTES = Sha256.BYTES + Long.BYTES;

    private final byte[] packed;

    private PackedListing(byte[] packed) {
        this.packed = packed;
    }

    /** Collects entries. Confined to one thread. */
    public static final class Builder {
        private final ByteBuffer buffer;

        private Builder(int count) {
            buffer = ByteBuffer.allocate(Math.multiplyExact(count, ENTRY_BYTES));
        }

        /** Adds an entry; no more than were announced. */
        public Builder add(Sha256 name, long sizeBytes) {
            buffer.putLong(name.a()).putLong(name.b()).putLong(name.c()).putLong(name.d());
            buffer.putLong(sizeBytes);
            return this;
        }

        /** The listing of what was added. */
        public PackedListing build() {
            return new PackedListing(Arrays.copyOf(buffer.array(), buffer.position()));
        }
    }

    /** A builder for up to so many entries. */
    public static Builder builder(int count) {
        return new Builder(count);
    }

    /**
     * A listing out of its bytes.
     *
     * @throws BackstayException with {@link ErrorCode#INTERNAL} where they are no whole number of entries
     */
    public static PackedListing of(byte[] packed) {
        if (packed.length % ENTRY_BYTES != 0) {
            throw new BackstayException(ErrorCode.INTERNAL, "a listing of " + packed.length + " bytes is cut short");
        }
        return new PackedListing(packed.clone());
    }

    /** How many entries there are. */
    public int size() {
        return packed.length / ENTRY_BYTES;
    }

    /** The name of the entry at an index. */
    public Sha256 name(int index) {
        return Sha256.of(packed, index * ENTRY_BYTES);
    }

    /** The size in bytes of the object at an index. */
    public long sizeBytes(int index) {
        return ByteBuffer.wrap(packed).getLong(index * ENTRY_BYTES + Sha256.BYTES);
    }

    /** The bytes of up to {@code count} entries, beginning at an index. */
    public byte[] page(int from, int count) {
        int end = Math.min(size(), from + count);
        return Arrays.copyOfRange(packed, from * ENTRY_BYTES, end * ENTRY_BYTES);
    }
}

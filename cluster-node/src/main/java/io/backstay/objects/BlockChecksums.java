package io.backstay.objects;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** CRC32C (Castagnoli, RFC 3720) of each block of {@link ObjectStore#BLOCK_BYTES}; the last block may be shorter. */
public final class BlockChecksums {
    private final int[] checksums;

    /** The checksums in the order of blocks; the array must not be changed any more. */
    public BlockChecksums(int[] checksums) {
        this.checksums = checksums;
    }

    /** How many blocks an object of this size has. */
    public static int count(long sizeBytes) {
        return Math.toIntExact((sizeBytes + ObjectStore.BLOCK_BYTES - 1) / ObjectStore.BLOCK_BYTES);
    }

    /** How many blocks there are. */
    public int count() {
        return checksums.length;
    }

    /** The checksum of a block. */
    public int block(int index) {
        return checksums[index];
    }

    /** Whether the bytes are this block's. */
    public boolean matches(int index, byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue() == checksums[index];
    }

    /** Whether the other has the same checksums. */
    public boolean sameAs(BlockChecksums other) {
        return Arrays.equals(checksums, other.checksums);
    }

    /** Computes checksums of content that comes in pieces of any length. One thread at a time. */
    public static final class Builder {
        private final CRC32C crc = new CRC32C();
        private int[] checksums = new int[16];
        private int blocks;
        private int inBlock;

        /** Takes the buffer's remaining bytes, which stay unread. */
        public void update(ByteBuffer bytes) {
            ByteBuffer rest = bytes.duplicate();
            int limit = rest.limit();
            while (rest.position() < limit) {
                int part = Math.min(limit - rest.position(), ObjectStore.BLOCK_BYTES - inBlock);
                rest.limit(rest.position() + part);
                crc.update(rest);
                inBlock += part;
                if (inBlock == ObjectStore.BLOCK_BYTES) {
                    endBlock();
                }
            }
        }

        /** The checksums of all that came. */
        public BlockChecksums build() {
            if (inBlock > 0) {
                endBlock();
            }
            return new BlockChecksums(Arrays.copyOf(checksums, blocks));
        }

        private void endBlock() {
            if (blocks == checksums.length) {
                checksums = Arrays.copyOf(checksums, 2 * blocks);
            }
            checksums[blocks++] = (int) crc.getValue();
            crc.reset();
            inBlock = 0;
        }
    }
}

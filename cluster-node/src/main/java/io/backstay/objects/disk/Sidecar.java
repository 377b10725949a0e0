package io.backstay.objects.disk;

import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.objects.BlockChecksums;
import io.backstay.objects.ObjectStore;
import io.backstay.objects.StoredObject;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What is known of a file beside the file itself. Binary, big-endian, version 1:
 *
 * <pre>
 *  0  4  magic "BkSc"            48  32  SHA-256 of the content
 *  4  2  version                 80   8  revision
 *  6  1  type, 0 config to 5 data  88   8  time, milliseconds since 1970
 *  7  1  0                       96   4  bytes in a block (65536)
 *  8 32  name, zeros for config 100   4  number of blocks
 * 40  8  size                   104  4n  CRC32C of each block, then CRC32C of all before
 * </pre>
 */
record Sidecar(StoredObject object, BlockChecksums blocks) {
    private static final int MAGIC = 0x426b5363;
    private static final short VERSION = 1;
    private static final int HEADER_BYTES = 104;
    private static final int CHECKSUM_BYTES = 4;

    /** The exact length of the sidecar of an object of this size. */
    static int lengthFor(long sizeBytes) {
        return HEADER_BYTES + Integer.BYTES * BlockChecksums.count(sizeBytes) + CHECKSUM_BYTES;
    }

    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(lengthFor(object.sizeBytes()));
        out.putInt(MAGIC).putShort(VERSION);
        out.put(code(object.key().type())).put((byte) 0);
        out.put(object.key().name().bytes());
        out.putLong(object.sizeBytes());
        out.put(object.sha256().bytes());
        out.putLong(object.revision()).putLong(object.storedAt().toEpochMilli());
        out.putInt(ObjectStore.BLOCK_BYTES).putInt(blocks.count());
        for (int i = 0; i < blocks.count(); i++) {
            out.putInt(blocks.block(i));
        }
        out.putInt(checksum(out.array(), out.position()));
        return out.array();
    }

    /** Decodes a sidecar; none where it is torn, damaged, of another version, or not of this object and size. */
    static Optional<Sidecar> decode(byte[] bytes, ObjectKey key, long sizeBytes) {
        int length = lengthFor(sizeBytes);
        if (bytes.length != length) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.getInt(length - CHECKSUM_BYTES) != checksum(bytes, length - CHECKSUM_BYTES)
                || in.getInt() != MAGIC
                || in.getShort() != VERSION) {
            return Optional.empty();
        }
        byte type = in.get();
        in.get();
        Sha256 name = digest(in, bytes);
        boolean mine = type == code(key.type()) && name.equals(key.name()) && in.getLong() == sizeBytes;
        if (!mine) {
            return Optional.empty();
        }
        Sha256 sha256 = digest(in, bytes);
        long revision = in.getLong();
        Instant storedAt = Instant.ofEpochMilli(in.getLong());
        if (in.getInt() != ObjectStore.BLOCK_BYTES || in.getInt() != BlockChecksums.count(sizeBytes)) {
            return Optional.empty();
        }
        if (!key.contentHash().map(sha256::equals).orElse(true) || revision < 0) {
            return Optional.empty();
        }
        int[] blocks = new int[BlockChecksums.count(sizeBytes)];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = in.getInt();
        }
        return Optional.of(
                new Sidecar(new StoredObject(key, sizeBytes, sha256, revision, storedAt), new BlockChecksums(blocks)));
    }

    private static byte code(ObjectType type) {
        return switch (type) {
            case CONFIG -> 0;
            case KEYS -> 1;
            case LOCKS -> 2;
            case SNAPSHOTS -> 3;
            case INDEX -> 4;
            case DATA -> 5;
        };
    }

    private static Sha256 digest(ByteBuffer in, byte[] bytes) {
        Sha256 digest = Sha256.of(bytes, in.position());
        in.position(in.position() + Sha256.BYTES);
        return digest;
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}

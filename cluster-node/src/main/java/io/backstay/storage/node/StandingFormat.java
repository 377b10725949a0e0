package io.backstay.storage.node;

import io.backstay.storage.protocol.NodeRules.Standing;
import io.backstay.storage.protocol.NodeRules.Told;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The standing as the note beside a repository's objects: magic "BkSt", version 2 (2 bytes), epoch, stamp (8 bytes each), what
 * was told: epoch, number (8 bytes each), quorum (2 bytes); CRC32C of all before; big-endian.
 */
final class StandingFormat {
    private static final int MAGIC = 0x426b5374;
    private static final short VERSION = 2;
    private static final int CHECKED_BYTES = 40;
    private static final int BYTES = CHECKED_BYTES + Integer.BYTES;

    private StandingFormat() {}

    static byte[] encode(Standing standing) {
        byte[] bytes = new byte[BYTES];
        ByteBuffer out = ByteBuffer.wrap(bytes);
        out.putInt(MAGIC).putShort(VERSION);
        out.putLong(standing.epoch()).putLong(standing.stamp());
        Told told = standing.told();
        out.putLong(told.epoch()).putLong(told.number()).putShort((short) told.quorum());
        out.putInt(checksum(bytes));
        return bytes;
    }

    /** Decodes a note; none where it is torn, damaged or of another version. */
    static Optional<Standing> decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length != BYTES
                || in.getInt(CHECKED_BYTES) != checksum(bytes)
                || in.getInt() != MAGIC
                || in.getShort() != VERSION) {
            return Optional.empty();
        }
        Standing standing = new Standing(
                in.getLong(), in.getLong(), new Told(in.getLong(), in.getLong(), Short.toUnsignedInt(in.getShort())));
        return standing.epoch() < 0 || standing.stamp() < 0 ? Optional.empty() : Optional.of(standing);
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, CHECKED_BYTES);
        return (int) crc.getValue();
    }
}

package io.backstay.storage.node;

import io.backstay.storage.protocol.NodeRules.Standing;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The standing as the note beside a repository's objects: magic "BkSt", version 1 (2 bytes), quorum (2 bytes), epoch, stamp (8
 * bytes each), CRC32C of all before; big-endian.
 */
final class StandingFormat {
    private static final int MAGIC = 0x426b5374;
    private static final short VERSION = 1;
    private static final int BYTES = 28;
    private static final int CHECKED_BYTES = 24;

    private StandingFormat() {}

    static byte[] encode(Standing standing) {
        byte[] bytes = new byte[BYTES];
        ByteBuffer out = ByteBuffer.wrap(bytes);
        out.putInt(MAGIC).putShort(VERSION).putShort((short) standing.quorum());
        out.putLong(standing.epoch()).putLong(standing.stamp());
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
        int quorum = Short.toUnsignedInt(in.getShort());
        Standing standing = new Standing(in.getLong(), in.getLong(), quorum);
        return standing.epoch() < 0 || standing.stamp() < 0 ? Optional.empty() : Optional.of(standing);
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, CHECKED_BYTES);
        return (int) crc.getValue();
    }
}

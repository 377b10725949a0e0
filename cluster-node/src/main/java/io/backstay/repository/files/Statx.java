package io.backstay.repository.files;

import io.backstay.repository.tree.NodeType;
import java.nio.ByteBuffer;
import java.time.Instant;

/** The structure that {@code statx} fills, alike on all machines with 64 bits. */
final class Statx {
    private static final int LINKS = 16;
    private static final int UID = 20;
    private static final int GID = 24;
    private static final int MODE = 28;
    private static final int INODE = 32;
    private static final int SIZE = 40;
    private static final int BLOCKS = 48;
    private static final int ACCESSED = 64;
    private static final int CHANGED = 96;
    private static final int MODIFIED = 112;
    private static final int DEVICE = 128;
    private static final int DEVICE_ID = 136;

    private static final int BLOCK_BYTES = 512;
    private static final int TYPE_MASK = 0170000;
    private static final int PERMISSION_MASK = 07777;

    private Statx() {}

    static FileStatus read(ByteBuffer from) {
        int mode = Short.toUnsignedInt(from.getShort(MODE));
        return new FileStatus(
                type(mode),
                mode & PERMISSION_MASK,
                from.getInt(UID),
                from.getInt(GID),
                from.getLong(INODE),
                device(from, DEVICE_ID),
                from.getLong(SIZE),
                from.getLong(BLOCKS) * BLOCK_BYTES,
                Integer.toUnsignedLong(from.getInt(LINKS)),
                device(from, DEVICE),
                time(from, MODIFIED),
                time(from, ACCESSED),
                time(from, CHANGED));
    }

    static int typeBits(NodeType type) {
        return switch (type) {
            case FIFO -> 0010000;
            case CHARDEV -> 0020000;
            case DIR -> 0040000;
            case DEV -> 0060000;
            case FILE -> 0100000;
            case SYMLINK -> 0120000;
            case SOCKET -> 0140000;
            case IRREGULAR -> throw new IllegalArgumentException("no file is irregular here");
        };
    }

    private static NodeType type(int mode) {
        for (NodeType type : NodeType.values()) {
            if (type != NodeType.IRREGULAR && typeBits(type) == (mode & TYPE_MASK)) {
                return type;
            }
        }
        return NodeType.IRREGULAR;
    }

    private static Instant time(ByteBuffer from, int at) {
        return Instant.ofEpochSecond(from.getLong(at), from.getInt(at + 8));
    }

    /** Major and minor number as the C library's {@code makedev} puts them together. */
    private static long device(ByteBuffer from, int at) {
        long major = Integer.toUnsignedLong(from.getInt(at));
        long minor = Integer.toUnsignedLong(from.getInt(at + 4));
        return (major & 0xffff_f000L) << 32 | (major & 0xfff) << 8 | (minor & 0xffff_ff00L) << 12 | minor & 0xff;
    }
}

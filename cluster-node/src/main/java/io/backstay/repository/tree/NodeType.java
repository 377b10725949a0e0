package io.backstay.repository.tree;

import java.util.Locale;
import java.util.Optional;

/** What an entry of a folder is. */
public enum NodeType {
    FILE(0),
    DIR(1L << 31),
    SYMLINK(1L << 27),
    /** A block device. */
    DEV(1L << 26),
    /** A character device. */
    CHARDEV(1L << 26 | 1L << 21),
    FIFO(1L << 25),
    SOCKET(1L << 24),
    /** Something that only other systems have. */
    IRREGULAR(1L << 19);

    private final String text = name().toLowerCase(Locale.ROOT);
    private final long modeBits;

    NodeType(long modeBits) {
        this.modeBits = modeBits;
    }

    /** The name in trees. */
    public String text() {
        return text;
    }

    /** The bits of Go's {@code os.FileMode} that stand for the type. */
    public long modeBits() {
        return modeBits;
    }

    /** The type of that name. */
    public static Optional<NodeType> ofText(String text) {
        for (NodeType type : values()) {
            if (type.text.equals(text)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}

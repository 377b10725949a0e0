package io.backstay.repository.pack;

import java.util.Locale;
import java.util.Optional;

/** What a blob holds. A pack of version 2 holds blobs of one type. */
public enum BlobType {
    /** A part of a file. */
    DATA(0),
    /** A folder. */
    TREE(1);

    private final String text = name().toLowerCase(Locale.ROOT);
    private final int number;

    BlobType(int number) {
        this.number = number;
    }

    /** What stands for the type in a pack's header, where the blob is not compressed. */
    int number() {
        return number;
    }

    /** The name in indexes. */
    public String text() {
        return text;
    }

    /** The type of that name. */
    public static Optional<BlobType> ofText(String text) {
        for (BlobType type : values()) {
            if (type.text.equals(text)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}

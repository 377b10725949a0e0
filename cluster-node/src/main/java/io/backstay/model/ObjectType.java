package io.backstay.model;

import java.util.Locale;
import java.util.Optional;

/** The six kinds of files in a restic repository (restic {@code doc/design.rst}, "Repository Layout"). */
public enum ObjectType {
    CONFIG,
    KEYS,
    LOCKS,
    SNAPSHOTS,
    INDEX,
    DATA;

    private final String path = name().toLowerCase(Locale.ROOT);

    /** The name in addresses and folders, as {@code data}. */
    public String path() {
        return path;
    }

    /** The type of that name, none where restic knows no such type. */
    public static Optional<ObjectType> ofPath(String path) {
        for (ObjectType type : values()) {
            if (type.path.equals(path)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}

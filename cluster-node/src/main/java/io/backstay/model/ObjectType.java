package io.backstay.model;

import java.util.Locale;
import java.util.Optional;

/** The six kinds of files in a restic repository (restic {@code doc/design.rst}, "Repository Layout"). */
public enum ObjectType {
    CONFIG(0),
    KEYS(1),
    LOCKS(2),
    SNAPSHOTS(3),
    INDEX(4),
    DATA(5);

    private final String path = name().toLowerCase(Locale.ROOT);
    private final int number;

    ObjectType(int number) {
        this.number = number;
    }

    /** What stands for the type in stored formats and in placement; it never changes. */
    public int number() {
        return number;
    }

    /** The type of that number, none where there is no such type. */
    public static Optional<ObjectType> ofNumber(int number) {
        for (ObjectType type : values()) {
            if (type.number == number) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

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

package io.backstay.repository.files;

import io.backstay.repository.json.ByteString;
import java.nio.file.Path;

/** Paths as bytes. */
public final class Paths {
    /** What stands between names. */
    public static final ByteString SEPARATOR = ByteString.utf8("/");

    private Paths() {}

    /** A path that Java can name, made absolute. */
    public static ByteString of(Path path) {
        return ByteString.utf8(path.toAbsolutePath().normalize().toString());
    }

    /** The path of a name in a folder. */
    public static ByteString join(ByteString folder, ByteString name) {
        boolean root = folder.length() > 0 && folder.at(folder.length() - 1) == '/';
        return root ? folder.plus(name) : folder.plus(SEPARATOR).plus(name);
    }

    /** Whether a name is one name within a folder: not empty, not a dot or two, without a separator or a byte 0. */
    public static boolean isName(ByteString name) {
        boolean dots = name.length() <= 2
                && (name.length() < 1 || name.at(0) == '.')
                && (name.length() < 2 || name.at(1) == '.');
        return !dots && name.indexOf((byte) '/', 0) < 0 && name.indexOf((byte) 0, 0) < 0;
    }
}

package io.backstay.repository.files;

import io.backstay.repository.json.ByteString;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** A C library's error number as Java's file API would report it. */
final class PosixFailure {
    private PosixFailure() {}

    /**
     * The exception to throw.
     *
     * @throws UnsupportedOperationException where the file system has no such thing
     */
    static IOException of(ByteString path, int error) {
        String file = path.toString();
        String reason = LinuxLibrary.strerror(error);
        return switch (error) {
            case LinuxLibrary.ENOENT -> new NoSuchFileException(file, null, reason);
            case LinuxLibrary.EPERM, LinuxLibrary.EACCES -> new AccessDeniedException(file, null, reason);
            case LinuxLibrary.EEXIST -> new FileAlreadyExistsException(file, null, reason);
            case LinuxLibrary.ENOTEMPTY -> new DirectoryNotEmptyException(file);
            case LinuxLibrary.EOPNOTSUPP -> throw new UnsupportedOperationException(file + ": " + reason);
            default -> new FileSystemException(file, null, reason);
        };
    }
}

package io.backstay.objects.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** What the disk store asks of the file system; tests put a failing disk in its place. Safe for use by many threads. */
public interface FileOperations {
    /** The file system itself. */
    FileOperations SYSTEM = new FileOperations() {};

    /** Makes a new file and opens it for writing. */
    default FileChannel create(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** Opens a file for reading. */
    default FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ);
    }

    /** Writes all remaining bytes at the channel's position. */
    default void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Reads at a position; as {@link FileChannel#read(ByteBuffer, long)}. */
    default int read(FileChannel channel, ByteBuffer into, long position) throws IOException {
        return channel.read(into, position);
    }

    /** Makes a file durable. */
    default void force(FileChannel channel) throws IOException {
        channel.force(true);
    }

    /** Makes a folder's entries durable. */
    default void forceFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Renames, in one step, over what was there. */
    default void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Makes one folder; fails where it is there. */
    default void createFolder(Path folder) throws IOException {
        Files.createDirectory(folder);
    }

    /** Deletes a file where it is there. */
    default boolean delete(Path file) throws IOException {
        return Files.deleteIfExists(file);
    }

    /** Whether the system would let this process write into the folder: neither read-only nor forbidden. */
    default boolean isWritable(Path folder) {
        return Files.isWritable(folder);
    }

    /** Bytes that this process may still write. */
    default long usableBytes(Path folder) throws IOException {
        // Not by Files.getFileStore, which reads the table of mounts each time.
        return folder.toFile().getUsableSpace();
    }

    /** Bytes of the whole file system. */
    default long totalBytes(Path folder) throws IOException {
        return folder.toFile().getTotalSpace();
    }
}

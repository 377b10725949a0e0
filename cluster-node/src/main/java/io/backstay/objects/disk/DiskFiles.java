package io.backstay.objects.disk;

import io.backstay.objects.MediumFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What the stores of one root share: durable small files, folders that are made once, a full disk told from a failing one. */
final class DiskFiles {
    /** With less than this left a failed write is put down to a full disk; the JDK does not tell the error's number. */
    private static final long FULL_BELOW_BYTES = 64 * 1024;

    private final FileOperations operations;
    private final Path root;
    private final Set<Path> knownFolders = ConcurrentHashMap.newKeySet();
    private final AtomicLong counter = new AtomicLong();

    DiskFiles(FileOperations operations, Path root) {
        this.operations = operations;
        this.root = root;
    }

    FileOperations operations() {
        return operations;
    }

    Path root() {
        return root;
    }

    /** A name that no other file of this process has. */
    String uniqueName() {
        return Long.toHexString(counter.incrementAndGet());
    }

    /** Makes the folder and those above it, each durable in its parent. */
    void ensureFolder(Path folder) throws IOException {
        if (knownFolders.contains(folder)) {
            return;
        }
        if (!Files.isDirectory(folder)) {
            Path parent = folder.getParent();
            if (parent != null) {
                ensureFolder(parent);
                try {
                    operations.createFolder(folder);
                } catch (FileAlreadyExistsException e) {
                    if (!Files.isDirectory(folder)) {
                        throw e;
                    }
                }
                operations.forceFolder(parent);
            }
        }
        knownFolders.add(folder);
    }

    /** Writes a new file; durable in itself where that is wanted, not yet in its folder. A failure leaves no file. */
    void writeNew(Path file, byte[] bytes, boolean durable) throws IOException {
        try {
            try (FileChannel channel = operations.create(file)) {
                operations.write(channel, ByteBuffer.wrap(bytes));
                if (durable) {
                    operations.force(channel);
                }
            }
        } catch (IOException e) {
            throw failedWrite(file, bytes.length, e);
        }
    }

    /** After a write failed: deletes what was written and says why, as the exception to throw. */
    IOException failedWrite(Path file, long neededBytes, IOException failure) {
        IOException explained = explain(neededBytes, failure);
        try {
            operations.delete(file);
        } catch (IOException e) {
            explained.addSuppressed(e);
        }
        return explained;
    }

    private IOException explain(long neededBytes, IOException failure) {
        try {
            if (operations.usableBytes(root) < Math.max(FULL_BELOW_BYTES, neededBytes)) {
                return new MediumFullException("no room left on the disk", failure);
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    /** Reads a file whose length must be at most so much; longer ones are refused before anything is allocated. */
    byte[] readSmall(Path file, int limit) throws IOException {
        try (FileChannel channel = operations.open(file)) {
            long size = channel.size();
            if (size > limit) {
                throw new IOException("%s has %d bytes, more than %d".formatted(file.getFileName(), size, limit));
            }
            byte[] bytes = new byte[(int) size];
            readFully(channel, bytes, 0, bytes.length, 0);
            return bytes;
        }
    }

    /** Fills a part of the array. @throws java.io.EOFException where the file ends before */
    void readFully(FileChannel channel, byte[] into, int offset, int length, long position) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(into, offset, length);
        long at = position;
        while (buffer.hasRemaining()) {
            int count = operations.read(channel, buffer, at);
            if (count < 0) {
                throw new java.io.EOFException("the file ends at " + at);
            }
            at += count;
        }
    }
}

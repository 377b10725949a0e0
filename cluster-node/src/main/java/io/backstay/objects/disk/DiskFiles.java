package io.backstay.objects.disk;

import io.backstay.objects.MediumFullException;
import java.io.IOException;
import java.io.SyncFailedException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What the stores of one root share: durable small files, folders that are made once, a full disk told from a failing one. */
final class DiskFiles {
    /** With less than this left a failed write is put down to a full disk; the JDK does not tell the error's number. */
    private static final long FULL_BELOW_BYTES = 64 * 1024;

    private static final System.Logger LOG = System.getLogger(DiskFiles.class.getName());

    private final FileOperations operations;
    private final Path root;
    private final Reserve reserve;
    private final Set<Path> knownFolders = ConcurrentHashMap.newKeySet();
    /** Names begin anew with each process, and what an earlier one left may not have been deleted yet. */
    private final String process = Long.toHexString(System.nanoTime());

    private final AtomicLong counter = new AtomicLong();

    DiskFiles(FileOperations operations, Path root) {
        this.operations = operations;
        this.root = root;
        this.reserve = new Reserve(this, root.resolve(DiskLayout.SIDE).resolve("reserve"));
    }

    FileOperations operations() {
        return operations;
    }

    Path root() {
        return root;
    }

    Reserve reserve() {
        return reserve;
    }

    /** A name that no other temporary file has. */
    String uniqueName() {
        return process + "-" + Long.toHexString(counter.incrementAndGet());
    }

    /**
     * Makes the folder and those above it, each durable in its parent. Those that an earlier process made are made durable
     * too when they are first used: it may have been killed before it did.
     */
    void ensureFolder(Path folder) throws IOException {
        if (knownFolders.contains(folder)) {
            return;
        }
        Path parent = folder.getParent();
        boolean ours = folder.startsWith(root) && !folder.equals(root);
        if (parent != null && (ours || !Files.isDirectory(folder))) {
            ensureFolder(parent);
            if (!Files.isDirectory(folder)) {
                try {
                    operations.createFolder(folder);
                } catch (FileAlreadyExistsException e) {
                    if (!Files.isDirectory(folder)) {
                        throw e;
                    }
                } catch (IOException e) {
                    throw explain(0, e);
                }
            }
            forceFolder(parent);
        }
        knownFolders.add(folder);
    }

    /** Writes a new file; durable in itself where that is wanted, not yet in its folder. A failure leaves no file. */
    void writeNew(Path file, byte[] bytes, boolean durable) throws IOException {
        try {
            try (FileChannel channel = operations.create(file)) {
                operations.write(channel, ByteBuffer.wrap(bytes));
                if (channel.size() != bytes.length) {
                    throw new IOException(
                            "the file has %d bytes in place of %d".formatted(channel.size(), bytes.length));
                }
                if (durable) {
                    force(channel);
                }
            }
        } catch (IOException e) {
            throw failedWrite(file, bytes.length, e);
        }
    }

    /**
     * Makes a file durable.
     *
     * @throws SyncFailedException where that failed: the system may have given up what was written, and another try would
     *     find nothing left to do and succeed. So the file must go, and never be counted
     */
    void force(FileChannel channel) throws IOException {
        try {
            operations.force(channel);
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            throw lost("a file", e);
        }
    }

    /**
     * Makes a folder's entries durable.
     *
     * @throws SyncFailedException as {@link #force}: nobody knows any more which entries are durable
     */
    void forceFolder(Path folder) throws IOException {
        try {
            operations.forceFolder(folder);
        } catch (ClosedChannelException | FileSystemException e) {
            // It could not even be opened: nothing was tried.
            throw e;
        } catch (IOException e) {
            throw lost("the folder " + root.relativize(folder), e);
        }
    }

    private static SyncFailedException lost(String what, IOException cause) {
        SyncFailedException lost = new SyncFailedException(what + " could not be made durable: " + cause.getMessage());
        lost.initCause(cause);
        return lost;
    }

    /** Renames a file of the temporary folder into place; it is deleted where that fails. */
    void place(Path written, Path target) throws IOException {
        try {
            try {
                operations.rename(written, target);
            } catch (FileSystemException e) {
                if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                    throw e;
                }
                setAside(target);
                operations.rename(written, target);
            }
        } catch (IOException e) {
            throw failedWrite(written, 0, e);
        }
    }

    /** A folder where only a file can be: no store made it, so that it is kept, out of the way. */
    private void setAside(Path foreign) throws IOException {
        Path aside = root.resolve(DiskLayout.SIDE).resolve("foreign");
        ensureFolder(aside);
        operations.rename(foreign, aside.resolve(Folders.name(foreign) + "-" + uniqueName()));
    }

    /** Deletes what an earlier process left half-written. A disk that takes no writes may still be read: then it stays. */
    void deleteLeftover(Path leftover) {
        try {
            operations.delete(leftover);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}, left by an earlier process, stays: {1}", leftover, e);
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

    /** A failure to write, as a full medium where there is no room. */
    IOException explain(long neededBytes, IOException failure) {
        try {
            // A folder that is not there yet has no room either, which says nothing.
            if (Files.isDirectory(root) && operations.usableBytes(root) < Math.max(FULL_BELOW_BYTES, neededBytes)) {
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

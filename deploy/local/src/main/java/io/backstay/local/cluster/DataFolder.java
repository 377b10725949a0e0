package io.backstay.local.cluster;

import io.backstay.local.files.FileTree;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The folder of a cluster, locked: one launcher at a time. The system takes the lock from a launcher that was killed. */
final class DataFolder implements Closeable {
    private static final String LOCK = "lock";
    private static final String PLAN = "launcher.json";

    private final Path root;
    private final FileChannel lock;

    private DataFolder(Path root, FileChannel lock) {
        this.root = root;
        this.lock = lock;
    }

    /** Opens the folder, or makes it. */
    static DataFolder open(Path root) throws IOException, LauncherException {
        try {
            Files.createDirectories(root);
        } catch (FileAlreadyExistsException e) {
            throw new LauncherException(root + " is a file; --data wants a folder");
        }
        if (!belongsToLauncher(root)) {
            throw new LauncherException(root
                    + " has files that are no cluster's of deploy/local; choose an empty folder with --data,"
                    + " or a new one");
        }
        FileChannel channel = FileChannel.open(
                root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (!taken(channel)) {
            String holder = read(channel);
            channel.close();
            throw new LauncherException("another launcher (pid %s) runs on %s; see deploy/local/ctl status, or choose"
                            .formatted(holder, root)
                    + " another folder with --data and other ports with --http-port");
        }
        channel.truncate(0);
        channel.write(StandardCharsets.US_ASCII.encode(
                Long.toString(ProcessHandle.current().pid())));
        return new DataFolder(root, channel);
    }

    private static boolean taken(FileChannel channel) throws IOException {
        try {
            @Nullable FileLock held = channel.tryLock();
            return held != null;
        } catch (OverlappingFileLockException e) {
            // A launcher in this very process.
            return false;
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer pid = ByteBuffer.allocate(20);
        channel.read(pid, 0);
        return StandardCharsets.US_ASCII.decode(pid.flip()).toString();
    }

    private static boolean belongsToLauncher(Path root) throws IOException {
        if (Files.exists(root.resolve(PLAN)) || Files.exists(root.resolve(LOCK))) {
            return true;
        }
        try (Stream<Path> entries = Files.list(root)) {
            return entries.findAny().isEmpty();
        }
    }

    /** Deletes all of it but the lock. */
    void clear() throws IOException {
        for (Path entry : entries()) {
            if (!entry.endsWith(LOCK)) {
                FileTree.delete(entry);
            }
        }
    }

    /** What is in the folder. */
    List<Path> entries() throws IOException {
        try (Stream<Path> entries = Files.list(root)) {
            return entries.sorted().toList();
        }
    }

    Path plan() {
        return root.resolve(PLAN);
    }

    Path clusterFile() {
        return root.resolve("cluster.json");
    }

    Path authority() {
        return root.resolve("cluster");
    }

    Path adminPassword() {
        return root.resolve("admin-password");
    }

    /** The folder of a server or a node. */
    Path of(String name) {
        return root.resolve(name);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}

package io.backstay.objects.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A disk on which one step, counted from 0, goes wrong. It also remembers which files were made durable: at the crash those
 * that were not lose their second half, as they may on a real one. Renames are taken as kept, in their order.
 */
public final class NthFault implements FileOperations {
    /** What goes wrong. */
    public enum Kind {
        /** The call fails, and what it should have done is not done; a write is done by half. */
        FAILS,
        /** A sync fails, what was to be made durable is lost, and later syncs of it succeed. */
        SYNC_LOSES,
        /** The process ends before the call. */
        DIES_BEFORE,
        /** The process ends after the call. */
        DIES_AFTER
    }

    private final Kind kind;
    private final int step;
    private final Map<FileChannel, Path> open = new HashMap<>();
    private final Set<Path> undurable = new HashSet<>();
    private int next;
    private boolean hit;
    private boolean dead;
    private boolean syncFailed;
    private String at = "nothing";

    public NthFault(Kind kind, int step) {
        this.kind = kind;
        this.step = step;
    }

    public synchronized boolean hit() {
        return hit;
    }

    public synchronized boolean alive() {
        return !dead;
    }

    public synchronized boolean syncFailed() {
        return syncFailed;
    }

    public synchronized String at() {
        return at;
    }

    /** What was never made durable is lost. */
    void crash() throws IOException {
        for (Path file : undurable) {
            if (Files.exists(file)) {
                truncate(file);
            }
        }
    }

    private static void truncate(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, java.nio.file.StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() / 2);
        }
    }

    private interface Call<T> {
        T run() throws IOException;
    }

    private synchronized <T> T step(String what, boolean sync, Call<T> call, Call<?> failing) throws IOException {
        if (dead) {
            throw new IOException("the process is dead");
        }
        boolean now = (kind != Kind.SYNC_LOSES || sync) && next++ == step;
        if (!now) {
            return call.run();
        }
        hit = true;
        at = what;
        switch (kind) {
            case FAILS, SYNC_LOSES -> {
                failing.run();
                syncFailed = sync;
                throw new IOException("Input/output error");
            }
            case DIES_BEFORE -> {
                dead = true;
                throw new IOException("the process is dead");
            }
            case DIES_AFTER -> {
                call.run();
                dead = true;
                throw new IOException("the process is dead");
            }
        }
        throw new IllegalStateException("every kind ends before");
    }

    private static Object nothing() {
        return "nothing";
    }

    @Override
    public FileChannel create(Path file) throws IOException {
        return step(
                "create " + file.getFileName(),
                false,
                () -> {
                    FileChannel channel = FileOperations.super.create(file);
                    open.put(channel, file);
                    undurable.add(file);
                    return channel;
                },
                NthFault::nothing);
    }

    @Override
    public FileChannel open(Path file) throws IOException {
        return step("open", false, () -> FileOperations.super.open(file), NthFault::nothing);
    }

    @Override
    public void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        step(
                "write",
                false,
                () -> {
                    FileOperations.super.write(channel, bytes);
                    return channel;
                },
                () -> {
                    ByteBuffer half = bytes.duplicate();
                    half.limit(half.position() + half.remaining() / 2);
                    FileOperations.super.write(channel, half);
                    return channel;
                });
    }

    @Override
    public void force(FileChannel channel) throws IOException {
        step(
                "force",
                true,
                () -> {
                    undurable.remove(open.get(channel));
                    return channel;
                },
                () -> {
                    channel.truncate(channel.size() / 2);
                    return channel;
                });
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        step("force of a folder", true, () -> folder, NthFault::nothing);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        step(
                "rename to " + to.getFileName(),
                false,
                () -> {
                    FileOperations.super.rename(from, to);
                    undurable.remove(to);
                    if (undurable.remove(from)) {
                        undurable.add(to);
                    }
                    open.replaceAll((channel, file) -> file.equals(from) ? to : file);
                    return to;
                },
                NthFault::nothing);
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        step(
                "a folder",
                false,
                () -> {
                    FileOperations.super.createFolder(folder);
                    return folder;
                },
                NthFault::nothing);
    }

    @Override
    public boolean delete(Path file) throws IOException {
        return step(
                "delete of " + file.getFileName(),
                false,
                () -> {
                    undurable.remove(file);
                    return FileOperations.super.delete(file);
                },
                NthFault::nothing);
    }
}

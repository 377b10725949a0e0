package io.backstay.objects.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A disk that fails where a test wants it to. */
public final class FaultyFiles implements FileOperations {
    /** What fails. */
    public enum Fault {
        CREATE,
        WRITE,
        READ,
        FORCE,
        FORCE_FOLDER,
        RENAME,
        FULL,
        READ_ONLY
    }

    private final Set<Fault> faults = EnumSet.noneOf(Fault.class);
    private final Set<Path> refused = new HashSet<>();
    private Optional<Path> ballast = Optional.empty();
    private volatile long usableBytes = Long.MAX_VALUE;

    public synchronized void fail(Fault fault) {
        faults.add(fault);
    }

    /** A file or folder that cannot be opened for reading. */
    public synchronized void refuseToOpen(Path file) {
        refused.add(file);
    }

    public synchronized void heal() {
        faults.clear();
        refused.clear();
        ballast = Optional.empty();
        usableBytes = Long.MAX_VALUE;
    }

    /** There is no room for as long as the file is there. */
    public synchronized void fullWhile(Path file) {
        ballast = Optional.of(file);
    }

    public void leave(long bytes) {
        usableBytes = bytes;
    }

    private boolean full() {
        return faults.contains(Fault.FULL) || ballast.filter(Files::exists).isPresent();
    }

    private synchronized void check(Fault... any) throws IOException {
        if (List.of(any).contains(Fault.FULL) && full()) {
            throw new IOException("No space left on device");
        }
        for (Fault fault : any) {
            if (faults.contains(fault)) {
                throw new IOException(fault == Fault.FULL ? "No space left on device" : "Input/output error");
            }
        }
    }

    @Override
    public FileChannel create(Path file) throws IOException {
        check(Fault.CREATE, Fault.READ_ONLY);
        return FileOperations.super.create(file);
    }

    @Override
    public synchronized FileChannel open(Path file) throws IOException {
        if (refused.contains(file)) {
            throw new IOException("Input/output error");
        }
        return FileOperations.super.open(file);
    }

    @Override
    public void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        if (bytes.remaining() > 1) {
            ByteBuffer half = bytes.duplicate();
            half.limit(half.position() + bytes.remaining() / 2);
            FileOperations.super.write(channel, half);
            check(Fault.WRITE, Fault.FULL);
            bytes.position(half.limit());
        }
        check(Fault.WRITE, Fault.FULL);
        FileOperations.super.write(channel, bytes);
    }

    @Override
    public int read(FileChannel channel, ByteBuffer into, long position) throws IOException {
        check(Fault.READ);
        return FileOperations.super.read(channel, into, position);
    }

    @Override
    public void force(FileChannel channel) throws IOException {
        check(Fault.FORCE);
        FileOperations.super.force(channel);
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        check(Fault.FORCE_FOLDER);
        FileOperations.super.forceFolder(folder);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        check(Fault.RENAME, Fault.READ_ONLY);
        FileOperations.super.rename(from, to);
    }

    @Override
    public synchronized boolean isWritable(Path folder) {
        return !faults.contains(Fault.READ_ONLY) && FileOperations.super.isWritable(folder);
    }

    @Override
    public synchronized long usableBytes(Path folder) throws IOException {
        return full() ? 0 : Math.min(usableBytes, FileOperations.super.usableBytes(folder));
    }
}

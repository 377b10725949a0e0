package io.backstay.objects.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.EnumSet;
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
    private volatile long usableBytes = Long.MAX_VALUE;

    public synchronized void fail(Fault fault) {
        faults.add(fault);
    }

    public synchronized void heal() {
        faults.clear();
        usableBytes = Long.MAX_VALUE;
    }

    public void leave(long bytes) {
        usableBytes = bytes;
    }

    private synchronized void check(Fault... any) throws IOException {
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
        return faults.contains(Fault.FULL) ? 0 : Math.min(usableBytes, FileOperations.super.usableBytes(folder));
    }
}

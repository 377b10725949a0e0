package io.backstay.repository.files;

import com.sun.jna.Native;
import io.backstay.repository.json.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file of {@link PosixFiles} that is open for writing. */
final class PosixWriter implements FileWriter {
    private static final int BUFFER_BYTES = 512 * 1024;

    private static final ThreadLocal<ByteBuffer> BUFFERS =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(BUFFER_BYTES));

    private final ByteString path;
    private final int file;

    PosixWriter(ByteString path, int file) {
        this.path = path;
        this.file = file;
    }

    @Override
    public void write(byte[] bytes, int from, int length, long position) throws IOException {
        ByteBuffer buffer = BUFFERS.get();
        int done = 0;
        while (done < length) {
            int part = Math.min(length - done, buffer.capacity());
            buffer.put(0, bytes, from + done, part);
            long count = LinuxLibrary.pwrite(file, buffer, part, position + done);
            if (count < 0) {
                failUnlessInterrupted();
            } else {
                done += (int) count;
            }
        }
    }

    @Override
    public int read(byte[] into, int from, int length, long position) throws IOException {
        ByteBuffer buffer = BUFFERS.get();
        int done = 0;
        while (done < length) {
            int part = Math.min(length - done, buffer.capacity());
            long count = LinuxLibrary.pread(file, buffer, part, position + done);
            if (count == 0) {
                break;
            }
            if (count < 0) {
                failUnlessInterrupted();
            } else {
                buffer.get(0, into, from + done, (int) count);
                done += (int) count;
            }
        }
        return done;
    }

    @Override
    public void truncate(long length) throws IOException {
        if (LinuxLibrary.ftruncate(file, length) < 0) {
            throw PosixFailure.of(path, Native.getLastError());
        }
    }

    @Override
    public void close() throws IOException {
        if (LinuxLibrary.close(file) < 0) {
            throw PosixFailure.of(path, Native.getLastError());
        }
    }

    private void failUnlessInterrupted() throws IOException {
        int error = Native.getLastError();
        if (error != LinuxLibrary.EINTR) {
            throw PosixFailure.of(path, error);
        }
    }
}

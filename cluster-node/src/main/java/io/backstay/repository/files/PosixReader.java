package io.backstay.repository.files;

import com.sun.jna.Native;
import io.backstay.repository.json.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file of {@link PosixFiles}. */
final class PosixReader implements FileReader {
    private static final int BUFFER_BYTES = 512 * 1024;

    /** The C library fills memory outside of the heap; each thread keeps some. */
    private static final ThreadLocal<ByteBuffer> BUFFERS =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(BUFFER_BYTES));

    private final PosixFiles files;
    private final ByteString path;
    private final int file;

    PosixReader(PosixFiles files, ByteString path, int file) {
        this.files = files;
        this.path = path;
        this.file = file;
    }

    @Override
    public FileStatus status() throws IOException {
        return files.status(file, path);
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        ByteBuffer buffer = BUFFERS.get();
        while (true) {
            long count = LinuxLibrary.read(file, buffer, Math.min(length, buffer.capacity()));
            if (count > 0) {
                buffer.get(0, into, from, (int) count);
                return (int) count;
            }
            if (count == 0) {
                return -1;
            }
            int error = Native.getLastError();
            if (error != LinuxLibrary.EINTR) {
                throw PosixFailure.of(path, error);
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (LinuxLibrary.close(file) < 0) {
            throw PosixFailure.of(path, Native.getLastError());
        }
    }
}

package io.backstay.repository.files;

import java.io.IOException;

/** A file that is open for reading. One thread at a time; close it. */
public interface FileReader extends AutoCloseable {
    /** What the system knows of the open file. */
    FileStatus status() throws IOException;

    /** Reads on, at most so many bytes; answers how many, -1 at the end. */
    int read(byte[] into, int from, int length) throws IOException;

    @Override
    void close() throws IOException;
}

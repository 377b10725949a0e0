package io.backstay.repository.files;

import java.io.IOException;

/** A file that is open for writing at any place. Safe for use by several threads; close it. */
public interface FileWriter extends AutoCloseable {
    /** Writes bytes at a place. */
    void write(byte[] bytes, int from, int length, long position) throws IOException;

    /** Reads bytes from a place; answers how many, fewer than asked for only at the end. */
    int read(byte[] into, int from, int length, long position) throws IOException;

    /** Sets the length: what is behind goes, what is missing reads as zeros and takes no room. */
    void truncate(long length) throws IOException;

    @Override
    void close() throws IOException;
}

package io.backstay.objects;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads a part of an object, block by block, each verified before it is handed out. One thread at a time; close it. */
public interface RangeReader extends AutoCloseable {
    /** The object. */
    StoredObject object();

    /** Bytes that are still to come. */
    long remaining();

    /**
     * The next bytes in a buffer with an array that belongs to the caller; empty at the end. An array has whole blocks, so that it
     * may be longer than what is asked of it.
     *
     * @param mostBytes how long the array may be; at least {@link ObjectStore#BLOCK_BYTES}
     * @throws DamagedObjectException where a block is not what was written; nothing more can be read then
     */
    ByteBuffer read(int mostBytes) throws IOException;

    /** The next bytes, at most {@link ObjectStore#CHUNK_BYTES}; as the other. */
    default ByteBuffer read() throws IOException {
        return read(ObjectStore.CHUNK_BYTES);
    }

    @Override
    void close() throws IOException;
}

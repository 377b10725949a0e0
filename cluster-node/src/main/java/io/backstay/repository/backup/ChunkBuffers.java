package io.backstay.repository.backup;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;

/** The memory for chunks: so many at once and no more; who wants another waits. Safe for use by many threads. */
final class ChunkBuffers {
    /** Smaller ones are not kept: they are made for one small file. */
    private static final int KEPT_BYTES = 3 * 1024 * 1024;

    private final Semaphore room;
    private final ConcurrentLinkedDeque<byte[]> free = new ConcurrentLinkedDeque<>();

    ChunkBuffers(int count) {
        room = new Semaphore(count);
    }

    /** A buffer of at least so many bytes. */
    byte[] take(int bytes) throws InterruptedException {
        room.acquire();
        byte[] buffer = bytes < KEPT_BYTES ? null : free.poll();
        return buffer != null ? buffer : new byte[bytes];
    }

    /** Gives one back that is not used any more. */
    void release(byte[] buffer) {
        if (buffer.length >= KEPT_BYTES) {
            free.push(buffer);
        }
        room.release();
    }
}

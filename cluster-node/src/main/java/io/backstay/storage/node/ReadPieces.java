package io.backstay.storage.node;

import io.backstay.objects.ObjectStore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How much is read from the disk at once: the more, the fewer threads are woken for it; but what is read waits in memory for
 * clients that may be slow. So many readers share a budget. Safe for use by many threads.
 */
final class ReadPieces {
    /** One piece is being sent, one waits, one is being read. */
    private static final int PIECES_A_READER = 3;

    /** 1 MiB, wherever it begins, touches so many blocks. */
    private static final int MOST_BYTES = 17 * ObjectStore.BLOCK_BYTES;

    private final long budgetBytes;
    private final AtomicInteger readers = new AtomicInteger();

    /** Pieces of readers that together hold about so many bytes, as long as each has at least the least. */
    ReadPieces(long budgetBytes) {
        this.budgetBytes = budgetBytes;
    }

    void begun() {
        readers.incrementAndGet();
    }

    void ended() {
        readers.decrementAndGet();
    }

    /** What may be read now, in whole blocks. */
    int bytes() {
        long share = budgetBytes / PIECES_A_READER / Math.max(1, readers.get());
        return Math.clamp(share - share % ObjectStore.BLOCK_BYTES, ObjectStore.BLOCK_BYTES, MOST_BYTES);
    }
}

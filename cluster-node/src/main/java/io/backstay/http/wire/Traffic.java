package io.backstay.http.wire;

import java.util.concurrent.atomic.LongAdder;

/** Counts the bytes of all connections of a port. Safe for use by many threads. */
public final class Traffic {
    private final LongAdder received = new LongAdder();
    private final LongAdder sent = new LongAdder();

    void received(int bytes) {
        received.add(bytes);
    }

    void sent(int bytes) {
        sent.add(bytes);
    }

    /** Bytes that have come from clients. */
    public double received() {
        return received.sum();
    }

    /** Bytes that went to clients. */
    public double sent() {
        return sent.sum();
    }
}

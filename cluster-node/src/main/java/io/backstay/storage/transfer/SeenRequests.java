package io.backstay.storage.transfer;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * The nonces of authentic requests, remembered as long as their time would still be accepted. Two generations, each as long
 * as a request can be valid; bounded.
 */
final class SeenRequests {
    private final long generationMillis;
    private final int limit;
    private Set<String> current = new HashSet<>();
    private Set<String> previous = new HashSet<>();
    private long generation;

    SeenRequests(Duration window, int limit) {
        this.generationMillis = 2 * window.toMillis();
        this.limit = limit / 2;
    }

    /** What was found. */
    enum Outcome {
        FIRST,
        REPLAYED,
        TOO_MANY
    }

    /** Remembers a request. */
    synchronized Outcome remember(String nonce, long nowMillis) {
        long now = Math.floorDiv(nowMillis, generationMillis);
        if (now != generation) {
            previous = now == generation + 1 ? current : new HashSet<>();
            current = new HashSet<>();
            generation = now;
        }
        if (previous.contains(nonce) || current.contains(nonce)) {
            return Outcome.REPLAYED;
        }
        if (current.size() >= limit) {
            return Outcome.TOO_MANY;
        }
        current.add(nonce);
        return Outcome.FIRST;
    }
}

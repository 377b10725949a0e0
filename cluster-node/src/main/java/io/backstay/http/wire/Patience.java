package io.backstay.http.wire;

import java.time.Duration;

/**
 * How far a client has fallen behind the slowest speed that is put up with. Time in which we wait for it counts against it,
 * each byte counts for it; what it was quicker earlier does not. For one direction of one connection.
 */
final class Patience {
    private static final long NOBODY = Long.MIN_VALUE;

    private final long most;
    private final double nanosPerByte;
    private double behind;
    private long since = NOBODY;

    /** As much patience as a client that may fall behind so far, at so many bytes a second. */
    Patience(Duration most, long bytesPerSecond) {
        this.most = most.toNanos();
        this.nanosPerByte = 1e9 / bytesPerSecond;
    }

    /** From now on we wait for the client; nothing where we do already. */
    void begin(long now) {
        if (since == NOBODY) {
            since = now;
        }
    }

    /** It has done so much; we do not wait any more. */
    void moved(long now, int bytes) {
        behind = Math.max(0, behind + waited(now) - bytes * nanosPerByte);
        since = NOBODY;
    }

    /** We wait for it to take so much, which may take its time. */
    void beginWith(long now, int bytes) {
        moved(now, 0);
        behind -= bytes * nanosPerByte;
        since = now;
    }

    /** Whether it is not worth waiting any longer. */
    boolean exhausted(long now) {
        return behind + waited(now) > most;
    }

    private long waited(long now) {
        return since == NOBODY ? 0 : now - since;
    }
}

package io.backstay.storage.node;

import java.time.Duration;
import java.time.Instant;

/**
 * How a node looks for damage that nobody reads.
 *
 * @param period within which every file is read once
 * @param mostBytesPerSecond never faster than this, though the period should not suffice
 */
public record ScrubSettings(Duration period, long mostBytesPerSecond) {
    private static final double SHARE = 0.8;

    /** Every file in seven days, and not more than 32 MiB a second. */
    public static ScrubSettings defaults() {
        return new ScrubSettings(Duration.ofDays(7), 32L << 20);
    }

    /**
     * For how long to rest after something was read, so that the disk is through in four fifths of the period: what is
     * written meanwhile, and a node that is down for a day, must fit into it too.
     *
     * @param bytes that were read
     * @param usedBytes of the whole disk
     * @param took the reading itself
     */
    Duration rest(long bytes, long usedBytes, Duration took) {
        double wanted = Math.max(1, usedBytes / (SHARE * Math.max(1, period.toMillis()) / 1000));
        double seconds = bytes / Math.min(wanted, (double) mostBytesPerSecond);
        Duration rest = Duration.ofNanos((long) (seconds * 1e9)).minus(took);
        return rest.isNegative() ? Duration.ZERO : rest;
    }

    /** How long until the next pass begins: one period after this one did. */
    Duration untilNext(ScrubProgress progress, Instant now) {
        Duration left = Duration.between(now, progress.begun().plus(period));
        return progress.ended().isEmpty() || left.isNegative() ? Duration.ZERO : left;
    }
}

package io.backstay.bench.load;

import java.util.Arrays;

/**
 * How long requests took.
 *
 * @param nanos from the first request's beginning to the last one's end
 * @param requestNanos each request's own
 * @param bytes of all bodies
 */
public record Timing(long nanos, long[] requestNanos, long bytes) {
    private static final double NANOS_A_SECOND = 1e9;
    private static final double NANOS_A_MILLI = 1e6;
    private static final double MEGA = 1e6;

    /** Wall time. */
    public double seconds() {
        return nanos / NANOS_A_SECOND;
    }

    /** Millions of bytes a second. */
    public double megabytesASecond() {
        return bytes / MEGA / seconds();
    }

    /** Requests a second. */
    public double requestsASecond() {
        return requestNanos.length / seconds();
    }

    /** The time within which this part of the requests ended, in milliseconds. */
    public double percentileMillis(double part) {
        long[] sorted = requestNanos.clone();
        Arrays.sort(sorted);
        int index = (int) Math.ceil(part * sorted.length) - 1;
        return sorted[Math.clamp(index, 0, sorted.length - 1)] / NANOS_A_MILLI;
    }
}

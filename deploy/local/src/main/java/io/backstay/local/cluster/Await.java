package io.backstay.local.cluster;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits for a condition by asking again and again. */
final class Await {
    private static final Duration EVERY = Duration.ofMillis(100);

    private Await() {}

    /** A condition that may wait itself, or give up. */
    interface Condition {
        boolean holds() throws LauncherException, InterruptedException;
    }

    /** False where the limit passed first. */
    static boolean until(Duration limit, Condition condition) throws LauncherException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                return false;
            }
            TimeUnit.NANOSECONDS.sleep(EVERY.toNanos());
        }
        return true;
    }
}

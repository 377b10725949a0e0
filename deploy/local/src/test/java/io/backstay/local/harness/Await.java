package io.backstay.local.harness;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Waits on conditions; what fails while it waits is tried again, and told when the limit has passed. */
public final class Await {
    /** Long: it only passes where something is wrong. */
    public static final Duration LIMIT = Duration.ofSeconds(90);

    private static final Duration EVERY = Duration.ofMillis(200);

    private Await() {}

    /** Waits until the condition holds. */
    public static void until(String what, Callable<Boolean> condition) throws InterruptedException {
        until(what, LIMIT, condition);
    }

    /** Waits until the condition holds. */
    public static void until(String what, Duration limit, Callable<Boolean> condition) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        @Nullable Exception last = null;
        while (System.nanoTime() < end) {
            try {
                if (condition.call()) {
                    return;
                }
                last = null;
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                last = e;
            }
            TimeUnit.NANOSECONDS.sleep(EVERY.toNanos());
        }
        throw new AssertionError("after %d s not: %s".formatted(limit.toSeconds(), what), last);
    }
}

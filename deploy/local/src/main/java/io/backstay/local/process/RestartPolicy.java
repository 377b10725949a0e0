package io.backstay.local.process;

import java.time.Duration;

/**
 * Whether and when a program that died is started again: after a second, and after twice as long for each death that follows
 * quickly, up to half a minute.
 */
public record RestartPolicy(boolean restart) {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    /** A life that was shorter counts as a failed start. */
    static final Duration QUICK = Duration.ofSeconds(20);

    /** The pause before the next start. */
    Duration pause(int quickDeaths) {
        Duration pause = FIRST.multipliedBy(1L << Math.clamp(quickDeaths - 1L, 0, 10));
        return pause.compareTo(LONGEST) < 0 ? pause : LONGEST;
    }
}

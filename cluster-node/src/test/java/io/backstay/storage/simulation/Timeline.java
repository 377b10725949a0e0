package io.backstay.storage.simulation;

import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** Time, chance, and what is yet to happen: the only source of order in a run. */
final class Timeline {
    private record Due(long atMillis, long number, Runnable action) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int order = Long.compare(atMillis, other.atMillis);
            return order != 0 ? order : Long.compare(number, other.number);
        }
    }

    private final PriorityQueue<Due> due = new PriorityQueue<>();
    private final SplittableRandom random;
    private long nowMillis;
    private long number;

    Timeline(long seed) {
        random = new SplittableRandom(seed);
    }

    long nowMillis() {
        return nowMillis;
    }

    /** How many events have happened or are due. */
    long events() {
        return number;
    }

    void after(long delayMillis, Runnable action) {
        due.add(new Due(nowMillis + delayMillis, number++, action));
    }

    /** Runs what is due up to the moment. */
    void runUntil(long untilMillis) {
        for (Due next = due.peek(); next != null && next.atMillis() <= untilMillis; next = due.peek()) {
            due.remove();
            nowMillis = next.atMillis();
            next.action().run();
        }
        nowMillis = untilMillis;
    }

    /** From 0 up to the bound, exclusive. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    long between(long least, long most) {
        return least >= most ? least : random.nextLong(least, most + 1);
    }

    boolean chance(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }
}

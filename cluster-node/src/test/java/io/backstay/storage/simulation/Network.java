package io.backstay.storage.simulation;

import io.backstay.model.ErrorCode;
import java.util.Arrays;
import java.util.function.Consumer;

/** Carries calls between processes: late, twice, in any order, or not at all. */
final class Network {
    private final World world;
    private final Timeline timeline;
    private final int[] sides;
    private double losing;
    private double doubling;
    private double slow;
    private long slowestMillis = 20;

    Network(World world, int hosts) {
        this.world = world;
        this.timeline = world.timeline();
        this.sides = new int[hosts];
    }

    void behave(double losing, double doubling, double slow, long slowestMillis) {
        this.losing = losing;
        this.doubling = doubling;
        this.slow = slow;
        this.slowestMillis = slowestMillis;
    }

    void split(int[] newSides) {
        System.arraycopy(newSides, 0, sides, 0, sides.length);
    }

    void heal() {
        Arrays.fill(sides, 0);
    }

    int side(Host host) {
        return sides[host.index()];
    }

    boolean connected(Host from, Host to) {
        return side(from) == side(to);
    }

    long delayMillis() {
        return timeline.chance(slow) ? timeline.between(20, slowestMillis) : timeline.between(1, 12);
    }

    boolean loses() {
        boolean lost = timeline.chance(losing);
        if (lost) {
            world.tally().lost++;
        }
        return lost;
    }

    /** What a process does with a request; it may answer at any time, or never. */
    interface Server<A> {
        void serve(Consumer<Outcome<A>> answer);
    }

    /** One call: the first of its answer and its time limit counts. */
    private final class Call<A> {
        final Host from;
        final Host to;
        final int caller;
        final Consumer<Outcome<A>> back;
        boolean over;

        Call(Host from, Host to, Consumer<Outcome<A>> back) {
            this.from = from;
            this.to = to;
            this.caller = from.incarnation();
            this.back = back;
        }

        void end(Outcome<A> outcome) {
            from.run(caller, () -> {
                if (!over) {
                    over = true;
                    back.accept(outcome);
                }
            });
        }

        void deliver(Server<A> server, long delayMillis) {
            timeline.after(delayMillis, () -> {
                if (connected(from, to)) {
                    to.run(to.incarnation(), () -> server.serve(this::answer));
                }
            });
        }

        void answer(Outcome<A> outcome) {
            if (from == to) {
                timeline.after(0, () -> end(outcome));
            } else if (!loses()) {
                timeline.after(delayMillis(), () -> {
                    if (connected(from, to)) {
                        end(outcome);
                    }
                });
            }
        }
    }

    /**
     * Calls another process, or its own. Without an answer in time it fails with {@code UNAVAILABLE}; the request may be
     * carried out all the same, then or later.
     */
    <A> void call(Host from, Host to, long timeoutMillis, Server<A> server, Consumer<Outcome<A>> back) {
        Call<A> call = new Call<>(from, to, back);
        timeline.after(timeoutMillis, () -> {
            if (!call.over) {
                call.end(Outcome.failed(ErrorCode.UNAVAILABLE));
            }
        });
        if (from == to) {
            call.deliver(server, 0);
            return;
        }
        if (!loses()) {
            call.deliver(server, delayMillis());
        }
        if (timeline.chance(doubling)) {
            world.tally().doubled++;
            call.deliver(server, delayMillis() + timeline.between(0, 2 * slowestMillis));
        }
    }
}

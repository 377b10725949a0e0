package io.backstay.storage.simulation;

import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A client that behaves as restic does: one request after another, a failed write is followed by a delete of the same object and
 * another try; with credentials that may only append, by another try alone.
 */
final class Client {
    private static final int TRIES = 4;
    private static final long PATIENCE_MILLIS = 45_000;

    private final World world;
    private final boolean appendOnly;
    private final ArrayDeque<Plan.Request> left = new ArrayDeque<>();
    private boolean busy;

    Client(World world, boolean appendOnly) {
        this.world = world;
        this.appendOnly = appendOnly;
    }

    void begin(Iterable<Plan.Request> requests) {
        requests.forEach(left::add);
        next();
    }

    boolean done() {
        return left.isEmpty() && !busy;
    }

    private void next() {
        if (left.isEmpty()) {
            busy = false;
            return;
        }
        busy = true;
        Plan.Request request = left.remove();
        world.timeline().after(request.pauseMillis(), () -> send(request));
    }

    private void send(Plan.Request request) {
        switch (request.kind()) {
            case POST -> post(request, TRIES);
            case DELETE -> {
                if (appendOnly && request.key().type() != ObjectType.LOCKS) {
                    next();
                } else {
                    change(request.key(), false, request.content(), 0, outcome -> next());
                }
            }
            case GET -> read(world, anyHost(), request.key(), outcome -> next());
            case LIST -> list(world, anyHost(), request.key(), outcome -> next());
        }
    }

    private Host anyHost() {
        return world.hosts().get(world.timeline().below(world.hosts().size()));
    }

    private void post(Plan.Request request, int tries) {
        change(request.key(), true, request.content(), request.bodyMillis(), outcome -> {
            boolean again = outcome instanceof Outcome.Failed<Boolean> failed
                    && !failed.code().permanent()
                    && tries > 1;
            if (!again) {
                next();
                return;
            }
            world.timeline().after(world.timeline().between(500, 3_000), () -> {
                if (appendOnly) {
                    post(request, tries - 1);
                } else {
                    change(request.key(), false, request.content(), 0, deleted -> post(request, tries - 1));
                }
            });
        });
    }

    private void change(
            ObjectKey key, boolean write, Sha256 content, long bodyMillis, Consumer<Outcome<Boolean>> back) {
        // A lock's name is its own: nobody writes one twice.
        boolean withoutEntity =
                write && key.type() == ObjectType.LOCKS && key.name().b() % 2 == 0;
        if (withoutEntity && !world.oracle().untouched(key)) {
            back.accept(Outcome.failed(ErrorCode.ALREADY_EXISTS));
            return;
        }
        boolean asksFirst = withoutEntity && world.timeline().chance(0.5);
        Host host = anyHost();
        Oracle.Change change = world.oracle().begun(key, write, content);
        world.changeAt(host, change);
        String what = (write ? "POST " : "DELETE ")
                + world.plain(key)
                + " at "
                + host
                + (withoutEntity ? " without an entity" : "");
        world.say(what);
        world.tally().requests++;
        request(
                world,
                host,
                (door, answer) -> {
                    Consumer<Outcome<Boolean>> ended = outcome -> {
                        boolean good = outcome instanceof Outcome.Done<Boolean>;
                        world.say(what + " is answered " + outcome);
                        count(write, good);
                        world.changeEnded(change, good);
                        answer.accept(outcome);
                    };
                    if (write && withoutEntity) {
                        door.saveLock(key, content, Math.min(bodyMillis, 1_000), asksFirst, ended);
                    } else if (write) {
                        door.save(key, content, bodyMillis, ended);
                    } else {
                        door.delete(key, ended);
                    }
                },
                () -> world.changeEnded(change, false),
                back);
    }

    private void count(boolean write, boolean good) {
        if (!good) {
            world.tally().refusedRequests++;
        } else if (write) {
            world.tally().acknowledgedWrites++;
        } else {
            world.tally().acknowledgedDeletes++;
        }
    }

    static void read(World world, Host host, ObjectKey key, Consumer<Outcome<Sha256>> back) {
        long asked = world.timeline().nowMillis();
        world.tally().requests++;
        world.tally().reads++;
        Client.<Sha256>request(
                world,
                host,
                (door, answer) -> door.load(key, outcome -> {
                    world.say("GET " + world.plain(key) + " at " + host + " is answered " + outcome);
                    if (outcome instanceof Outcome.Done<Sha256> done) {
                        world.oracle().found(key, done.value(), asked);
                    } else if (outcome instanceof Outcome.Failed<Sha256> failed
                            && failed.code() == ErrorCode.NOT_FOUND) {
                        world.oracle().absent(key, asked);
                    }
                    answer.accept(outcome);
                }),
                () -> {},
                back);
    }

    static void list(World world, Host host, ObjectKey ofType, Consumer<Outcome<Boolean>> back) {
        long asked = world.timeline().nowMillis();
        world.tally().requests++;
        world.tally().lists++;
        Client.<Boolean>request(
                world,
                host,
                (door, answer) -> door.list(ofType.type(), outcome -> {
                    switch (outcome) {
                        case Outcome.Done<Set<Sha256>> names -> {
                            if (world.trace().on()) {
                                world.say("LIST " + ofType.type().path() + " at " + host + " is answered "
                                        + names.value().stream().map(Sha256::b).toList());
                            }
                            world.oracle().listed(ofType.type(), names.value(), asked);
                            answer.accept(Outcome.done(true));
                        }
                        case Outcome.Failed<Set<Sha256>> failed -> answer.accept(Outcome.failed(failed.code()));
                    }
                }),
                () -> {},
                back);
    }

    /** Sends a request to a host's door; goes on with its answer, or without it when the host dies or the patience ends. */
    private static <A> void request(
            World world,
            Host host,
            BiConsumer<Door, Consumer<Outcome<A>>> ask,
            Runnable never,
            Consumer<Outcome<A>> back) {
        Timeline timeline = world.timeline();
        boolean[] over = new boolean[1];
        Consumer<Outcome<A>> once = outcome -> {
            if (!over[0]) {
                over[0] = true;
                back.accept(outcome);
            }
        };
        timeline.after(PATIENCE_MILLIS, () -> once.accept(Outcome.failed(ErrorCode.UNAVAILABLE)));
        int incarnation = host.incarnation();
        timeline.after(world.network().delayMillis(), () -> {
            if (host.crashed() || host.incarnation() != incarnation) {
                never.run();
                once.accept(Outcome.failed(ErrorCode.UNAVAILABLE));
                return;
            }
            host.run(
                    host.incarnation(),
                    () -> ask.accept(
                            host.door(),
                            outcome -> timeline.after(world.network().delayMillis(), () -> once.accept(outcome))));
        });
    }
}

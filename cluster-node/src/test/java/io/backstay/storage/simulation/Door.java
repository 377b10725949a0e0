package io.backstay.storage.simulation;

import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.storage.protocol.EntityInput;
import io.backstay.storage.protocol.EntityReply;
import io.backstay.storage.protocol.NodeRules.Fence;
import io.backstay.storage.protocol.NodeRules.Standing;
import io.backstay.storage.protocol.PackedListing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/** A node's door: {@code ClusterDoor}, {@code EntityClient} and {@code Download} of {@code storage.door} without streams. */
final class Door {
    static final long REQUEST_DEADLINE_MILLIS = 10_000;
    private static final long ASK_TIMEOUT_MILLIS = 5_000;
    private static final long PAUSE_MILLIS = 200;
    private static final long READ_TIMEOUT_MILLIS = 5_000;

    private final World world;
    private final Host host;

    Door(World world, Host host) {
        this.world = world;
        this.host = host;
    }

    // The line to the entity

    long deadline() {
        return world.timeline().nowMillis() + REQUEST_DEADLINE_MILLIS;
    }

    /** Asks once, for no longer than the deadline leaves; a refusal is a failure. */
    void once(LongFunction<EntityInput> question, long deadlineMillis, Consumer<Outcome<EntityReply>> back) {
        long left = deadlineMillis - world.timeline().nowMillis();
        if (left <= 0) {
            back.accept(Outcome.failed(ErrorCode.UNAVAILABLE));
            return;
        }
        Host owner = world.sharding().believedOwner(host);
        world.network()
                .<EntityReply>call(
                        host,
                        owner,
                        Math.min(left, ASK_TIMEOUT_MILLIS),
                        reply -> world.sharding()
                                .entityFor(owner)
                                .ifPresent(
                                        entity -> entity.ask(question, answer -> reply.accept(Outcome.done(answer)))),
                        outcome -> back.accept(
                                outcome instanceof Outcome.Done<EntityReply> done
                                                && done.value() instanceof EntityReply.Refused refused
                                        ? Outcome.failed(refused.code())
                                        : outcome));
    }

    void patiently(LongFunction<EntityInput> question, long deadlineMillis, Consumer<Outcome<EntityReply>> back) {
        again(each -> once(question, deadlineMillis, each), deadlineMillis, back);
    }

    /** Repeats what may be done twice while it fails with a passing failure and the deadline leaves time. */
    private <A> void again(Consumer<Consumer<Outcome<A>>> attempt, long deadlineMillis, Consumer<Outcome<A>> back) {
        attempt.accept(outcome -> {
            boolean passing = outcome instanceof Outcome.Failed<A> failed
                    && (failed.code() == ErrorCode.UNAVAILABLE || failed.code() == ErrorCode.STALE_EPOCH);
            boolean late = deadlineMillis - world.timeline().nowMillis() <= PAUSE_MILLIS;
            if (!passing || late) {
                back.accept(outcome);
            } else {
                host.after(PAUSE_MILLIS, () -> again(attempt, deadlineMillis, back));
            }
        });
    }

    /** Says something that may be lost. */
    void tell(EntityInput input) {
        Host owner = world.sharding().believedOwner(host);
        world.network()
                .<Boolean>call(
                        host,
                        owner,
                        ASK_TIMEOUT_MILLIS,
                        reply -> world.sharding()
                                .entityFor(owner)
                                .ifPresent(entity -> entity.ask(number -> input, ignored -> {})),
                        ignored -> {});
    }

    // Requests

    void save(ObjectKey key, Sha256 content, long bodyMillis, Consumer<Outcome<Boolean>> back) {
        new Upload(world, host, this, key, content, bodyMillis, back).run();
    }

    /** Writes a lock, without the entity where that does not take it, as {@code ClusterDoor} does. */
    void saveLock(ObjectKey key, Sha256 content, long bodyMillis, boolean asksFirst, Consumer<Outcome<Boolean>> back) {
        if (!asksFirst) {
            saveLockWithoutEntity(key, content, bodyMillis, back);
            return;
        }
        save(key, content, bodyMillis, outcome -> {
            if (outcome instanceof Outcome.Failed<Boolean> failed && failed.code() == ErrorCode.UNAVAILABLE) {
                saveLockWithoutEntity(key, content, bodyMillis, back);
            } else {
                back.accept(outcome);
            }
        });
    }

    /** Writes a lock to the disks without asking the entity, as {@code DegradedLocks} does: on a majority of them it counts. */
    private void saveLockWithoutEntity(
            ObjectKey key, Sha256 content, long bodyMillis, Consumer<Outcome<Boolean>> back) {
        List<Host> storage = world.storageHosts();
        int[] left = {storage.size()};
        int[] placed = new int[1];
        Consumer<Outcome<Sha256>> ended = outcome -> {
            placed[0] += outcome instanceof Outcome.Done<Sha256> ? 1 : 0;
            if (--left[0] == 0) {
                back.accept(
                        placed[0] > storage.size() / 2 ? Outcome.done(true) : Outcome.failed(ErrorCode.UNAVAILABLE));
            }
        };
        for (Host to : storage) {
            world.network()
                    .<Standing>call(
                            host, to, READ_TIMEOUT_MILLIS, reply -> to.storage().announce(0, 0, reply), outcome -> {
                                switch (outcome) {
                                    case Outcome.Failed<Standing> failed -> ended.accept(Outcome.failed(failed.code()));
                                    case Outcome.Done<Standing> known ->
                                        world.network()
                                                .<Sha256>call(
                                                        host,
                                                        to,
                                                        READ_TIMEOUT_MILLIS,
                                                        reply -> to.storage()
                                                                .put(
                                                                        new Fence(
                                                                                known.value()
                                                                                        .epoch(),
                                                                                0),
                                                                        key,
                                                                        content,
                                                                        bodyMillis,
                                                                        reply),
                                                        ended);
                                }
                            });
        }
    }

    /** Deletes what is there now, and nothing that comes later. */
    void delete(ObjectKey key, Consumer<Outcome<Boolean>> back) {
        long deadline = deadline();
        again(each -> deleteOnce(key, deadline, each), deadline, back);
    }

    private void deleteOnce(ObjectKey key, long deadline, Consumer<Outcome<Boolean>> back) {
        once(number -> new EntityInput.Observe(number, key), deadline, observed -> {
            if (observed instanceof Outcome.Done<EntityReply> done
                    && done.value() instanceof EntityReply.Observed seen) {
                once(
                        number -> new EntityInput.Delete(number, key, seen.observation(), "client"),
                        deadline,
                        deleted -> back.accept(
                                deleted instanceof Outcome.Done<EntityReply> answer
                                                && answer.value() instanceof EntityReply.Deleted
                                        ? Outcome.done(true)
                                        : Outcome.failed(ErrorCode.UNAVAILABLE)));
            } else {
                back.accept(Outcome.failed(ErrorCode.UNAVAILABLE));
            }
        });
    }

    /** The names of a type. */
    void list(ObjectType type, Consumer<Outcome<Set<Sha256>>> back) {
        patiently(number -> new EntityInput.ListObjects(number, type), deadline(), outcome -> {
            if (outcome instanceof Outcome.Done<EntityReply> done
                    && done.value() instanceof EntityReply.Listing listing) {
                PackedListing objects = listing.objects();
                Set<Sha256> names = new TreeSet<>();
                for (int i = 0; i < objects.size(); i++) {
                    names.add(objects.name(i));
                }
                back.accept(Outcome.done(names));
            } else {
                back.accept(Outcome.failed(ErrorCode.UNAVAILABLE));
            }
        });
    }

    /** The content; {@code NOT_FOUND} only where there is no such object. */
    void load(ObjectKey key, Consumer<Outcome<Sha256>> back) {
        patiently(number -> new EntityInput.Locate(number, key), deadline(), outcome -> {
            switch (outcome) {
                case Outcome.Failed<EntityReply> failed -> back.accept(Outcome.failed(failed.code()));
                case Outcome.Done<EntityReply> done -> {
                    if (done.value() instanceof EntityReply.Located located) {
                        List<NodeId> nearestFirst = new ArrayList<>(located.readable());
                        nearestFirst.sort((a, b) -> Boolean.compare(b.equals(host.node()), a.equals(host.node())));
                        download(key, located, nearestFirst, Optional.empty(), back);
                    } else {
                        back.accept(Outcome.failed(ErrorCode.NOT_FOUND));
                    }
                }
            }
        });
    }

    private void download(
            ObjectKey key,
            EntityReply.Located located,
            List<NodeId> holders,
            Optional<ErrorCode> before,
            Consumer<Outcome<Sha256>> back) {
        if (holders.isEmpty()) {
            boolean bad = before.filter(code -> code != ErrorCode.UNAVAILABLE).isPresent();
            back.accept(Outcome.failed(bad ? ErrorCode.DAMAGED : ErrorCode.UNAVAILABLE));
            return;
        }
        NodeId holder = holders.getFirst();
        Host from = world.host(holder);
        world.network()
                .<Sha256>call(
                        host, from, READ_TIMEOUT_MILLIS, reply -> from.storage().read(key, reply), outcome -> {
                            switch (outcome) {
                                case Outcome.Done<Sha256> read -> back.accept(Outcome.done(read.value()));
                                case Outcome.Failed<Sha256> failed -> {
                                    if (failed.code() == ErrorCode.DAMAGED || failed.code() == ErrorCode.NOT_FOUND) {
                                        tell(new EntityInput.ReportBad(
                                                key, holder, located.record().revision()));
                                    }
                                    download(
                                            key,
                                            located,
                                            holders.subList(1, holders.size()),
                                            Optional.of(failed.code()),
                                            back);
                                }
                            }
                        });
    }
}

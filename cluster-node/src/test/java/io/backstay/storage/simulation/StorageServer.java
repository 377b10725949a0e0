package io.backstay.storage.simulation;

import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.storage.protocol.EntityInput;
import io.backstay.storage.protocol.EntityInput.FileInfo;
import io.backstay.storage.protocol.EntityInput.FileState;
import io.backstay.storage.protocol.EntityInput.LockFile;
import io.backstay.storage.protocol.EntityOutput.Removal;
import io.backstay.storage.protocol.NodeRules.Admission;
import io.backstay.storage.protocol.NodeRules.Announced;
import io.backstay.storage.protocol.NodeRules.DiscardDecision;
import io.backstay.storage.protocol.NodeRules.Fence;
import io.backstay.storage.protocol.NodeRules.PublishDecision;
import io.backstay.storage.protocol.NodeRules.RemoveDecision;
import io.backstay.storage.protocol.NodeRules.Standing;
import io.backstay.storage.protocol.NodeRules.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A storage node's process: {@code storage.node} without threads. The real rules decide, the model of a disk obeys. */
final class StorageServer {
    private static final long SIZE = 100;

    private final World world;
    private final Host host;
    private final Disk disk;
    private Standing current;

    StorageServer(World world, Host host) {
        this.world = world;
        this.host = host;
        this.disk = host.disk();
        this.current = disk.note();
    }

    private long diskMillis() {
        return world.timeline().between(0, 4);
    }

    /** Takes over what is later in the standing, and goes on when that is on disk. */
    private void raiseDurably(Standing later, Runnable then) {
        raise(later);
        Standing note = disk.note();
        if (note.covers(later)) {
            then.run();
        } else if (world.rules().goesOnBeforeStandingIsDurable()) {
            then.run();
            writeNote(60_000, () -> {});
        } else {
            writeNote(diskMillis(), then);
        }
    }

    private void writeNote(long delayMillis, Runnable then) {
        Standing written = current;
        host.after(delayMillis, () -> {
            Standing now = disk.note();
            disk.note(now.orLater(written));
            then.run();
        });
    }

    private void raise(Standing later) {
        current = current.orLater(later);
    }

    void announce(long epoch, int mostQuorum, Consumer<Outcome<Standing>> answer) {
        switch (world.rules().announce(current, epoch, mostQuorum)) {
            case Announced.Refused refused -> answer.accept(Outcome.done(current));
            case Announced.Accepted accepted ->
                raiseDurably(accepted.standing(), () -> {
                    disk.promiseEpoch(epoch);
                    answer.accept(Outcome.done(current));
                });
        }
    }

    void advance(Fence fence, Told told, Consumer<Outcome<Told>> answer) {
        if (!(world.rules().advance(current, fence, told) instanceof Admission.Admitted admitted)) {
            answer.accept(Outcome.failed(ErrorCode.STALE_EPOCH));
            return;
        }
        raise(admitted.standing());
        if (told.equals(Told.NOTHING)) {
            host.after(1_000, () -> raiseDurably(current, () -> {}));
            answer.accept(Outcome.done(current.told()));
        } else {
            raiseDurably(
                    new Standing(0, 0, admitted.standing().told()), () -> answer.accept(Outcome.done(current.told())));
        }
    }

    void youngLocks(Consumer<Outcome<List<LockFile>>> answer) {
        host.after(diskMillis(), () -> {
            List<LockFile> locks = new ArrayList<>();
            disk.copies().forEach((key, copy) -> {
                if (key.type() == ObjectType.LOCKS) {
                    locks.add(new LockFile(key, SIZE, copy.writtenAtMillis(), !copy.damaged()));
                }
            });
            answer.accept(Outcome.done(locks));
        });
    }

    /** Writes a copy whose body takes so long to come; answers when it is durable. */
    void put(Fence fence, ObjectKey key, Sha256 content, long bodyMillis, Consumer<Outcome<Sha256>> answer) {
        if (!(world.rules().admit(current, fence) instanceof Admission.Admitted admitted)) {
            answer.accept(Outcome.failed(ErrorCode.STALE_EPOCH));
            return;
        }
        boolean[] durable = new boolean[1];
        Runnable[] waiting = new Runnable[1];
        waiting[0] = () -> {};
        raiseDurably(admitted.standing(), () -> {
            durable[0] = true;
            waiting[0].run();
        });
        if (key.contentHash().isPresent() && !placeable(fence, key, content, answer)) {
            return;
        }
        if (disk.full()) {
            answer.accept(Outcome.failed(ErrorCode.STORAGE_FULL));
            return;
        }
        host.after(bodyMillis + diskMillis(), () -> {
            if (durable[0]) {
                publish(fence, key, content, answer);
            } else {
                waiting[0] = () -> publish(fence, key, content, answer);
            }
        });
    }

    private boolean placeable(Fence fence, ObjectKey key, Sha256 content, Consumer<Outcome<Sha256>> answer) {
        return switch (world.rules().publish(current, fence, disk.state(key), content)) {
            case PublishDecision.RefusedStaleEpoch refused -> {
                answer.accept(Outcome.failed(ErrorCode.STALE_EPOCH));
                yield false;
            }
            case PublishDecision.RefusedRemoved refused -> {
                answer.accept(Outcome.failed(ErrorCode.UNAVAILABLE));
                yield false;
            }
            case PublishDecision.RefusedNewerPresent refused -> {
                answer.accept(Outcome.failed(ErrorCode.UNAVAILABLE));
                yield false;
            }
            case PublishDecision.Place place -> true;
            case PublishDecision.AlreadyThere there -> true;
        };
    }

    private void publish(Fence fence, ObjectKey key, Sha256 content, Consumer<Outcome<Sha256>> answer) {
        if (!placeable(fence, key, content, answer)) {
            return;
        }
        PublishDecision decision = world.rules().publish(current, fence, disk.state(key), content);
        long revision = decision instanceof PublishDecision.AlreadyThere there ? there.revision() : fence.revision();
        world.oracle().places(host, key, fence, revision);
        disk.place(key, new Disk.Copy(revision, content, host.clockMillis(), false));
        if (world.trace().on()) {
            world.say(host + " places " + world.plain(key) + " of revision " + revision);
        }
        if (world.rules().answersBeforeSync()) {
            answer.accept(Outcome.done(content));
            host.after(500, () -> disk.sync(key));
            return;
        }
        host.after(diskMillis(), () -> {
            disk.sync(key);
            answer.accept(Outcome.done(content));
        });
    }

    /** Moves files to the trash, or takes away copies that count no more; durable when it answers. */
    void remove(Fence fence, List<Removal> removals, boolean deleted, Consumer<Outcome<Boolean>> answer) {
        if (!(world.rules().admit(current, fence) instanceof Admission.Admitted admitted)) {
            answer.accept(Outcome.failed(ErrorCode.STALE_EPOCH));
            return;
        }
        raiseDurably(
                admitted.standing(),
                () -> host.after(diskMillis(), () -> {
                    for (Removal one : removals) {
                        Fence own = new Fence(fence.epoch(), one.revision());
                        boolean stale = deleted ? removeOne(own, one.key()) : discardOne(own, one.key());
                        if (stale) {
                            answer.accept(Outcome.failed(ErrorCode.STALE_EPOCH));
                            return;
                        }
                    }
                    host.after(diskMillis(), () -> {
                        for (Removal one : removals) {
                            disk.sync(one.key());
                            if (deleted) {
                                disk.promiseGone(one.key(), one.revision());
                            }
                        }
                        answer.accept(Outcome.done(true));
                    });
                }));
    }

    private boolean removeOne(Fence fence, ObjectKey key) {
        RemoveDecision decision = world.rules().remove(current, fence, disk.state(key));
        if (world.trace().on()) {
            world.say(host + " removes " + world.plain(key) + " up to " + fence.revision() + ": "
                    + decision.getClass().getSimpleName());
        }
        switch (decision) {
            case RemoveDecision.Trash trash -> {
                world.oracle().takesAway(host, key, fence);
                disk.trash(key, fence.revision());
            }
            case RemoveDecision.Mark mark -> disk.trash(key, fence.revision());
            case RemoveDecision.AlreadyRemoved already -> {}
            case RemoveDecision.KeepNewer keep -> {}
            case RemoveDecision.RefusedStaleEpoch refused -> {
                return true;
            }
        }
        return false;
    }

    private boolean discardOne(Fence fence, ObjectKey key) {
        if (world.rules().marksDiscards()) {
            return removeOne(fence, key);
        }
        DiscardDecision decision = world.rules().discard(current, fence, disk.state(key));
        if (world.trace().on()) {
            world.say(host + " discards " + world.plain(key) + " up to " + fence.revision() + ": "
                    + decision.getClass().getSimpleName());
        }
        switch (decision) {
            case DiscardDecision.Drop drop -> {
                world.oracle().takesAway(host, key, fence);
                disk.drop(key);
            }
            case DiscardDecision.Nothing nothing -> {}
            case DiscardDecision.KeepNewer keep -> {}
            case DiscardDecision.RefusedStaleEpoch refused -> {
                return true;
            }
        }
        return false;
    }

    /** The content, whole and verified. */
    void read(ObjectKey key, Consumer<Outcome<Sha256>> answer) {
        host.after(diskMillis(), () -> {
            Optional<Disk.Copy> copy = disk.copy(key);
            if (copy.isEmpty()) {
                answer.accept(Outcome.failed(ErrorCode.NOT_FOUND));
            } else if (copy.get().damaged()) {
                answer.accept(
                        world.rules().servesUnverified()
                                ? Outcome.done(World.GARBAGE)
                                : Outcome.failed(ErrorCode.DAMAGED));
            } else {
                answer.accept(Outcome.done(copy.get().sha256()));
            }
        });
    }

    void verify(ObjectKey key, Consumer<Outcome<EntityInput.Copy>> answer) {
        host.after(
                diskMillis(),
                () -> answer.accept(Outcome.done(disk.copy(key)
                        .map(copy -> copy.damaged() ? EntityInput.Copy.DAMAGED : EntityInput.Copy.GOOD)
                        .orElse(EntityInput.Copy.MISSING))));
    }

    void copyFrom(Fence fence, ObjectKey key, Sha256 expected, Host source, Consumer<Outcome<Sha256>> answer) {
        world.network()
                .<Sha256>call(host, source, 5_000, reply -> source.storage().read(key, reply), outcome -> {
                    switch (outcome) {
                        case Outcome.Failed<Sha256> failed -> answer.accept(Outcome.failed(failed.code()));
                        case Outcome.Done<Sha256> read -> {
                            if (read.value().equals(expected)) {
                                put(fence, key, read.value(), world.timeline().between(1, 200), answer);
                            } else {
                                answer.accept(Outcome.failed(ErrorCode.CONTENT_MISMATCH));
                            }
                        }
                    }
                });
    }

    /** What is on disk of each key; nothing of it is verified. */
    void inventory(Consumer<Outcome<Map<ObjectKey, FileState>>> answer) {
        host.after(diskMillis(), () -> answer.accept(Outcome.done(inventory(false))));
    }

    /** The same for a rebuild: sidecars are believed, what has none or may have other content is read through. */
    void trustedInventory(Consumer<Outcome<Map<ObjectKey, FileState>>> answer) {
        host.after(diskMillis(), () -> answer.accept(Outcome.done(inventory(true))));
    }

    private Map<ObjectKey, FileState> inventory(boolean trusted) {
        TreeMap<ObjectKey, FileState> entries = new TreeMap<>();
        disk.markers().forEach((key, marker) -> entries.put(key, new FileState(Optional.empty(), marker)));
        disk.copies().forEach((key, copy) -> {
            long marker = disk.markers().getOrDefault(key, 0L);
            boolean believed = copy.revision() > 0 && key.contentHash().isPresent();
            FileInfo file = new FileInfo(
                    SIZE,
                    copy.sha256(),
                    Math.max(copy.revision(), marker),
                    copy.writtenAtMillis(),
                    trusted && (believed || !copy.damaged()));
            entries.put(key, new FileState(Optional.of(file), marker));
        });
        return entries;
    }
}

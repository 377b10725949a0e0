package io.backstay.storage.simulation;

import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.Sha256;
import io.backstay.storage.protocol.DiskFindings;
import io.backstay.storage.protocol.EntityInput;
import io.backstay.storage.protocol.EntityInput.FileState;
import io.backstay.storage.protocol.EntityInput.LockFile;
import io.backstay.storage.protocol.EntityOutput;
import io.backstay.storage.protocol.NodeRules.Fence;
import io.backstay.storage.protocol.NodeRules.Standing;
import io.backstay.storage.protocol.NodeRules.Told;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Carries out what an entity wants done elsewhere, as {@code storage.entity.EntityEffects} does. */
final class EntityEffects {
    private static final long SHORT_MILLIS = 5_000;
    private static final long LONG_MILLIS = 15_000;
    private static final long LOCKS_MILLIS = 2_000;

    private final World world;
    private final Host host;
    private final Entity entity;
    private boolean reading;

    EntityEffects(World world, Host host, Entity entity) {
        this.world = world;
        this.host = host;
        this.entity = entity;
    }

    void carryOut(EntityOutput output) {
        switch (output) {
            case EntityOutput.Reply reply -> throw new IllegalStateException("replies go by the desk");
            case EntityOutput.Stop stop -> throw new IllegalStateException("the actor stops itself");
            case EntityOutput.Announce announce -> announce(announce);
            case EntityOutput.ReadHead read ->
                world.journal()
                        .end(
                                host,
                                read.since(),
                                end -> entity.tell(new EntityInput.HeadRead(
                                        read.check(), end.last(), end.whole(), end.firstWriter(), end.lastWriter())),
                                () -> entity.tell(new EntityInput.HeadUnknown(read.check())));
            case EntityOutput.Remove remove -> remove(remove);
            case EntityOutput.Copy copy -> copy(copy);
            case EntityOutput.Verify verify -> verify(verify);
            case EntityOutput.Advance advance -> advance(advance);
            case EntityOutput.TakeInventories wanted -> readDisks(wanted);
            case EntityOutput.TakeLocks wanted -> takeLocks(wanted);
            case EntityOutput.Continue next -> entity.tell(new EntityInput.GoOn(next.epoch()));
        }
    }

    private void announce(EntityOutput.Announce announce) {
        NodeId node = announce.node();
        Host to = world.host(node);
        if (entity.behind() && world.rules().readsDisksUnfenced()) {
            entity.tell(new EntityInput.Announced(
                    node,
                    announce.epoch(),
                    to.disk().note().stamp(),
                    to.disk().note().told()));
            return;
        }
        world.network()
                .<Standing>call(
                        host,
                        to,
                        SHORT_MILLIS,
                        reply -> to.storage().announce(announce.epoch(), announce.mostQuorum(), reply),
                        outcome -> {
                            switch (outcome) {
                                case Outcome.Done<Standing> done -> {
                                    Standing standing = done.value();
                                    entity.tell(
                                            standing.epoch() > announce.epoch()
                                                    ? new EntityInput.AnnounceRefused(
                                                            node, standing.epoch(), standing.stamp())
                                                    : new EntityInput.Announced(
                                                            node, announce.epoch(), standing.stamp(), standing.told()));
                                }
                                case Outcome.Failed<Standing> failed -> {}
                            }
                        });
    }

    private void advance(EntityOutput.Advance advance) {
        Host to = world.host(advance.node());
        Fence fence = new Fence(advance.epoch(), advance.revision());
        world.network()
                .<Told>call(
                        host,
                        to,
                        SHORT_MILLIS,
                        reply -> to.storage().advance(fence, advance.told(), reply),
                        outcome -> {
                            doubt(outcome, advance.node(), advance.epoch());
                            entity.tell(
                                    outcome instanceof Outcome.Done<Told> done
                                            ? new EntityInput.Advanced(advance.node(), done.value())
                                            : new EntityInput.AdvanceFailed(advance.node()));
                        });
    }

    private void takeLocks(EntityOutput.TakeLocks wanted) {
        Map<NodeId, List<LockFile>> locks = new TreeMap<>();
        int[] missing = {wanted.nodes().size()};
        if (wanted.nodes().isEmpty()) {
            entity.tell(new EntityInput.LocksFound(wanted.look(), locks));
        }
        for (NodeId node : new TreeSet<>(wanted.nodes())) {
            Host to = world.host(node);
            world.network()
                    .<List<LockFile>>call(
                            host, to, LOCKS_MILLIS, reply -> to.storage().youngLocks(reply), outcome -> {
                                if (outcome instanceof Outcome.Done<List<LockFile>> done) {
                                    locks.put(node, done.value());
                                }
                                if (--missing[0] == 0) {
                                    entity.tell(new EntityInput.LocksFound(wanted.look(), locks));
                                }
                            });
        }
    }

    private void remove(EntityOutput.Remove remove) {
        Host to = world.host(remove.node());
        Fence fence = new Fence(remove.epoch(), remove.revision());
        world.network()
                .<Boolean>call(
                        host,
                        to,
                        LONG_MILLIS,
                        reply -> to.storage().remove(fence, remove.removals(), remove.deleted(), reply),
                        outcome -> {
                            doubt(outcome, remove.node(), remove.epoch());
                            entity.tell(
                                    outcome instanceof Outcome.Done<Boolean>
                                            ? new EntityInput.Removed(remove.node(), remove.revision())
                                            : new EntityInput.RemovalFailed(remove.node()));
                        });
    }

    private void doubt(Outcome<?> outcome, NodeId node, long epoch) {
        if (outcome instanceof Outcome.Failed<?> failed && failed.code() == ErrorCode.STALE_EPOCH) {
            entity.tell(new EntityInput.AnnounceRefused(node, epoch + 1, 0));
        }
    }

    private void copy(EntityOutput.Copy copy) {
        Host to = world.host(copy.to());
        Host from = world.host(copy.from());
        Fence fence = new Fence(copy.epoch(), copy.revision());
        world.network()
                .<Sha256>call(
                        host,
                        to,
                        LONG_MILLIS,
                        reply -> to.storage().copyFrom(fence, copy.key(), copy.sha256(), from, reply),
                        outcome -> {
                            doubt(outcome, copy.to(), copy.epoch());
                            entity.tell(
                                    outcome instanceof Outcome.Done<Sha256>
                                            ? new EntityInput.Copied(
                                                    copy.key(), copy.to(), copy.epoch(), copy.recordRevision())
                                            : new EntityInput.CopyFailed(
                                                    copy.key(),
                                                    copy.from(),
                                                    copy.to(),
                                                    copy.epoch(),
                                                    copy.recordRevision()));
                        });
    }

    private void verify(EntityOutput.Verify verify) {
        Host to = world.host(verify.node());
        world.network()
                .<EntityInput.Copy>call(
                        host,
                        to,
                        LONG_MILLIS,
                        reply -> to.storage().verify(verify.key(), reply),
                        outcome -> entity.tell(
                                switch (outcome) {
                                    case Outcome.Done<EntityInput.Copy> read ->
                                        new EntityInput.Verified(
                                                verify.key(), verify.node(), verify.recordRevision(), read.value());
                                    case Outcome.Failed<EntityInput.Copy> failed ->
                                        new EntityInput.VerifyFailed(verify.key(), verify.node());
                                }));
    }

    /** Reads the fenced disks for a rebuild. */
    private void readDisks(EntityOutput.TakeInventories wanted) {
        if (reading) {
            return;
        }
        reading = true;
        Set<NodeId> nodes = new TreeSet<>(world.rules().asked(wanted.nodes()));
        TreeMap<ObjectKey, Map<NodeId, FileState>> keys = new TreeMap<>();
        int[] missing = {nodes.size()};
        boolean[] failed = new boolean[1];
        for (NodeId node : nodes) {
            Host to = world.host(node);
            world.network()
                    .<Map<ObjectKey, FileState>>call(
                            host, to, LONG_MILLIS, reply -> to.storage().trustedInventory(reply), outcome -> {
                                switch (outcome) {
                                    case Outcome.Failed<Map<ObjectKey, FileState>> none -> failed[0] = true;
                                    case Outcome.Done<Map<ObjectKey, FileState>> all ->
                                        all.value()
                                                .forEach((key, state) -> keys.computeIfAbsent(
                                                                key, any -> new TreeMap<>())
                                                        .put(node, state));
                                }
                                if (--missing[0] == 0) {
                                    reading = false;
                                    if (!failed[0]) {
                                        rebuild(wanted, keys);
                                    }
                                }
                            });
        }
    }

    private void rebuild(EntityOutput.TakeInventories wanted, Map<ObjectKey, Map<NodeId, FileState>> keys) {
        DiskFindings findings = new DiskFindings();
        keys.forEach((key, states) -> world.rules().found(states).ifPresent(seen -> findings.take(key, seen)));
        world.tally().rebuilds++;
        host.after(
                world.timeline().between(0, 2_000),
                () -> entity.tell(new EntityInput.Rebuild(wanted.epoch(), wanted.nodes(), findings)));
    }
}

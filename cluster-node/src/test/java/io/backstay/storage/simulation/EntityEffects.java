package io.backstay.storage.simulation;

import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.Sha256;
import io.backstay.storage.protocol.EntityInput;
import io.backstay.storage.protocol.EntityInput.FileState;
import io.backstay.storage.protocol.EntityOutput;
import io.backstay.storage.protocol.NodeRules.Fence;
import io.backstay.storage.protocol.NodeRules.Standing;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Carries out what an entity wants done elsewhere, as {@code storage.entity.EntityEffects} does. */
final class EntityEffects {
    private static final long SHORT_MILLIS = 5_000;
    private static final long LONG_MILLIS = 15_000;

    private final World world;
    private final Host host;
    private final Entity entity;
    private boolean rebuilding;

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
                        .head(
                                host,
                                head -> entity.tell(new EntityInput.HeadRead(read.check(), head)),
                                () -> entity.tell(new EntityInput.HeadUnknown(read.check())));
            case EntityOutput.Remove remove -> remove(remove);
            case EntityOutput.Copy copy -> copy(copy);
            case EntityOutput.Verify verify -> verify(verify);
            case EntityOutput.Advance advance -> {
                Host to = world.host(advance.node());
                world.network()
                        .<Boolean>call(
                                host,
                                to,
                                SHORT_MILLIS,
                                reply -> to.storage().advance(new Fence(advance.epoch(), advance.revision())),
                                ignored -> {});
            }
            case EntityOutput.NeedsRebuild rebuild -> {
                world.say(host + " is behind the disks: " + rebuild.why());
                rebuildSoon();
            }
        }
    }

    private void announce(EntityOutput.Announce announce) {
        NodeId node = announce.node();
        Host to = world.host(node);
        world.network()
                .<Standing>call(
                        host, to, SHORT_MILLIS, reply -> to.storage().announce(announce.epoch(), reply), outcome -> {
                            switch (outcome) {
                                case Outcome.Done<Standing> done -> {
                                    Standing standing = done.value();
                                    entity.tell(
                                            standing.epoch() > announce.epoch()
                                                    ? new EntityInput.AnnounceRefused(
                                                            node, standing.epoch(), standing.stamp())
                                                    : new EntityInput.Announced(
                                                            node, announce.epoch(), standing.stamp()));
                                }
                                case Outcome.Failed<Standing> failed -> {
                                    if (failed.code() == ErrorCode.STALE_EPOCH) {
                                        entity.tell(new EntityInput.AnnounceRefused(node, announce.epoch() + 1, 0));
                                    }
                                }
                            }
                        });
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
                        outcome -> entity.tell(
                                outcome instanceof Outcome.Done<Boolean>
                                        ? new EntityInput.Removed(remove.node(), remove.revision())
                                        : new EntityInput.RemovalFailed(remove.node())));
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
                        outcome -> entity.tell(
                                outcome instanceof Outcome.Done<Sha256>
                                        ? new EntityInput.Copied(copy.key(), copy.to(), copy.recordRevision())
                                        : new EntityInput.CopyFailed(
                                                copy.key(), copy.from(), copy.to(), copy.recordRevision())));
    }

    private void verify(EntityOutput.Verify verify) {
        Host to = world.host(verify.node());
        world.network()
                .<Boolean>call(
                        host,
                        to,
                        LONG_MILLIS,
                        reply -> to.storage().verify(verify.key(), reply),
                        outcome -> entity.tell(
                                switch (outcome) {
                                    case Outcome.Done<Boolean> read ->
                                        new EntityInput.Verified(
                                                verify.key(), verify.node(), verify.recordRevision(), read.value());
                                    case Outcome.Failed<Boolean> failed ->
                                        new EntityInput.VerifyFailed(verify.key(), verify.node());
                                }));
    }

    /** The admin, who reads all disks through and says that the catalogue shall be made from them. */
    private void rebuildSoon() {
        if (rebuilding) {
            return;
        }
        rebuilding = true;
        host.after(world.timeline().between(500, 4_000), () -> {
            rebuilding = false;
            Map<ObjectKey, Map<NodeId, FileState>> files = new TreeMap<>();
            Set<NodeId> asked = new HashSet<>();
            long epoch = 0;
            long stamp = 0;
            for (Host node : world.storageHosts()) {
                if (!node.running() || !world.network().connected(host, node)) {
                    continue;
                }
                asked.add(node.node());
                epoch = Math.max(epoch, node.disk().note().epoch());
                stamp = Math.max(stamp, node.disk().note().stamp());
                node.storage()
                        .inventory(true)
                        .forEach((key, found) -> files.computeIfAbsent(key, any -> new TreeMap<>())
                                .put(node.node(), found));
            }
            int silent = world.storageHosts().size() - asked.size();
            if (silent + world.replacedDisks() < world.quorum()) {
                world.tally().rebuilds++;
                entity.tell(new EntityInput.Rebuild(asked, epoch, stamp, files, "admin"));
            }
        });
    }
}

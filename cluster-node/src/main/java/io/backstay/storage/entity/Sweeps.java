package io.backstay.storage.entity;

import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.RepositoryId;
import io.backstay.storage.protocol.ClusterFacts;
import io.backstay.storage.protocol.EntityMachine;
import io.backstay.storage.protocol.ObjectRecord;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Decides when an entity's disks are swept: soon after it was opened, soon after a storage node came back or has another
 * disk, and then from time to time. Also keeps an entity that is not open yet, or has unfinished repairs, from being put to sleep. Confined to the actor's thread.
 */
final class Sweeps {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration KEEP_ALIVE_EVERY = Duration.ofSeconds(30);

    private final RepositoryId repository;
    private final StorageDependencies dependencies;
    private final ActorRef<BackupStorage.Command> entity;
    private CompletableFuture<Void> running = CompletableFuture.completedFuture(null);
    private Set<NodeId> upBefore = Set.of();
    private long dueNanos = System.nanoTime();
    private long begunNanos = dueNanos;
    private long lastSweep;
    private long keptAliveNanos = System.nanoTime();

    Sweeps(RepositoryId repository, StorageDependencies dependencies, ActorRef<BackupStorage.Command> entity) {
        this.repository = repository;
        this.dependencies = dependencies;
        this.entity = entity;
    }

    void tick(EntityMachine machine, ClusterFacts facts) {
        long now = System.nanoTime();
        boolean busy = !running.isDone();
        if (machine.active()) {
            Set<NodeId> up = storageUp(facts);
            if (!upBefore.containsAll(up)) {
                dueNanos = now + SOON.toNanos();
            }
            upBefore = up;
            if (machine.wantsSweep() && now - begunNanos >= SOON.toNanos()) {
                dueNanos = now;
            }
            if (!busy && now - dueNanos >= 0) {
                dueNanos = now + dependencies.settings().sweepInterval().toNanos();
                begunNanos = now;
                machine.beginSweep(++lastSweep);
                sweep(up);
            }
        }
        boolean unfinished = !machine.active() || busy || machine.repairBacklog() > 0;
        if (unfinished && now - keptAliveNanos >= KEEP_ALIVE_EVERY.toNanos()) {
            keptAliveNanos = now;
            dependencies.keepAlive().accept(repository);
        }
    }

    private static Set<NodeId> storageUp(ClusterFacts facts) {
        Set<NodeId> up = new HashSet<>();
        facts.storage().forEach(candidate -> up.add(candidate.node()));
        up.retainAll(facts.up());
        return up;
    }

    private void sweep(Set<NodeId> nodes) {
        Sweep sweep = new Sweep(
                lastSweep,
                new Inventories(repository, dependencies.peers()),
                nodes,
                this::records,
                input -> entity.tell(new BackupStorage.Fact(input)));
        running = new CompletableFuture<>();
        CompletableFuture<Void> ends = running;
        Thread.ofVirtual().name("sweep-" + repository).start(() -> {
            try {
                sweep.run();
            } finally {
                ends.complete(null);
            }
        });
    }

    private CompletionStage<Map<ObjectKey, ObjectRecord>> records(ObjectType type) {
        CompletableFuture<Map<ObjectKey, ObjectRecord>> copy = new CompletableFuture<>();
        entity.tell(new BackupStorage.CopyRecords(type, copy));
        return copy;
    }
}

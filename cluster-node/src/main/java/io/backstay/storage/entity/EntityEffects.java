package io.backstay.storage.entity;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.RepositoryId;
import io.backstay.storage.protocol.EntityInput;
import io.backstay.storage.protocol.EntityMachine;
import io.backstay.storage.protocol.EntityOutput;
import io.backstay.storage.transfer.StoragePeer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out what an entity wants done elsewhere, and brings back what came of it as facts. */
final class EntityEffects {
    private static final Logger LOG = LoggerFactory.getLogger(BackupStorage.class);
    private static final Duration LOCKS_WITHIN = Duration.ofSeconds(2);

    private final RepositoryId repository;
    private final StorageDependencies dependencies;
    private final ActorRef<BackupStorage.Command> self;
    private final DiskReading reading;

    EntityEffects(RepositoryId repository, StorageDependencies dependencies, ActorRef<BackupStorage.Command> self) {
        this.repository = repository;
        this.dependencies = dependencies;
        this.self = self;
        this.reading = new DiskReading(
                repository,
                new Inventories(repository, dependencies.peers()),
                input -> self.tell(new BackupStorage.Fact(input)));
    }

    void carryOut(EntityOutput output, EntityMachine machine) {
        switch (output) {
            case EntityOutput.Reply reply -> throw new IllegalStateException("replies go by the desk");
            case EntityOutput.Stop stop -> throw new IllegalStateException("the actor stops itself");
            case EntityOutput.Announce announce -> announce(announce);
            case EntityOutput.ReadHead read ->
                bring(
                        dependencies
                                .journalHead()
                                .read(BackupStorage.persistenceId(repository).id(), read.since()),
                        (end, failure) -> failure.isPresent()
                                ? new EntityInput.HeadUnknown(read.check())
                                : new EntityInput.HeadRead(
                                        read.check(), end.last(), end.whole(), end.firstWriter(), end.lastWriter()));
            case EntityOutput.Remove remove -> remove(remove);
            case EntityOutput.Copy copy -> copy(copy);
            case EntityOutput.Verify verify -> verify(verify);
            case EntityOutput.Advance advance -> advance(advance);
            case EntityOutput.TakeInventories wanted -> reading.begin(wanted, machine.trouble());
            case EntityOutput.TakeLocks wanted -> takeLocks(wanted);
            case EntityOutput.Continue next -> self.tell(new BackupStorage.Fact(new EntityInput.GoOn(next.epoch())));
        }
    }

    private void announce(EntityOutput.Announce announce) {
        reading.epoch(announce.epoch());
        NodeId node = announce.node();
        bringIfAny(peer(node).announce(repository, announce.epoch(), announce.mostQuorum()), (standing, failure) -> {
            if (failure.isEmpty()) {
                return Optional.of(
                        standing.epoch() > announce.epoch()
                                ? new EntityInput.AnnounceRefused(node, standing.epoch(), standing.stamp())
                                : new EntityInput.Announced(node, announce.epoch(), standing.stamp(), standing.told()));
            }
            LOG.debug(
                    "Node {} was not told epoch {}: {}",
                    node,
                    announce.epoch(),
                    failure.get().getMessage());
            return Optional.empty();
        });
    }

    private void advance(EntityOutput.Advance advance) {
        StoragePeer.Fence fence = new StoragePeer.Fence(repository, advance.epoch(), advance.revision());
        bring(peer(advance.node()).advance(fence, advance.told()), (told, failure) -> {
            if (failure.isEmpty()) {
                return new EntityInput.Advanced(advance.node(), told);
            }
            LOG.debug(
                    "Node {} was not told revision {}: {}",
                    advance.node(),
                    advance.revision(),
                    failure.get().getMessage());
            doubt(failure.get(), advance.node(), advance.epoch());
            return new EntityInput.AdvanceFailed(advance.node());
        });
    }

    /** Whoever does not answer in time is left out. */
    private void takeLocks(EntityOutput.TakeLocks wanted) {
        Map<NodeId, CompletableFuture<List<EntityInput.LockFile>>> asked = new HashMap<>();
        for (NodeId node : wanted.nodes()) {
            asked.put(
                    node,
                    peer(node)
                            .youngLocks(repository)
                            .toCompletableFuture()
                            .orTimeout(LOCKS_WITHIN.toMillis(), TimeUnit.MILLISECONDS));
        }
        CompletionStage<EntityInput> found = CompletableFuture.allOf(
                        asked.values().toArray(CompletableFuture[]::new))
                .handle((all, failure) -> {
                    Map<NodeId, List<EntityInput.LockFile>> locks = new HashMap<>();
                    asked.forEach((node, answer) -> {
                        if (answer.isCompletedExceptionally()) {
                            LOG.debug("Node {} did not tell its locks", node, answer.exceptionNow());
                        } else {
                            locks.put(node, answer.join());
                        }
                    });
                    return new EntityInput.LocksFound(wanted.look(), locks);
                });
        bring(found, (input, failure) -> input);
    }

    private void remove(EntityOutput.Remove remove) {
        StoragePeer.Fence fence = new StoragePeer.Fence(repository, remove.epoch(), remove.revision());
        StoragePeer peer = peer(remove.node());
        List<StoragePeer.Removal> removals = remove.removals().stream()
                .map(one -> new StoragePeer.Removal(one.key(), one.revision()))
                .toList();
        bring(remove.deleted() ? peer.remove(fence, removals) : peer.discard(fence, removals), (done, failure) -> {
            failure.ifPresent(cause -> doubt(cause, remove.node(), remove.epoch()));
            return failure.isEmpty()
                    ? new EntityInput.Removed(remove.node(), remove.revision())
                    : new EntityInput.RemovalFailed(remove.node());
        });
    }

    /** A node that knows a later epoch than this activation's: another one has begun, or the journal forgot that it had. */
    private void doubt(BackstayException cause, NodeId node, long epoch) {
        if (cause.code() == ErrorCode.STALE_EPOCH) {
            self.tell(new BackupStorage.Fact(new EntityInput.AnnounceRefused(node, epoch + 1, 0)));
        }
    }

    private void copy(EntityOutput.Copy copy) {
        StoragePeer.Fence fence = new StoragePeer.Fence(repository, copy.epoch(), copy.revision());
        ObjectKey key = copy.key();
        bring(peer(copy.to()).copyFrom(fence, key, copy.sha256(), copy.sizeBytes(), copy.from()), (info, failure) -> {
            if (failure.isEmpty()) {
                return new EntityInput.Copied(key, copy.to(), copy.epoch(), copy.recordRevision());
            }
            doubt(failure.get(), copy.to(), copy.epoch());
            LOG.warn(
                    "Repository {}: {} could not be copied from {} to {}: {}",
                    repository,
                    key,
                    copy.from(),
                    copy.to(),
                    failure.get().getMessage());
            return new EntityInput.CopyFailed(key, copy.from(), copy.to(), copy.epoch(), copy.recordRevision());
        });
    }

    private void verify(EntityOutput.Verify verify) {
        StoragePeer peer = peer(verify.node());
        CompletionStage<EntityInput.Copy> copy = peer.verify(repository, verify.key())
                .thenCompose(good -> good
                        ? CompletableFuture.completedFuture(EntityInput.Copy.GOOD)
                        : peer.stat(repository, verify.key())
                                .thenApply(file ->
                                        file.isPresent() ? EntityInput.Copy.DAMAGED : EntityInput.Copy.MISSING));
        bring(
                copy,
                (found, failure) -> failure.isPresent()
                        ? new EntityInput.VerifyFailed(verify.key(), verify.node())
                        : new EntityInput.Verified(verify.key(), verify.node(), verify.recordRevision(), found));
    }

    private StoragePeer peer(NodeId node) {
        return dependencies.peers().apply(node);
    }

    private <T> void bring(CompletionStage<T> result, BiFunction<T, Optional<BackstayException>, EntityInput> fact) {
        bringIfAny(result, (value, failure) -> Optional.of(fact.apply(value, failure)));
    }

    private <T> void bringIfAny(
            CompletionStage<T> result, BiFunction<T, Optional<BackstayException>, Optional<EntityInput>> fact) {
        result.whenComplete((value, failure) -> fact.apply(value, Optional.ofNullable(cause(failure)))
                .ifPresent(input -> self.tell(new BackupStorage.Fact(input))));
    }

    private static @Nullable BackstayException cause(@Nullable Throwable failure) {
        if (failure == null) {
            return null;
        }
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof BackstayException known
                ? known
                : new BackstayException(ErrorCode.UNAVAILABLE, "no answer: " + cause, cause);
    }
}

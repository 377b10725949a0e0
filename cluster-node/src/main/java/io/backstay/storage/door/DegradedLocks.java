package io.backstay.storage.door;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.RepositoryId;
import io.backstay.model.Sha256;
import io.backstay.storage.protocol.Catalogue;
import io.backstay.storage.transfer.StoragePeer;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Locks that no entity has decided on: files of revision 0 on a majority of all storage nodes, so that any majority that an
 * entity hears has one that knows of them. They can be deleted the same way; locks of an entity stay. Safe for use by many
 * threads.
 */
final class DegradedLocks {
    private static final Logger LOG = LoggerFactory.getLogger(DegradedLocks.class);

    private final Disks disks;

    DegradedLocks(Disks disks) {
        this.disks = disks;
    }

    /**
     * Writes a lock; completes when a majority has it durable. Where no majority takes it, what was placed is removed again, as
     * far as nodes answer, and it fails with {@code UNAVAILABLE}.
     */
    CompletionStage<Done> save(RepositoryId repository, ObjectKey key, ByteString content) {
        if (!key.name().equals(Sha256.hash(content.toArray()))) {
            return CompletableFuture.failedFuture(
                    new BackstayException(ErrorCode.CONTENT_MISMATCH, "the SHA-256 of the body is not its name"));
        }
        return disks.ask(
                        repository,
                        peer -> place(peer, repository, key, content),
                        answers -> answers.values().size() >= answers.majority())
                .thenCompose(placed -> {
                    if (placed.values().size() >= placed.majority()) {
                        return CompletableFuture.completedFuture(Done.getInstance());
                    }
                    BackstayException failure = placed.because(
                            ErrorCode.UNAVAILABLE,
                            "the lock is on %d disks, %d are needed"
                                    .formatted(placed.values().size(), placed.majority()));
                    return undo(repository, key, failure);
                });
    }

    private static CompletionStage<StoragePeer.ReplicaInfo> place(
            StoragePeer peer, RepositoryId repository, ObjectKey key, ByteString content) {
        return peer.announce(repository, 0, 0)
                .thenCompose(standing -> peer.put(
                        new StoragePeer.Fence(repository, standing.epoch(), Catalogue.OWNERLESS),
                        key,
                        key.contentHash(),
                        content.size(),
                        Source.single(content)));
    }

    /** Also where the writing failed: it may have been done all the same. */
    private CompletionStage<Done> undo(RepositoryId repository, ObjectKey key, BackstayException failure) {
        return disks.askAll(repository, peer -> discard(peer, repository, key)).thenCompose(gone -> {
            Collection<BackstayException> left = gone.failures().values();
            left.forEach(failure::addSuppressed);
            if (!left.isEmpty()) {
                LOG.warn("Repository {}: {} was refused, and may be left on {}", repository, key, gone.failures());
            }
            return CompletableFuture.failedFuture(failure);
        });
    }

    /** Takes away a lock that was made without an entity; of another one the entity must know first. */
    CompletionStage<Done> delete(RepositoryId repository, ObjectKey key) {
        return disks.askAll(repository, peer -> peer.announce(repository, 0, 0)).thenCompose(known -> {
            if (!Disks.complete(known)) {
                return CompletableFuture.failedFuture(
                        known.because(ErrorCode.TOO_FEW_NODES, "too few storage nodes answer to remove the lock"));
            }
            return disks.askAll(repository, peer -> discard(peer, repository, key))
                    .thenApply(gone -> {
                        Set<NodeId> left = new TreeSet<>(known.values().keySet());
                        left.removeIf(node -> gone.values().getOrDefault(node, false));
                        if (!left.isEmpty()) {
                            throw gone.because(
                                    ErrorCode.UNAVAILABLE, "the lock has not been removed from %s".formatted(left));
                        }
                        return Done.getInstance();
                    });
        });
    }

    /** Whether the node has the file no more. */
    private static CompletionStage<Boolean> discard(StoragePeer peer, RepositoryId repository, ObjectKey key) {
        long later = Catalogue.OWNERLESS + 1;
        return peer.announce(repository, 0, 0)
                .thenCompose(standing -> peer.discard(
                        new StoragePeer.Fence(repository, standing.epoch(), later),
                        List.of(new StoragePeer.Removal(key, later))))
                .thenCompose(done -> peer.stat(repository, key))
                .thenApply(left -> left.isEmpty());
    }
}

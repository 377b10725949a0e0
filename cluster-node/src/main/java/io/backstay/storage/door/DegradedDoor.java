package io.backstay.storage.door;

import io.backstay.cluster.view.ViewSource;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.RepositoryId;
import io.backstay.model.Sha256;
import io.backstay.storage.door.ObjectDoor.Listed;
import io.backstay.storage.door.ObjectDoor.Mode;
import io.backstay.storage.door.ObjectDoor.ObjectInfo;
import io.backstay.storage.entity.Inventories;
import io.backstay.storage.transfer.StoragePeer;
import io.backstay.storage.transfer.StoragePeer.InventoryEntry;
import io.backstay.storage.transfer.StoragePeer.ReplicaInfo;
import io.backstay.storage.transfer.StoragePeer.Standing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Serves a repository from the disks alone, while no entity can decide: the databases are away, or too few nodes are left.
 *
 * <p>Objects are read from any node that has them. "It is not there", and lists, need an answer of all but fewer than W storage
 * nodes: one of those has each acknowledged object, and the marker of each answered deletion. Nothing can be written but
 * locks, without which restic does not read; a lock is a file of revision 0 on W nodes, which the entity takes in when it is
 * back. Only such locks can be deleted.
 */
final class DegradedDoor {
    /** The revision under which degraded locks are written: earlier than anything that an entity has decided. */
    private static final long OF_A_LOCK = 0;

    private static final int LARGEST_LOCK_BYTES = 1 << 20;

    private final ClassicActorSystemProvider system;
    private final NodeId self;
    private final Function<NodeId, StoragePeer> peers;
    private final Disks disks;
    private final boolean partialLists;
    private final Executor readers;

    /** @param partialLists whether lists are given though they may lack objects that only silent nodes have */
    DegradedDoor(
            ClassicActorSystemProvider system,
            NodeId self,
            ViewSource views,
            Function<NodeId, StoragePeer> peers,
            boolean partialLists) {
        this.system = system;
        this.self = self;
        this.peers = peers;
        this.disks = new Disks(views, peers);
        this.partialLists = partialLists;
        this.readers = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("degraded-list-", 0).factory());
    }

    // Reading

    CompletionStage<Optional<ObjectInfo>> stat(RepositoryId repository, ObjectKey key) {
        return disks.ask(repository, peer -> peer.stat(repository, key)).thenCompose(answers -> {
            List<Map.Entry<NodeId, ReplicaInfo>> found = new ArrayList<>();
            answers.values().forEach((node, replica) -> replica.ifPresent(file -> found.add(Map.entry(node, file))));
            return found.isEmpty()
                    ? absent(repository, key, answers.values().keySet())
                    : CompletableFuture.completedFuture(Optional.of(newest(key, found)));
        });
    }

    /** None of the nodes has it; whether that is enough to say so. */
    private CompletionStage<Optional<ObjectInfo>> absent(RepositoryId repository, ObjectKey key, Set<NodeId> asked) {
        return standings(repository).thenApply(known -> {
            if (!complete(known) || !asked.containsAll(known.values().keySet())) {
                throw unavailable("too few storage nodes answer to know whether there is %s".formatted(key));
            }
            return Optional.empty();
        });
    }

    /**
     * Whether what answered has each acknowledged object, and the marker of each answered deletion: fewer than W are silent, for
     * the lesser of today's W and the one of which the disks were told, since W grows with the nodes before the copies do.
     */
    private static boolean complete(Disks.Answers<Standing> known) {
        int told = known.values().values().stream()
                .mapToInt(Standing::quorum)
                .max()
                .orElse(0);
        return known.silent() == 0 || known.silent() < Math.min(told, known.quorum());
    }

    /** Where copies differ, as they may for {@code config}, the one of the highest revision counts. */
    private ObjectInfo newest(ObjectKey key, List<Map.Entry<NodeId, ReplicaInfo>> found) {
        ReplicaInfo newest = found.stream()
                .map(Map.Entry::getValue)
                .max(Comparator.comparingLong(ReplicaInfo::revision))
                .orElseThrow();
        List<NodeId> holders = found.stream()
                .filter(entry -> entry.getValue().sha256().equals(newest.sha256()))
                .map(Map.Entry::getKey)
                .sorted(Comparator.comparing(node -> !node.equals(self)))
                .toList();
        return new ObjectInfo(key, newest.sizeBytes(), Instant.EPOCH, newest.revision(), holders, Mode.DEGRADED);
    }

    CompletionStage<Source<Listed, NotUsed>> list(RepositoryId repository, ObjectType type) {
        return standings(repository)
                .thenApplyAsync(
                        answers -> {
                            if (!complete(answers) && !partialLists
                                    || answers.values().isEmpty()) {
                                throw tooFew();
                            }
                            return Source.from(
                                    union(repository, type, answers.values().keySet()));
                        },
                        readers);
    }

    private List<Listed> union(RepositoryId repository, ObjectType type, Set<NodeId> nodes) {
        List<Listed> listed = new ArrayList<>();
        try {
            new Inventories(repository, peers)
                    .visit(
                            nodes,
                            type,
                            stretch -> stretch.forEach((key, entries) -> present(entries.values())
                                    .ifPresent(file -> listed.add(new Listed(key.name(), file.sizeBytes())))));
            return listed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("this node is ending");
        } catch (ExecutionException | TimeoutException e) {
            // Who is asked for the next list, the answers to its first question will tell.
            throw unavailable("a storage node failed while its objects were listed: " + e.getMessage());
        }
    }

    /** The file of a key, unless it is older than a removal of which any node knows. */
    private static Optional<ReplicaInfo> present(Iterable<InventoryEntry> entries) {
        long removed = 0;
        Optional<ReplicaInfo> newest = Optional.empty();
        for (InventoryEntry entry : entries) {
            removed = Math.max(removed, entry.removedRevision());
            Optional<ReplicaInfo> file = entry.file();
            if (file.isPresent()
                    && newest.filter(known -> known.revision() >= file.get().revision())
                            .isEmpty()) {
                newest = file;
            }
        }
        long newestRemoval = removed;
        return newest.filter(file -> file.revision() >= newestRemoval);
    }

    private CompletionStage<Disks.Answers<Standing>> standings(RepositoryId repository) {
        return disks.ask(repository, peer -> peer.announce(repository, 0));
    }

    // Locks

    CompletionStage<Done> saveLock(RepositoryId repository, ObjectKey key, long sizeBytes, Source<ByteString, ?> body) {
        if (sizeBytes > LARGEST_LOCK_BYTES) {
            return Upload.drained(system, body)
                    .thenCompose(drained -> CompletableFuture.failedFuture(new BackstayException(
                            ErrorCode.TOO_LARGE, "a lock of more than %d bytes".formatted(LARGEST_LOCK_BYTES))));
        }
        return body.runWith(Sink.fold(ByteString.emptyByteString(), ByteString::concat), system)
                .thenCompose(content -> {
                    check(key, sizeBytes, content);
                    return standings(repository).thenCompose(known -> place(repository, key, content, known));
                });
    }

    private static void check(ObjectKey key, long sizeBytes, ByteString content) {
        if (content.size() != sizeBytes) {
            throw new BackstayException(ErrorCode.CONTENT_TRUNCATED, "the body ended before its announced length");
        }
        if (!key.name().equals(Sha256.hash(content.toArray()))) {
            throw new BackstayException(ErrorCode.CONTENT_MISMATCH, "the SHA-256 of the body is not its name");
        }
    }

    /** On every node that answers: nobody repairs what is short of copies now. */
    private CompletionStage<Done> place(
            RepositoryId repository, ObjectKey key, ByteString content, Disks.Answers<Standing> known) {
        List<CompletableFuture<Boolean>> placed = new ArrayList<>();
        known.values()
                .forEach((node, standing) -> placed.add(peers.apply(node)
                        .put(
                                new StoragePeer.Fence(repository, standing.epoch(), OF_A_LOCK),
                                key,
                                key.contentHash(),
                                content.size(),
                                Source.single(content))
                        .handle((replica, failure) -> failure == null)
                        .toCompletableFuture()));
        return CompletableFuture.allOf(placed.toArray(CompletableFuture[]::new)).thenApply(all -> {
            long good = placed.stream().filter(CompletableFuture::join).count();
            if (good < known.quorum()) {
                throw unavailable("the lock is on %d disks, %d are needed".formatted(good, known.quorum()));
            }
            return Done.getInstance();
        });
    }

    /** Takes away a lock that was made without an entity; of another one the entity must know first. */
    CompletionStage<Done> deleteLock(RepositoryId repository, ObjectKey key) {
        return standings(repository).thenCompose(known -> {
            if (!complete(known)) {
                return CompletableFuture.failedFuture(tooFew());
            }
            Set<NodeId> nodes = new TreeSet<>(known.values().keySet());
            List<CompletableFuture<Boolean>> gone = new ArrayList<>();
            known.values().forEach((node, standing) -> gone.add(discard(repository, key, node, standing.epoch())));
            return CompletableFuture.allOf(gone.toArray(CompletableFuture[]::new))
                    .thenApply(all -> {
                        if (!gone.stream().allMatch(CompletableFuture::join)) {
                            throw unavailable("not all of %s have removed the lock".formatted(nodes));
                        }
                        return Done.getInstance();
                    });
        });
    }

    /** Whether the node has the file no more. */
    private CompletableFuture<Boolean> discard(RepositoryId repository, ObjectKey key, NodeId node, long epoch) {
        long later = OF_A_LOCK + 1;
        StoragePeer peer = peers.apply(node);
        return peer.discard(
                        new StoragePeer.Fence(repository, epoch, later), List.of(new StoragePeer.Removal(key, later)))
                .thenCompose(done -> peer.stat(repository, key))
                .handle((left, failure) -> failure == null && left.isEmpty())
                .toCompletableFuture();
    }

    private static BackstayException tooFew() {
        return new BackstayException(
                ErrorCode.TOO_FEW_NODES, "too few storage nodes answer for a list that is complete");
    }

    private static BackstayException unavailable(String why) {
        return new BackstayException(ErrorCode.UNAVAILABLE, why);
    }
}

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
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Serves a repository from the disks alone, while no entity can decide: the databases are away, or too few nodes are left.
 *
 * <p>Objects are read from any node that has them, unless a node knows of a later removal. "It is not there", and lists, need
 * an answer of all but fewer than W storage nodes: one of those has each acknowledged object, and the marker of each
 * answered deletion. Nothing can be written but locks, without which restic does not read; see {@link DegradedLocks}.
 */
final class DegradedDoor {
    /** More than any lock has. */
    static final int LARGEST_LOCK_BYTES = 1 << 20;

    /** So many holders leave another one to read from where the first fails. */
    private static final int HOLDERS = 2;

    private final NodeId self;
    private final Disks disks;
    private final DegradedLists lists;
    private final DegradedLocks locks;

    /** @param partialLists whether lists are given though they may lack objects that only silent nodes have */
    DegradedDoor(NodeId self, ViewSource views, Function<NodeId, StoragePeer> peers, boolean partialLists) {
        this.self = self;
        this.disks = new Disks(views, peers);
        this.lists = new DegradedLists(peers, disks, partialLists);
        this.locks = new DegradedLocks(disks);
    }

    // Reading

    /** Waits for no more nodes than it takes, but for {@code config}, of which a slow one may have the newest. */
    CompletionStage<Optional<ObjectInfo>> stat(RepositoryId repository, ObjectKey key) {
        return disks.ask(
                        repository,
                        peer -> entry(peer, repository, key),
                        answers -> key.contentHash().isPresent()
                                && answers.silent() < answers.quorum()
                                && present(answers).size() >= HOLDERS)
                .thenCompose(answers -> {
                    List<ReplicaInfo> files = present(answers);
                    return files.isEmpty()
                            ? absent(repository, key, answers.values().keySet())
                            : CompletableFuture.completedFuture(Optional.of(newest(key, files.getFirst(), answers)));
                });
    }

    /** What a node has under a key: its file, its newest marker, or both. */
    private static CompletionStage<Optional<InventoryEntry>> entry(
            StoragePeer peer, RepositoryId repository, ObjectKey key) {
        return peer.inventory(repository, before(key), 1)
                .thenApply(page -> page.entries().stream()
                        .filter(entry -> entry.key().equals(key))
                        .findFirst());
    }

    /** The key that an inventory has to begin after so that this one comes first. */
    private static Optional<ObjectKey> before(ObjectKey key) {
        Sha256 name = key.name();
        if (name.equals(new Sha256(0, 0, 0, 0))) {
            return Inventories.beginOf(key.type());
        }
        boolean borrowsC = name.d() == 0;
        boolean borrowsB = borrowsC && name.c() == 0;
        boolean borrowsA = borrowsB && name.b() == 0;
        Sha256 before = new Sha256(
                borrowsA ? name.a() - 1 : name.a(),
                borrowsB ? name.b() - 1 : name.b(),
                borrowsC ? name.c() - 1 : name.c(),
                name.d() - 1);
        return Optional.of(new ObjectKey(key.type(), before));
    }

    private static List<ReplicaInfo> present(Disks.Answers<Optional<InventoryEntry>> answers) {
        return DegradedLists.present(
                answers.values().values().stream().flatMap(Optional::stream).toList());
    }

    /** None of the nodes has it; whether that is enough to say so. */
    private CompletionStage<Optional<ObjectInfo>> absent(RepositoryId repository, ObjectKey key, Set<NodeId> asked) {
        return disks.standings(repository).thenApply(known -> {
            if (!Disks.complete(known) || !asked.containsAll(known.values().keySet())) {
                throw known.because(
                        ErrorCode.UNAVAILABLE,
                        "too few storage nodes answer to know whether there is %s".formatted(key));
            }
            return Optional.empty();
        });
    }

    /** Where copies differ, as they may for {@code config}, the one of the highest revision counts. */
    private ObjectInfo newest(ObjectKey key, ReplicaInfo newest, Disks.Answers<Optional<InventoryEntry>> answers) {
        Set<NodeId> holders = answers.values().entrySet().stream()
                .filter(each -> each.getValue()
                        .flatMap(InventoryEntry::file)
                        .filter(file -> file.sha256().equals(newest.sha256()))
                        .isPresent())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        return new ObjectInfo(
                key,
                newest.sizeBytes(),
                Instant.EPOCH,
                newest.revision(),
                holders.stream()
                        .sorted(Comparator.comparing(node -> !node.equals(self)))
                        .toList(),
                Mode.DEGRADED);
    }

    CompletionStage<Source<Listed, NotUsed>> list(RepositoryId repository, ObjectType type) {
        return lists.list(repository, type);
    }

    // Locks

    /** Reads a lock's body, which the caller has bounded by its announced length. Fails with {@code CONTENT_TRUNCATED} where it is not as long as announced. */
    static CompletionStage<ByteString> lock(
            ClassicActorSystemProvider system, long sizeBytes, Source<ByteString, ?> body) {
        return body.runWith(Sink.fold(ByteString.emptyByteString(), ByteString::concat), system)
                .thenApply(content -> {
                    if (content.size() != sizeBytes) {
                        throw new BackstayException(
                                ErrorCode.CONTENT_TRUNCATED, "the body ended before its announced length");
                    }
                    return content;
                });
    }

    CompletionStage<Done> saveLock(RepositoryId repository, ObjectKey key, ByteString content) {
        return locks.save(repository, key, content);
    }

    CompletionStage<Done> deleteLock(RepositoryId repository, ObjectKey key) {
        return locks.delete(repository, key);
    }
}

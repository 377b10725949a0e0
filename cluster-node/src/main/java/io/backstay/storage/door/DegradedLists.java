package io.backstay.storage.door;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.RepositoryId;
import io.backstay.storage.door.ObjectDoor.Listed;
import io.backstay.storage.entity.Inventories;
import io.backstay.storage.transfer.StoragePeer;
import io.backstay.storage.transfer.StoragePeer.InventoryEntry;
import io.backstay.storage.transfer.StoragePeer.ReplicaInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Source;

/**
 * Lists from the disks alone, merged while they are read: a list has one page of each node in memory, however long it is. Few
 * run at once on a node; others wait a while and are then refused. Safe for use by many threads.
 */
final class DegradedLists {
    private static final int AT_ONCE = 4;
    private static final Duration WAIT = Duration.ofSeconds(5);

    /** A client that has not begun to read by then, or stops for so long, has lost its list. */
    private static final Duration UNREAD_FOR = Duration.ofSeconds(60);

    private final Function<NodeId, StoragePeer> peers;
    private final Disks disks;
    private final boolean partial;
    private final Semaphore free = new Semaphore(AT_ONCE, true);
    private final Duration wait;
    private final Executor readers = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("degraded-list-", 0).factory());

    /** @param partial whether lists are given though they may lack objects that only silent nodes have */
    DegradedLists(Function<NodeId, StoragePeer> peers, Disks disks, boolean partial) {
        this(peers, disks, partial, WAIT);
    }

    DegradedLists(Function<NodeId, StoragePeer> peers, Disks disks, boolean partial, Duration wait) {
        this.peers = peers;
        this.disks = disks;
        this.partial = partial;
        this.wait = wait;
    }

    /** A place among the lists that run; given back once, and lost where nobody begins to read. */
    private final class Place {
        private boolean begun;
        private boolean over;

        private synchronized boolean begin() {
            begun = !over;
            return begun;
        }

        private synchronized void lapse() {
            if (!begun) {
                end();
            }
        }

        private synchronized void end() {
            if (!over) {
                over = true;
                free.release();
            }
        }
    }

    /** All objects of a type; completes when the first page is there. */
    CompletionStage<Source<Listed, NotUsed>> list(RepositoryId repository, ObjectType type) {
        return CompletableFuture.supplyAsync(this::place, readers)
                .thenCompose(place -> disks.standings(repository)
                        .thenApplyAsync(
                                known -> {
                                    if (!Disks.complete(known) && !partial
                                            || known.values().isEmpty()) {
                                        throw known.because(
                                                ErrorCode.TOO_FEW_NODES,
                                                "too few storage nodes answer for a list that is complete");
                                    }
                                    return new Reading(
                                            repository, type, known.values().keySet());
                                },
                                readers)
                        .thenApply(reading -> reading.from(reading.read(Inventories.beginOf(type)), place))
                        .whenComplete((source, failure) -> {
                            if (failure != null) {
                                place.end();
                            }
                        }));
    }

    private Place place() {
        try {
            if (!free.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                throw unavailable(
                        "%d lists are being made from the disks alone, and no more at once".formatted(AT_ONCE));
            }
            return new Place();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackstayException(ErrorCode.UNAVAILABLE, "this node is ending", e);
        }
    }

    /** One list. */
    private final class Reading {
        private final Inventories inventories;
        private final ObjectType type;
        private final Set<NodeId> nodes;

        private Reading(RepositoryId repository, ObjectType type, Set<NodeId> nodes) {
            this.inventories = new Inventories(repository, peers);
            this.type = type;
            this.nodes = nodes;
        }

        private Source<Listed, NotUsed> from(Inventories.Part first, Place place) {
            CompletableFuture.delayedExecutor(UNREAD_FOR.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(place::lapse);
            return Source.lazySource(() -> place.begin() ? parts(first, place) : Source.<Listed>failed(unread()))
                    .mapMaterializedValue(same -> NotUsed.getInstance());
        }

        private Source<Listed, NotUsed> parts(Inventories.Part first, Place place) {
            Source<Inventories.Part, NotUsed> rest = Source.unfoldAsync(
                    first.next(),
                    next -> next.isEmpty()
                            ? CompletableFuture.completedFuture(
                                    Optional.<Pair<Optional<ObjectKey>, Inventories.Part>>empty())
                            : CompletableFuture.supplyAsync(() -> read(next), readers)
                                    .thenApply(part -> Optional.of(Pair.create(part.next(), part))));
            return Source.single(first)
                    .concat(rest)
                    .mapConcat(Reading::present)
                    .backpressureTimeout(UNREAD_FOR)
                    .watchTermination((same, done) -> {
                        var unused = done.whenComplete((end, failure) -> place.end());
                        return same;
                    });
        }

        private Inventories.Part read(Optional<ObjectKey> after) {
            try {
                return inventories.read(nodes, type, after);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BackstayException(ErrorCode.UNAVAILABLE, "this node is ending", e);
            } catch (ExecutionException | TimeoutException e) {
                // Who is asked for the next list, the answers to its first question will tell.
                throw new BackstayException(
                        ErrorCode.UNAVAILABLE,
                        "a storage node failed while its objects were listed: " + e.getMessage(),
                        e);
            }
        }

        private static List<Listed> present(Inventories.Part part) {
            List<Listed> listed = new ArrayList<>(part.keys().size());
            part.keys()
                    .forEach((key, entries) -> DegradedLists.present(entries.values()).stream()
                            .findFirst()
                            .ifPresent(file -> listed.add(new Listed(key.name(), file.sizeBytes()))));
            return listed;
        }
    }

    /** The files of a key, the newest first, but those that are older than a removal of which any node knows. */
    static List<ReplicaInfo> present(Collection<InventoryEntry> entries) {
        long removed = entries.stream()
                .mapToLong(InventoryEntry::removedRevision)
                .max()
                .orElse(0);
        return entries.stream()
                .flatMap(entry -> entry.file().stream())
                .filter(file -> file.revision() >= removed)
                .sorted((one, other) -> Long.compare(other.revision(), one.revision()))
                .toList();
    }

    private static BackstayException unread() {
        return unavailable("nobody began to read this list");
    }

    private static BackstayException unavailable(String why) {
        return new BackstayException(ErrorCode.UNAVAILABLE, why);
    }
}

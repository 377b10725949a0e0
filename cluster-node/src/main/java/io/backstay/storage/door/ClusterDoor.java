package io.backstay.storage.door;

import io.backstay.cluster.view.ViewSource;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.RepositoryId;
import io.backstay.storage.entity.EntityWire;
import io.backstay.storage.entity.StorageSettings;
import io.backstay.storage.entity.StorageShards;
import io.backstay.storage.protocol.PackedListing;
import io.backstay.storage.transfer.StoragePeer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** The door of a node of the cluster: asks entities over sharding, streams to and from storage nodes. */
public final class ClusterDoor implements ObjectDoor {
    private static final int PAGE = 4_000;

    private final ActorSystem<?> system;
    private final NodeId self;
    private final EntityClient entities;
    private final Function<NodeId, StoragePeer> peers;
    private final StorageSettings settings;
    private final EntityWatch watch;
    private final DegradedDoor degraded;

    /**
     * A door.
     *
     * @param system where streams run: the door's own, which outlives the cluster's
     * @param shards the way to entities, while this node is a member
     * @param partialLists whether degraded lists are given though they may lack objects that only silent nodes have
     */
    public ClusterDoor(
            ActorSystem<?> system,
            NodeId self,
            Supplier<Optional<StorageShards>> shards,
            ViewSource views,
            Function<NodeId, StoragePeer> peers,
            StorageSettings settings,
            boolean partialLists) {
        this.system = system;
        this.self = self;
        this.watch = new EntityWatch(settings.degradedAfter(), System::nanoTime);
        this.entities = new EntityClient(shards, settings, watch);
        this.peers = peers;
        this.settings = settings;
        this.degraded = new DegradedDoor(self, views, peers, partialLists);
    }

    @Override
    public int degradedRepositories() {
        return watch.awayCount();
    }

    /** By the entity, or from the disks alone where it counts as away, or comes to while it is asked. */
    private <T> CompletionStage<T> orDegraded(
            Caller caller,
            RepositoryId repository,
            Supplier<CompletionStage<T>> byEntity,
            Supplier<CompletionStage<T>> fromDisks) {
        if (away(caller, repository)) {
            return fromDisks.get();
        }
        return byEntity.get()
                .exceptionallyCompose(failure ->
                        isAway(repository, failure) ? fromDisks.get() : CompletableFuture.failedFuture(failure));
    }

    /** Whether the entity counts as away; looks for it in the background, so that it does not stay so. */
    private boolean away(Caller caller, RepositoryId repository) {
        if (!watch.away(repository)) {
            return false;
        }
        if (watch.lookDue(repository)) {
            entities.look(caller, repository);
        }
        return true;
    }

    private static BackstayException readOnly() {
        return new BackstayException(
                ErrorCode.UNAVAILABLE,
                "the repository is served from the disks alone at the moment, and takes nothing");
    }

    @Override
    public CompletionStage<Mode> save(
            Caller caller, RepositoryId repository, ObjectKey key, long sizeBytes, Source<ByteString, ?> body) {
        if (key.type() == ObjectType.LOCKS && sizeBytes <= DegradedDoor.LARGEST_LOCK_BYTES) {
            return saveLock(caller, repository, key, sizeBytes, body);
        }
        if (away(caller, repository)) {
            return refused(body);
        }
        return byEntity(caller, repository, key, sizeBytes, body);
    }

    private CompletionStage<Mode> byEntity(
            Caller caller, RepositoryId repository, ObjectKey key, long sizeBytes, Source<ByteString, ?> body) {
        return new Upload(system, entities, peers, settings, caller, repository, key, sizeBytes)
                .run(body)
                .thenApply(done -> Mode.FULL);
    }

    /** The entity is always asked first, whatever is known of it: only where it is away a lock may be taken without it. */
    private CompletionStage<Mode> saveLock(
            Caller caller, RepositoryId repository, ObjectKey key, long sizeBytes, Source<ByteString, ?> body) {
        return DegradedDoor.lock(system, sizeBytes, body)
                .thenCompose(lock -> byEntity(caller, repository, key, sizeBytes, Source.single(lock))
                        .exceptionallyCompose(failure -> isAway(repository, failure)
                                ? degraded.saveLock(repository, key, lock).thenApply(done -> Mode.DEGRADED)
                                : CompletableFuture.failedFuture(failure)));
    }

    private boolean isAway(RepositoryId repository, Throwable failure) {
        return EntityClient.passing(Failures.cause(failure).code()) && watch.away(repository);
    }

    private CompletionStage<Mode> refused(Source<ByteString, ?> body) {
        return Upload.drained(system, body).thenCompose(done -> CompletableFuture.failedFuture(readOnly()));
    }

    @Override
    public CompletionStage<Optional<ObjectInfo>> stat(Caller caller, RepositoryId repository, ObjectKey key) {
        return orDegraded(
                caller, repository, () -> locate(caller, repository, key), () -> degraded.stat(repository, key));
    }

    private CompletionStage<Optional<ObjectInfo>> locate(Caller caller, RepositoryId repository, ObjectKey key) {
        return entities.patiently(caller, repository, new EntityWire.Locate(key.toString(), true), entities.deadline())
                .thenApply(answer -> switch (answer) {
                    case EntityWire.Located located -> Optional.of(info(key, located));
                    case EntityWire.Absent absent -> Optional.<ObjectInfo>empty();
                    default -> throw unexpected(answer);
                });
    }

    private static ObjectInfo info(ObjectKey key, EntityWire.Located located) {
        return new ObjectInfo(
                key,
                located.sizeBytes(),
                Instant.ofEpochMilli(located.storedAtMillis()),
                located.revision(),
                located.readable().stream().map(NodeId::parse).toList(),
                Mode.FULL);
    }

    static BackstayException unexpected(EntityWire.Answer answer) {
        return new BackstayException(
                ErrorCode.INTERNAL,
                "the repository's owner gave an answer of another kind: "
                        + answer.getClass().getSimpleName());
    }

    @Override
    public CompletionStage<Source<ByteString, NotUsed>> load(
            Caller caller, RepositoryId repository, ObjectInfo object, long offset, long length) {
        List<NodeId> nearestFirst = new ArrayList<>(object.holders());
        nearestFirst.sort((a, b) -> Boolean.compare(b.equals(self), a.equals(self)));
        return new Download(entities, peers, caller, repository, object).from(nearestFirst, offset, length);
    }

    @Override
    public CompletionStage<Listing> list(Caller caller, RepositoryId repository, ObjectType type) {
        return orDegraded(
                caller,
                repository,
                () -> listed(caller, repository, type),
                () -> degraded.list(repository, type).thenApply(objects -> new Listing(objects, Mode.DEGRADED)));
    }

    private CompletionStage<Listing> listed(Caller caller, RepositoryId repository, ObjectType type) {
        return entities.patiently(
                        caller, repository, new EntityWire.ListObjects(type.path(), PAGE), entities.deadline())
                .thenApply(answer -> switch (answer) {
                    case EntityWire.Page page -> new Listing(pages(caller, repository, page), Mode.FULL);
                    default -> throw unexpected(answer);
                });
    }

    private Source<Listed, NotUsed> pages(Caller caller, RepositoryId repository, EntityWire.Page first) {
        Source<EntityWire.Page, NotUsed> rest = Source.unfoldAsync(end(first), from -> {
            if (from >= first.total()) {
                return CompletableFuture.completedFuture(Optional.<Pair<Integer, EntityWire.Page>>empty());
            }
            return entities.once(caller, repository, new EntityWire.NextPage(first.list(), from), entities.deadline())
                    .thenApply(answer -> switch (answer) {
                        case EntityWire.Page page
                        when page.packed().length > 0 -> Optional.of(Pair.create(end(page), page));
                        default -> throw unexpected(answer);
                    });
        });
        return Source.single(first).concat(rest).mapConcat(ClusterDoor::entries);
    }

    private static int end(EntityWire.Page page) {
        return page.from() + page.packed().length / PackedListing.ENTRY_BYTES;
    }

    private static List<Listed> entries(EntityWire.Page page) {
        PackedListing listing = PackedListing.of(page.packed());
        return IntStream.range(0, listing.size())
                .mapToObj(index -> new Listed(listing.name(index), listing.sizeBytes(index)))
                .toList();
    }

    /**
     * Deletes what is there now, and nothing that comes later: the whole request is given up at its deadline, and the
     * entity deletes only what was observed within it.
     */
    @Override
    public CompletionStage<Mode> delete(Caller caller, RepositoryId repository, ObjectKey key) {
        boolean lock = key.type() == ObjectType.LOCKS;
        if (!lock && away(caller, repository)) {
            return CompletableFuture.failedFuture(readOnly());
        }
        long deadline = entities.deadline();
        return entities.again(repository, () -> deleteOnce(caller, repository, key, deadline), deadline)
                .thenApply(done -> Mode.FULL)
                .exceptionallyCompose(failure -> lock && isAway(repository, failure)
                        ? degraded.deleteLock(repository, key).thenApply(done -> Mode.DEGRADED)
                        : CompletableFuture.failedFuture(failure));
    }

    private CompletionStage<Done> deleteOnce(Caller caller, RepositoryId repository, ObjectKey key, long deadline) {
        return entities.once(caller, repository, new EntityWire.Observe(key.toString(), false), deadline)
                .thenCompose(answer -> switch (answer) {
                    case EntityWire.Observed seen ->
                        entities.once(
                                caller,
                                repository,
                                new EntityWire.Delete(
                                        key.toString(), seen.epoch(), seen.recordRevision(), seen.lastTicket()),
                                deadline);
                    default -> throw unexpected(answer);
                })
                .thenApply(answer -> switch (answer) {
                    case EntityWire.Done done -> Done.getInstance();
                    case EntityWire.Changed changed ->
                        throw new BackstayException(ErrorCode.UNAVAILABLE, "the object changes at this moment");
                    default -> throw unexpected(answer);
                });
    }
}

package io.backstay.storage.node;

import io.backstay.cluster.view.ViewSource;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.RepositoryId;
import io.backstay.model.Sha256;
import io.backstay.objects.ObjectMedium;
import io.backstay.objects.StoredObject;
import io.backstay.storage.protocol.EntityInput.LockFile;
import io.backstay.storage.protocol.NodeRules;
import io.backstay.storage.protocol.NodeRules.Told;
import io.backstay.storage.transfer.StoragePeer;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * This node's disk as a {@link StoragePeer}: one per process with the role {@code backup-storage}, over one medium.
 *
 * <p>Safe for use by many threads; nothing blocks the caller. What was answered is on disk: an epoch, a placed file, a
 * marker. Repositories are opened when they are first asked for, and what a crash left half-written goes then. While it
 * runs it tries a failing disk again, writes revisions down, and purges the trash of repositories that the view knows, each
 * after its own grace period; files of a repository that the view does not know stay.
 *
 * <p>Close it before its medium and its actor system.
 */
public final class StorageNode implements StoragePeer, AutoCloseable {
    /** The most keys in one request, and entries in one page. */
    public static final int MAX_KEYS = 1000;

    /** What readers hold together, as long as there are not very many of them. */
    private static final int READING_PART_OF_MEMORY = 8;

    private final NodeId self;
    private final ObjectMedium medium;
    private final Function<NodeId, StoragePeer> peers;
    private final DiskGate gate;
    private final ReadPieces pieces = new ReadPieces(Runtime.getRuntime().maxMemory() / READING_PART_OF_MEMORY);
    private final MediumHealth health;
    private final Uploads uploads;
    private final Keeper keeper;
    private final Clock clock;
    private volatile @Nullable Scrub scrub;
    private final ConcurrentHashMap<RepositoryId, RepositoryDisk> repositories = new ConcurrentHashMap<>();
    private final ReentrantLock opening = new ReentrantLock();

    private StorageNode(
            ClassicActorSystemProvider system,
            NodeId self,
            ObjectMedium medium,
            ViewSource views,
            Function<NodeId, StoragePeer> peers,
            StorageSettings settings,
            Clock clock) {
        this.self = self;
        this.clock = clock;
        this.medium = medium;
        this.peers = peers;
        this.gate = new DiskGate(settings.diskOperations());
        this.health = new MediumHealth(medium, settings);
        this.uploads = new Uploads(system, gate, health, settings);
        this.keeper = new Keeper(this::repository, repositories::values, medium, views, gate, health, settings, clock);
    }

    /**
     * Starts a node's storage.
     *
     * @param system runs the streams of bodies; no disk work runs on its dispatchers
     * @param peers the other nodes' disks, from which copies are pulled
     * @param clock tells the trash's age
     */
    public static StorageNode start(
            ClassicActorSystemProvider system,
            NodeId self,
            ObjectMedium medium,
            ViewSource views,
            Function<NodeId, StoragePeer> peers,
            StorageSettings settings,
            Clock clock) {
        StorageNode node = new StorageNode(system, self, medium, views, peers, settings, clock);
        node.keeper.start();
        return node;
    }

    /** Begins to read all files for damage, from now on until this is closed. To be called once. */
    public void scrub(ScrubSettings settings, DamageReport report) {
        Scrub reading = new Scrub(medium, this::repository, gate, health, report, settings, clock);
        scrub = reading;
        reading.start();
    }

    @Override
    public NodeId node() {
        return self;
    }

    @Override
    public CompletionStage<ReplicaInfo> put(
            Fence fence, ObjectKey key, Optional<Sha256> expected, long sizeBytes, Source<ByteString, ?> body) {
        return gate.start(() -> write(fence, key, expected, sizeBytes, body));
    }

    private ReplicaInfo write(
            Fence fence, ObjectKey key, Optional<Sha256> expected, long sizeBytes, Source<ByteString, ?> body)
            throws Exception {
        RepositoryDisk disk;
        CompletableFuture<NodeRules.Standing> admitted;
        try {
            health.requireTrusted();
            disk = gate.at(() -> repository(fence.repository()));
            admitted = disk.admit(rules(fence));
            gate.at(() -> {
                disk.checkPlaceable(rules(fence), key);
                return key;
            });
        } catch (IOException | RuntimeException e) {
            uploads.refuse(body);
            health.failed(e);
            throw e;
        }
        return writing(() -> {
            try (Uploads.Received received = uploads.receive(disk.store(), key, expected, sizeBytes, body)) {
                admitted.get();
                return gate.at(() -> info(disk.publish(rules(fence), received.staged())));
            }
        });
    }

    /** Runs a change; a disk that is full or fails in it takes no more writes until it was looked at. */
    private <T> T writing(Callable<T> change) throws Exception {
        try {
            return change.call();
        } catch (IOException e) {
            health.failed(e);
            throw e;
        } catch (ExecutionException e) {
            health.failed(Failures.cause(e));
            throw e;
        }
    }

    @Override
    public CompletionStage<Optional<ReplicaInfo>> stat(RepositoryId repository, ObjectKey key) {
        return gate.submit(() -> repository(repository).store().stat(key).map(StorageNode::info));
    }

    @Override
    public CompletionStage<Source<ByteString, NotUsed>> read(
            RepositoryId repository, ObjectKey key, long offset, long length) {
        return gate.submit(
                () -> VerifiedSource.open(gate, pieces, repository(repository).store(), key, offset, length));
    }

    @Override
    public CompletionStage<Boolean> verify(RepositoryId repository, ObjectKey key) {
        return gate.submit(() -> repository(repository).store().verify(key));
    }

    @Override
    public CompletionStage<Standing> announce(RepositoryId repository, long epoch, int mostQuorum) {
        return gate.start(() -> {
            if (epoch > 0) {
                health.requireTrusted();
            }
            RepositoryDisk disk = gate.at(() -> repository(repository));
            NodeRules.Standing standing =
                    writing(() -> disk.announce(epoch, mostQuorum).get());
            return new Standing(standing.epoch(), standing.stamp(), standing.told());
        });
    }

    @Override
    public CompletionStage<Told> advance(Fence fence, Told told) {
        return gate.start(() -> {
            RepositoryDisk disk = gate.at(() -> repository(fence.repository()));
            return writing(() -> disk.advance(rules(fence), told).get()).told();
        });
    }

    @Override
    public CompletionStage<Done> remove(Fence fence, List<Removal> removals) {
        return change(fence, removals, disk -> disk.remove(fence.epoch(), removals));
    }

    @Override
    public CompletionStage<Done> discard(Fence fence, List<Removal> removals) {
        return change(fence, removals, disk -> disk.discard(fence.epoch(), removals));
    }

    private CompletionStage<Done> change(Fence fence, List<Removal> removals, Change change) {
        if (removals.size() > MAX_KEYS) {
            return CompletableFuture.failedFuture(
                    new BackstayException(ErrorCode.TOO_LARGE, "more than %d keys at once".formatted(MAX_KEYS)));
        }
        return gate.start(() -> {
            health.requireTrusted();
            RepositoryDisk disk = gate.at(() -> repository(fence.repository()));
            return writing(() -> {
                disk.admit(rules(fence)).get();
                return gate.at(() -> {
                    change.on(disk);
                    return Done.getInstance();
                });
            });
        });
    }

    @Override
    public CompletionStage<ReplicaInfo> copyFrom(
            Fence fence, ObjectKey key, Sha256 expected, long sizeBytes, NodeId source) {
        if (source.equals(self)) {
            return CompletableFuture.failedFuture(
                    new BackstayException(ErrorCode.INVALID_REQUEST, "a node does not copy from itself"));
        }
        return peers.apply(source)
                .read(fence.repository(), key, 0, sizeBytes)
                .thenCompose(body -> put(fence, key, Optional.of(expected), sizeBytes, body));
    }

    @Override
    public CompletionStage<InventoryPage> inventory(RepositoryId repository, Optional<ObjectKey> after, int limit) {
        int bounded = Math.clamp(limit, 1, MAX_KEYS);
        return gate.submit(() -> Inventory.page(repository(repository).store(), after, bounded));
    }

    @Override
    public CompletionStage<List<LockFile>> youngLocks(RepositoryId repository) {
        return gate.submit(() -> Inventory.youngLocks(repository(repository).store(), Instant.now()));
    }

    @Override
    public CompletionStage<Room> room() {
        return gate.submit(() -> {
            Room room = health.room();
            Scrub reading = scrub;
            return reading == null ? room : room.withScrub(reading.state());
        });
    }

    private RepositoryDisk repository(RepositoryId id) throws IOException {
        RepositoryDisk known = repositories.get(id);
        if (known != null) {
            return known;
        }
        // One at a time: the standing is read once, and no request sees the repository before.
        opening.lock();
        try {
            RepositoryDisk meanwhile = repositories.get(id);
            if (meanwhile != null) {
                return meanwhile;
            }
            var store = medium.store(id);
            RepositoryDisk opened = new RepositoryDisk(store, StandingKeeper.load(store, gate));
            repositories.put(id, opened);
            return opened;
        } catch (IOException e) {
            // A repository that cannot be opened takes no writes.
            health.failed(e);
            throw e;
        } finally {
            opening.unlock();
        }
    }

    private static NodeRules.Fence rules(Fence fence) {
        return new NodeRules.Fence(fence.epoch(), fence.revision());
    }

    private static ReplicaInfo info(StoredObject object) {
        return new ReplicaInfo(object.key(), object.sizeBytes(), object.sha256(), object.revision());
    }

    /** Ends the timers, writes down what is not yet, and lets running work end for a short while. */
    @Override
    public void close() {
        Scrub reading = scrub;
        if (reading != null) {
            reading.close();
        }
        keeper.close();
        gate.close();
    }

    /** Hears of damaged copies. */
    public interface DamageReport {
        /** This node's copy is damaged; blocks. False where nobody could be told: it is told again a little later. */
        boolean damaged(RepositoryId repository, ObjectKey key) throws InterruptedException;
    }

    private interface Change {
        void on(RepositoryDisk disk) throws IOException;
    }
}

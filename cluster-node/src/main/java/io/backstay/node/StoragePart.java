package io.backstay.node;

import io.backstay.cluster.journal.JournalReader;
import io.backstay.cluster.view.Reachability;
import io.backstay.cluster.view.ViewSource;
import io.backstay.http.api.StorageStatus;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.RepositoryId;
import io.backstay.model.Role;
import io.backstay.node.config.NodeConfiguration;
import io.backstay.node.metrics.NodeMetrics;
import io.backstay.objects.ObjectMedium;
import io.backstay.objects.disk.DiskMedium;
import io.backstay.storage.door.ClusterDoor;
import io.backstay.storage.door.ObjectDoor;
import io.backstay.storage.entity.EntityFigures;
import io.backstay.storage.entity.JournalHead;
import io.backstay.storage.entity.RebuildOrder;
import io.backstay.storage.entity.RoomWatch;
import io.backstay.storage.entity.StorageSettings;
import io.backstay.storage.entity.StorageShards;
import io.backstay.storage.node.ScrubSettings;
import io.backstay.storage.node.StorageNode;
import io.backstay.storage.transfer.StoragePeer;
import io.backstay.storage.transfer.StoragePeers;
import io.backstay.storage.transfer.TransferRoutes;
import io.backstay.storage.transfer.TransferServer;
import io.backstay.storage.transfer.TransferSettings;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's part in storage: its own disk where it has the role, the internal port, the way to other nodes' disks, and the
 * way to the repositories' entities while the node is a member. Lives as long as the process, on the door system.
 */
final class StoragePart implements StorageStatus {
    private static final Logger LOG = LoggerFactory.getLogger(StoragePart.class);

    private final NodeId self;
    private final ViewSource views;
    private final StorageSettings settings = StorageSettings.defaults();
    private final StoragePeers peers;
    private final RoomWatch rooms;
    private final Optional<JournalReader> journal;
    private final Optional<Disk> disk;
    private final ServerBinding binding;
    private final ObjectDoor door;
    private final EntityFigures figures = new EntityFigures();
    private final AtomicReference<Optional<RebuildOrder>> order = new AtomicReference<>(Optional.empty());
    private volatile Optional<StorageShards> shards = Optional.empty();
    private Optional<StorageShards> carryingOut = Optional.empty();

    private record Disk(ObjectMedium medium, StorageNode node) {}

    private StoragePart(
            NodeId self,
            ViewSource views,
            StoragePeers peers,
            Optional<JournalReader> journal,
            Optional<Disk> disk,
            ServerBinding binding,
            ActorSystem<?> system,
            boolean partialLists) {
        this.self = self;
        this.views = views;
        this.peers = peers;
        this.rooms = new RoomWatch(peers);
        this.journal = journal;
        this.disk = disk;
        this.binding = binding;
        this.door = new ClusterDoor(system, self, () -> shards, views, peers, settings, partialLists);
    }

    /**
     * Opens the disk and binds the internal port.
     *
     * @param system the door system
     * @throws NodeStartException where the disk or the port is not to be had; nothing is left running
     */
    static StoragePart start(
            ActorSystem<?> system, NodeConfiguration configuration, NodeId self, ViewSource views, Clock clock)
            throws NodeStartException {
        StoragePeers peers = new StoragePeers(system, self, views, TransferSettings.defaults(), clock);
        Optional<Disk> disk = configuration.roles().contains(Role.BACKUP_STORAGE)
                ? Optional.of(disk(system, configuration, self, views, peers, clock))
                : Optional.empty();
        peers.serve(disk.map(Disk::node));
        TransferRoutes routes =
                new TransferRoutes(system, self, views, peers::local, TransferSettings.defaults(), clock);
        NodeConfiguration.Internal internal = configuration.internal();
        try {
            ServerBinding binding = Binding.await(
                    "internal.port " + internal.port(),
                    TransferServer.bind(system, internal.host(), internal.port(), routes));
            StoragePart part = new StoragePart(
                    self,
                    views,
                    peers,
                    configuration.journal().map(JournalReader::new),
                    disk,
                    binding,
                    system,
                    configuration.storage().partialLists());
            NodeConfiguration.Storage storage = configuration.storage();
            disk.ifPresent(own -> own.node()
                    .scrub(new ScrubSettings(storage.scrubPeriod(), storage.scrubRateBytes()), part::damaged));
            return part;
        } catch (NodeStartException e) {
            disk.ifPresent(StoragePart::close);
            throw e;
        }
    }

    private static Disk disk(
            ActorSystem<?> system,
            NodeConfiguration configuration,
            NodeId self,
            ViewSource views,
            StoragePeers peers,
            Clock clock)
            throws NodeStartException {
        try {
            ObjectMedium medium = DiskMedium.open(configuration.data().resolve("repositories"), clock);
            return new Disk(
                    medium,
                    StorageNode.start(
                            system,
                            self,
                            medium,
                            views,
                            peers,
                            io.backstay.storage.node.StorageSettings.defaults(),
                            clock));
        } catch (IOException e) {
            throw new NodeStartException("node.data: " + e.getMessage(), false, e);
        }
    }

    private boolean damaged(RepositoryId repository, ObjectKey key) throws InterruptedException {
        Optional<StorageShards> open = shards;
        return open.isPresent() && open.get().suspect(repository, key, self);
    }

    @Override
    public int degradedRepositories() {
        return door.degradedRepositories();
    }

    @Override
    public Optional<StoragePeer.Room> disk(NodeId node) {
        return rooms.of(node);
    }

    /** Has this part's figures shown. */
    void measure(NodeMetrics metrics) {
        metrics.gauge(
                "backstay_repositories_degraded",
                "Repositories that this node serves from the disks alone, since nobody can decide.",
                this::degradedRepositories);
        metrics.gauge(
                "backstay_repositories_open",
                "Repositories whose owner this node hosts and that are served.",
                () -> entities(EntityFigures.Figures::open));
        metrics.gauge(
                "backstay_repositories_rebuilding",
                "Repositories whose owner this node hosts and whose catalogue is made anew from the disks.",
                () -> entities(EntityFigures.Figures::rebuilding));
        metrics.gauge(
                "backstay_repair_backlog_objects",
                "Objects of the repositories whose owner this node hosts that wait for a look, for room, or for a"
                        + " copy.",
                () -> figures.all().values().stream()
                        .mapToInt(EntityFigures.Figures::repairs)
                        .sum());
        if (disk.isPresent()) {
            metrics.gauge(
                    "backstay_disk_free_bytes",
                    "Free bytes of this node's storage folder.",
                    () -> room(StoragePeer.Room::freeBytes));
            metrics.gauge(
                    "backstay_disk_size_bytes",
                    "Size of the disk of this node's storage folder.",
                    () -> room(StoragePeer.Room::totalBytes));
            metrics.gauges(
                    "backstay_disk_state",
                    "1 for the state in which this node's storage folder is.",
                    "state",
                    () -> Arrays.stream(StoragePeer.DiskState.values())
                            .collect(Collectors.toMap(
                                    StoragePeer.DiskState::text,
                                    state -> rooms.of(self)
                                                    .filter(room -> room.state() == state)
                                                    .isPresent()
                                            ? 1.0
                                            : 0.0)));
        }
    }

    private long entities(Predicate<EntityFigures.Figures> which) {
        return figures.all().values().stream().filter(which).count();
    }

    /** Not a number until the node was asked first. */
    private double room(ToLongFunction<StoragePeer.Room> figure) {
        return rooms.of(self).map(room -> (double) figure.applyAsLong(room)).orElse(Double.NaN);
    }

    /** What routes call. */
    ObjectDoor door() {
        return door;
    }

    /** Takes part in a cluster system, whose journal is prepared. */
    void begin(ActorSystem<?> cluster, Reachability reachability) {
        shards = Optional.of(StorageShards.start(
                cluster, self, views, reachability, peers, rooms, journalHead(), figures, settings));
        cluster.getWhenTerminated().whenComplete((done, failure) -> shards = Optional.empty());
        carryOutOrder();
    }

    /** Has all catalogues made anew once this node takes part in a cluster system. */
    void rebuildCatalogues(RebuildOrder given) {
        order.set(Optional.of(given));
        carryOutOrder();
    }

    /** Once in each cluster system, until it has been carried out in one. */
    private synchronized void carryOutOrder() {
        Optional<StorageShards> open = shards;
        Optional<RebuildOrder> given = order.get();
        if (open.isPresent() && given.isPresent() && !open.equals(carryingOut)) {
            carryingOut = open;
            given.get().carryOut(open.get(), views, () -> order.compareAndSet(given, Optional.empty()));
        }
    }

    private JournalHead journalHead() {
        return journal.<JournalHead>map(reader -> (id, since) -> reader.end(id, since)
                        .thenApply(end -> new JournalHead.End(
                                end.last(),
                                end.count() == end.last() - since + 1 && end.laterWriters() <= 1,
                                end.firstWriter(),
                                end.laterWriter().isEmpty() ? end.firstWriter() : end.laterWriter())))
                .orElse((id, since) -> CompletableFuture.failedFuture(
                        new BackstayException(ErrorCode.UNAVAILABLE, "this node has no journal (postgres.url)")));
    }

    /** Takes no new transfers and gives those under way this long. */
    CompletionStage<Done> unbind(Duration deadline) {
        return binding.terminate(deadline).thenApply(terminated -> Done.getInstance());
    }

    /** Ends what is left; after the cluster system. */
    void close() {
        journal.ifPresent(JournalReader::close);
        disk.ifPresent(StoragePart::close);
    }

    private static void close(Disk disk) {
        disk.node().close();
        try {
            disk.medium().close();
        } catch (IOException e) {
            LOG.warn("The storage folder was not closed cleanly", e);
        }
    }
}

package io.backstay.node;

import com.typesafe.config.ConfigFactory;
import io.backstay.cluster.agent.NodeAgent;
import io.backstay.cluster.credentials.PasswordHasher;
import io.backstay.cluster.journal.JournalConfig;
import io.backstay.cluster.membership.ClusterRuntime;
import io.backstay.cluster.replication.ViewExchange;
import io.backstay.cluster.view.NodeView;
import io.backstay.http.HttpServer;
import io.backstay.manager.ManagerModule;
import io.backstay.node.config.NodeConfiguration;
import io.backstay.node.metrics.MetricsSetup;
import io.backstay.node.metrics.NodeMetrics;
import io.backstay.storage.entity.RebuildOrder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SpawnProtocol;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that runs in a node, wired: what belongs to the door lives as long as the process, what belongs to the cluster
 * begins anew with each cluster system.
 */
final class NodeServices {
    private static final Logger LOG = LoggerFactory.getLogger(NodeServices.class);
    private static final Duration END_WITHIN = Duration.ofMillis(9200);
    private static final Duration CLOSE_WITHIN = Duration.ofMillis(400);
    private static final Duration IN_FLIGHT = Duration.ofSeconds(8);
    private static final int HASHES_AT_ONCE = 2;
    private static final int HASHES_WAITING = 64;

    private final NodeStanding standing;
    private final JournalKeeper journal;
    private final ActorSystem<Void> door;
    private final PasswordHasher hasher;
    private final ManagerModule manager;
    private final StoragePart storage;
    private final ClusterRuntime cluster;
    private final NodeMetrics metrics = new NodeMetrics();
    private volatile Optional<HttpServer> http = Optional.empty();

    private NodeServices(
            NodeConfiguration configuration, NodeStanding standing, JournalKeeper journal, ActorSystem<Void> door)
            throws NodeStartException {
        this.standing = standing;
        this.journal = journal;
        this.door = door;
        this.storage =
                StoragePart.start(door, configuration, standing.identity().id(), standing.views(), standing.clock());
        this.hasher =
                new PasswordHasher(PasswordHasher.Costs.RECOMMENDED, HASHES_AT_ONCE, HASHES_WAITING, standing.random());
        this.manager = ManagerPart.create(configuration, standing, hasher);
        this.cluster = new ClusterRuntime(
                standing.identity(),
                configuration.data(),
                configuration.roles(),
                configuration.cluster(),
                JournalConfig.of(configuration.journal()),
                standing.views(),
                () -> http.isPresent(),
                List.of(new MetricsSetup(metrics)),
                this::work);
        measure();
    }

    private void measure() {
        metrics.gauge(
                "backstay_cluster_nodes",
                "Nodes that the cluster has admitted, as this node has heard.",
                () -> standing.views()
                        .current()
                        .map(view -> view.nodes().values().stream()
                                .filter(NodeView::admitted)
                                .count())
                        .orElse(0L));
        metrics.gauge(
                "backstay_cluster_nodes_up",
                "Nodes that are up as this node sees them.",
                () -> cluster.reachable().up().size());
        storage.measure(metrics);
        ManagerPart.measure(manager, metrics);
    }

    static NodeServices start(NodeConfiguration configuration, NodeStanding standing) throws NodeStartException {
        JournalKeeper journal = JournalKeeper.start(configuration.journal());
        ActorSystem<Void> door = ActorSystem.create(Behaviors.empty(), "backstay-door", ConfigFactory.load());
        NodeServices services;
        try {
            services = new NodeServices(configuration, standing, journal, door);
        } catch (NodeStartException e) {
            door.terminate();
            throw e;
        }
        try {
            services.open(configuration);
            return services;
        } catch (NodeStartException e) {
            services.closeDoor();
            throw e;
        }
    }

    private void open(NodeConfiguration configuration) throws NodeStartException {
        HttpServer server = HttpPart.start(
                door, configuration, standing, hasher, manager, cluster.reachable(), storage.door(), storage, metrics);
        LOG.info(
                "HTTP on {}, advertised as {}",
                server.address(),
                configuration.http().advertised());
        try {
            cluster.start();
        } catch (RuntimeException e) {
            throw new NodeStartException("the cluster system: " + e.getMessage(), false, e);
        }
        http = Optional.of(server);
        LOG.info(
                "Cluster system on {}, management on {}",
                configuration.cluster().artery(),
                configuration.cluster().management());
    }

    /** Sets up a cluster system. */
    private void work(ActorSystem<SpawnProtocol.Command> system) {
        ActorRef<ViewExchange.Command> exchange =
                system.systemActorOf(ViewExchange.create(standing.views()), "view-exchange", Props.empty());
        system.systemActorOf(
                NodeAgent.create(
                        standing.description(),
                        standing.identity().certificate().orElseThrow(),
                        manager.registry(),
                        standing.views()),
                "node-agent",
                Props.empty());
        journal.prepared()
                .thenRun(() -> {
                    // Where the journal came late, this system may have ended meanwhile, and another begun.
                    if (!system.whenTerminated().isCompleted()) {
                        manager.begin(system, view -> exchange.tell(ViewExchange.publish(view)));
                        storage.begin(system, cluster.reachable());
                    }
                })
                .exceptionally(failure -> {
                    LOG.error("The node's part in the cluster cannot begin; the cluster system begins again", failure);
                    system.terminate();
                    return null;
                });
    }

    /** Has all catalogues made anew from the disks. */
    void rebuildCatalogues(RebuildOrder order) {
        storage.rebuildCatalogues(order);
    }

    /** Ends everything in order; false where something was not finished in time. */
    boolean stop() {
        long end = System.nanoTime() + END_WITHIN.toNanos();
        CompletableFuture<Void> answered = CompletableFuture.allOf(
                storage.unbind(IN_FLIGHT).toCompletableFuture(),
                http.map(server -> server.close(IN_FLIGHT).toCompletableFuture())
                        .orElseGet(() -> CompletableFuture.completedFuture(Done.getInstance())));
        boolean clean = finished("answering requests", answered, end);
        clean &= finished("leaving the cluster", cluster.leave(), end);
        // Databases that do not answer must not hold up the end.
        clean &= finished("closing", CompletableFuture.runAsync(this::closeDoor), end + CLOSE_WITHIN.toNanos());
        return clean;
    }

    private void closeDoor() {
        storage.close();
        manager.close();
        hasher.close();
        door.terminate();
    }

    private static boolean finished(String what, CompletionStage<?> stage, long end) {
        try {
            stage.toCompletableFuture().get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (TimeoutException e) {
            LOG.warn("Not finished in time: {}", what);
            return false;
        } catch (ExecutionException e) {
            LOG.warn("Failed: {}", what, e.getCause());
            return false;
        }
    }
}

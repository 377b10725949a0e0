package io.backstay.node;

import com.typesafe.config.ConfigFactory;
import io.backstay.cluster.agent.NodeAgent;
import io.backstay.cluster.credentials.PasswordHasher;
import io.backstay.cluster.journal.JournalConfig;
import io.backstay.cluster.membership.ClusterRuntime;
import io.backstay.cluster.replication.ViewExchange;
import io.backstay.manager.ManagerModule;
import io.backstay.node.config.NodeConfiguration;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
    private static final Duration END_WITHIN = Duration.ofMillis(9500);
    private static final int HASHES_AT_ONCE = 2;
    private static final int HASHES_WAITING = 64;

    private final NodeStanding standing;
    private final JournalKeeper journal;
    private final ActorSystem<Void> door;
    private final PasswordHasher hasher;
    private final ManagerModule manager;
    private final ClusterRuntime cluster;

    private NodeServices(NodeConfiguration configuration, NodeStanding standing, JournalKeeper journal) {
        this.standing = standing;
        this.journal = journal;
        this.door = ActorSystem.create(Behaviors.empty(), "backstay-door", ConfigFactory.load());
        this.hasher =
                new PasswordHasher(PasswordHasher.Costs.RECOMMENDED, HASHES_AT_ONCE, HASHES_WAITING, standing.random());
        this.manager = ManagerPart.create(configuration, standing, hasher);
        this.cluster = new ClusterRuntime(
                standing.identity(),
                configuration.roles(),
                configuration.cluster(),
                JournalConfig.of(configuration.journal()),
                standing.views(),
                () -> true,
                this::work);
    }

    static NodeServices start(NodeConfiguration configuration, NodeStanding standing) throws NodeStartException {
        JournalKeeper journal = JournalKeeper.start(configuration.journal());
        NodeServices services = new NodeServices(configuration, standing, journal);
        try {
            services.cluster.start();
        } catch (RuntimeException e) {
            services.closeDoor();
            throw new NodeStartException("the cluster system: " + e.getMessage(), false, e);
        }
        LOG.info(
                "Cluster system on {}, management on {}",
                configuration.cluster().artery(),
                configuration.cluster().management());
        return services;
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
                .thenRun(() -> manager.begin(system, view -> exchange.tell(ViewExchange.publish(view))))
                .exceptionally(failure -> {
                    LOG.error("The manager's part cannot begin", failure);
                    return null;
                });
    }

    /** Ends everything in order; false where something was not finished in time. */
    boolean stop() {
        long end = System.nanoTime() + END_WITHIN.toNanos();
        boolean left = finished("leaving the cluster", cluster.leave().toCompletableFuture(), end);
        closeDoor();
        return left;
    }

    private void closeDoor() {
        manager.close();
        hasher.close();
        door.terminate();
    }

    private static boolean finished(String what, Future<?> future, long end) {
        try {
            future.get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("Not finished in time: {}", what, e);
            return false;
        }
    }
}

package io.backstay.node;

import com.typesafe.config.Config;
import io.backstay.cluster.agent.NodeAgent;
import io.backstay.cluster.identity.ClusterFolder;
import io.backstay.cluster.identity.MasterKey;
import io.backstay.cluster.identity.NodeIdentity;
import io.backstay.cluster.join.NodeDescription;
import io.backstay.cluster.journal.JournalConfig;
import io.backstay.cluster.membership.ClusterRuntime;
import io.backstay.cluster.replication.ViewExchange;
import io.backstay.cluster.view.ViewHolder;
import io.backstay.node.config.NodeConfiguration;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SpawnProtocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything that runs in a node, wired. */
final class NodeServices {
    private static final Logger LOG = LoggerFactory.getLogger(NodeServices.class);
    private static final Duration LEAVE_WITHIN = Duration.ofSeconds(9);

    private final ClusterRuntime cluster;

    /** What the node has become before its services start. */
    record Standing(
            NodeIdentity identity,
            NodeDescription description,
            ViewHolder views,
            Optional<ClusterFolder> folder,
            Optional<MasterKey> masterKey,
            Clock clock,
            SecureRandom random) {}

    private NodeServices(ClusterRuntime cluster) {
        this.cluster = cluster;
    }

    static NodeServices start(NodeConfiguration configuration, Standing standing) throws NodeStartException {
        Config journal = JournalConfig.of(configuration.journal());
        ClusterRuntime cluster = new ClusterRuntime(
                standing.identity(),
                configuration.roles(),
                configuration.cluster(),
                journal,
                standing.views(),
                () -> true,
                system -> work(system, standing));
        try {
            cluster.start();
        } catch (RuntimeException e) {
            throw new NodeStartException("the cluster system: " + e.getMessage(), false, e);
        }
        LOG.info("Cluster system on {}", configuration.cluster().artery());
        return new NodeServices(cluster);
    }

    private static void work(ActorSystem<SpawnProtocol.Command> system, Standing standing) {
        system.systemActorOf(ViewExchange.create(standing.views()), "view-exchange", Props.empty());
        system.systemActorOf(
                NodeAgent.create(
                        standing.description(),
                        standing.identity().certificate().orElseThrow(),
                        (node, certificate) -> CompletableFuture.completedFuture(Optional.of("there is no manager")),
                        standing.views()),
                "node-agent",
                Props.empty());
    }

    /** Ends everything in order; false where something was not finished in time. */
    boolean stop() {
        try {
            cluster.leave().toCompletableFuture().get(LEAVE_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("The cluster was not left in time", e);
            return false;
        }
    }
}

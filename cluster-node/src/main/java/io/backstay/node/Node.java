package io.backstay.node;

import ch.qos.logback.classic.LoggerContext;
import io.backstay.cli.BackstayVersion;
import io.backstay.cluster.identity.ClusterFolder;
import io.backstay.cluster.identity.MasterKey;
import io.backstay.cluster.identity.NodeIdentity;
import io.backstay.cluster.join.NodeDescription;
import io.backstay.cluster.view.ViewHolder;
import io.backstay.model.ClusterId;
import io.backstay.model.Role;
import io.backstay.node.config.NodeConfiguration;
import io.backstay.storage.entity.RebuildOrder;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node, from its start to its end. Starts the rooms in order, each of which logs one line; what fails before the cluster
 * system is up ends the start. SIGTERM and SIGINT end it through the JVM's shutdown hook within 10 s, with status 0.
 */
public final class Node {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    private final CountDownLatch ended = new CountDownLatch(1);
    private final NodeServices services;

    private Node(NodeServices services) {
        this.services = services;
    }

    /**
     * Starts a node and returns once everything runs; it becomes ready meanwhile.
     *
     * @throws NodeStartException where it cannot; nothing is left running
     */
    public static Node start(NodeConfiguration configuration) throws NodeStartException, InterruptedException {
        nameLogs(configuration);
        Clock clock = Clock.systemUTC();
        SecureRandom random = new SecureRandom();
        LOG.info(
                "Backstay {} on Java {}, data in {}",
                BackstayVersion.text(),
                Runtime.version().feature(),
                configuration.data());
        Admission admission = new Admission(configuration, clock, random);
        Optional<ClusterFolder> folder = admission.clusterFolder();
        Optional<MasterKey> masterKey = admission.masterKey();
        NodeIdentity fresh = identity(configuration, clock, random);
        LOG.info("Node {} ({}), roles {}", configuration.name(), fresh.id(), roles(configuration));
        NodeDescription description = new NodeDescription(
                fresh.id(),
                configuration.name(),
                configuration.roles(),
                configuration.zone(),
                configuration.http().advertised(),
                configuration.internal().advertised());
        NodeIdentity identity = admission.admitted(fresh, description, folder, masterKey);
        ViewHolder views = views(configuration, identity);
        Node node = new Node(NodeServices.start(
                configuration, new NodeStanding(identity, description, views, folder, masterKey, clock, random)));
        Runtime.getRuntime().addShutdownHook(new Thread(node::end, "shutdown"));
        return node;
    }

    /** Has the catalogues of all repositories made anew from the disks, once the node is a member. */
    public void rebuildCatalogues(RebuildOrder order) {
        services.rebuildCatalogues(order);
    }

    /** Waits until the node has ended. */
    public void awaitEnd() throws InterruptedException {
        ended.await();
    }

    private void end() {
        LOG.info("Ending");
        boolean clean = services.stop();
        ended.countDown();
        LOG.info(clean ? "Ended" : "Ended, but not everything was finished in time");
        // Without it the JVM answers SIGTERM with 143, which a supervisor takes for a failure.
        Runtime.getRuntime().halt(0);
    }

    private static NodeIdentity identity(NodeConfiguration configuration, Clock clock, SecureRandom random)
            throws NodeStartException {
        try {
            return NodeIdentity.open(configuration.data(), clock, random);
        } catch (IOException e) {
            throw new NodeStartException("node.data: " + e.getMessage(), true, e);
        }
    }

    private static ViewHolder views(NodeConfiguration configuration, NodeIdentity identity) throws NodeStartException {
        ClusterId cluster =
                identity.cluster().orElseThrow(() -> new IllegalStateException("an admitted node has a cluster"));
        try {
            return ViewHolder.open(configuration.data(), cluster);
        } catch (IOException e) {
            throw new NodeStartException("node.data: " + e.getMessage(), false, e);
        }
    }

    private static String roles(NodeConfiguration configuration) {
        return configuration.roles().stream().map(Role::text).sorted().collect(Collectors.joining(", "));
    }

    private static void nameLogs(NodeConfiguration configuration) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.putProperty("node", configuration.name().value());
        }
    }
}

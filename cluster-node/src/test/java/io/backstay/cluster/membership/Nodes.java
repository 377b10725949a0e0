package io.backstay.cluster.membership;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.backstay.cluster.identity.Founding;
import io.backstay.cluster.identity.NodeIdentity;
import io.backstay.cluster.replication.ViewExchange;
import io.backstay.cluster.view.ViewHolder;
import io.backstay.model.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Props;

/** Founding nodes in this JVM, on loopback, with all of membership and real connections between them. */
public final class Nodes implements AutoCloseable {
    private static final int LOWEST_PORT = 15_000;
    private static final int HIGHEST_PORT = 20_000;
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final List<Node> all = new ArrayList<>();
    private final List<HostPort> contactPoints;
    private final Config further;

    /**
     * One of them.
     *
     * @param exchange the newest system's
     */
    public record Node(
            NodeIdentity identity,
            ViewHolder views,
            ClusterRuntime runtime,
            AtomicReference<Optional<ActorRef<ViewExchange.Command>>> exchange,
            AtomicInteger systems) {}

    /** Contact points for so many nodes; none runs yet. */
    public Nodes(int count) {
        // Where not all founders are started, the others need not wait for them as long as in earnest.
        this(freePorts(count), ConfigFactory.parseString("backstay.founding.silence = 2s"));
    }

    /** These contact points, and configuration that goes before what stands in files. */
    Nodes(List<HostPort> contactPoints, Config further) {
        this.contactPoints = contactPoints;
        this.further = further;
    }

    /** Starts the node with that number, from 0. */
    public Node start(int number, Founding founding, Path data) throws IOException {
        return start(contactPoints.get(number), true, founding, data);
    }

    /** Starts a node that founds nothing and that nobody looks for. */
    public Node startJoining(Founding founding, Path data) throws IOException {
        return start(freePorts(1).get(0), false, founding, data);
    }

    private Node start(HostPort management, boolean found, Founding founding, Path data) throws IOException {
        NodeIdentity identity = founding.node(data);
        ViewHolder views = ViewHolder.open(data, founding.authority().cluster());
        AtomicReference<Optional<ActorRef<ViewExchange.Command>>> exchange = new AtomicReference<>(Optional.empty());
        AtomicInteger systems = new AtomicInteger();
        ClusterRuntime runtime = new ClusterRuntime(
                identity,
                data,
                EnumSet.allOf(Role.class),
                new ClusterSettings(
                        freePorts(1).get(0),
                        management,
                        contactPoints,
                        contactPoints.size() / 2 + 1,
                        found,
                        ClusterSettings.Failover.STEADY),
                further,
                views,
                () -> true,
                List.of(),
                system -> {
                    systems.incrementAndGet();
                    exchange.set(Optional.of(
                            system.systemActorOf(ViewExchange.create(views), "view-exchange", Props.empty())));
                });
        Node node = new Node(identity, views, runtime, exchange, systems);
        all.add(node);
        runtime.start();
        return node;
    }

    /** Waits until the condition holds. */
    public static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + LIMIT + ": " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    @Override
    public void close() {
        all.stream()
                .map(node -> node.runtime().leave().toCompletableFuture())
                .toList()
                .forEach(java.util.concurrent.CompletableFuture::join);
    }

    /** Ascending; free now, and not of those that the system gives to connections: one of these could take it before it is bound. */
    static List<HostPort> freePorts(int count) {
        return ThreadLocalRandom.current()
                .ints(LOWEST_PORT, HIGHEST_PORT)
                .filter(Nodes::free)
                .distinct()
                .limit(count)
                .sorted()
                .mapToObj(port -> new HostPort("127.0.0.1", port))
                .toList();
    }

    private static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}

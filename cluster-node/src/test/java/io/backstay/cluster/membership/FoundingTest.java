package io.backstay.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.backstay.cluster.identity.Founding;
import io.backstay.cluster.membership.Nodes.Node;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.cluster.typed.Cluster;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Founders that know different things when one of them begins a cluster. */
@Tag("slow")
class FoundingTest {
    private static final Config PATIENT = ConfigFactory.parseString("backstay.founding.silence = 10m");
    private static final Config IMPATIENT = ConfigFactory.parseString("backstay.founding.up-within = 5s");

    private final Founding founding = Founding.create();

    @TempDir
    private Path folder;

    @Test
    void noneBeginsAClusterWhileAnotherMayBeAboutTo() throws Exception {
        List<HostPort> points = Nodes.freePorts(3);
        try (Answers third = Answers.at(points.get(2));
                Nodes nodes = new Nodes(points, PATIENT)) {
            Node one = nodes.start(0, founding, folder.resolve("1"));
            Node two = nodes.start(1, founding, folder.resolve("2"));

            // Seconds after the two have heard of each other.
            Nodes.await("questions to the third", () -> third.asked() >= 40);
            assertThat(one.runtime().reachable().up()).isEmpty();
            assertThat(two.runtime().reachable().up()).isEmpty();

            third.knowNoCluster();
            awaitUp(one, two);
        }
    }

    @Test
    void aClusterWithoutTheRequiredFoundersTakesNobodyUpAndIsGivenUp() throws Exception {
        List<HostPort> points = Nodes.freePorts(4);
        try (Answers other = Answers.at(points.get(3));
                Nodes alone = new Nodes(List.of(points.get(0), points.get(3)), IMPATIENT);
                Nodes nodes = new Nodes(points.subList(1, 3), ConfigFactory.empty())) {
            other.knowNoCluster();
            Node one = alone.start(0, founding, folder.resolve("1"));
            Node plain = alone.startJoining(founding, folder.resolve("4"));
            Node two = nodes.start(0, founding, folder.resolve("2"));
            Node three = nodes.start(1, founding, folder.resolve("3"));

            awaitUp(two, three);
            Nodes.await("another system", () -> one.systems().get() > 1);
            Nodes.await("another system", () -> plain.systems().get() > 1);
            assertThat(one.runtime().reachable().up()).isEmpty();
            assertThat(plain.runtime().reachable().up()).isEmpty();

            other.knowMember(Cluster.get(two.runtime().system().orElseThrow())
                    .selfMember()
                    .address()
                    .toString());
            awaitUp(one, plain, two, three);
        }
    }

    private static void awaitUp(Node... nodes) {
        Set<Object> ids = Set.copyOf(
                java.util.Arrays.stream(nodes).map(node -> node.identity().id()).toList());
        for (Node node : nodes) {
            Nodes.await(
                    "all up at " + node.identity().id(),
                    () -> node.runtime().reachable().up().equals(ids));
        }
    }

    /** A contact point that answers what it is told to, and at first that it cannot. */
    private static final class Answers implements AutoCloseable {
        private final HttpServer server;
        private final AtomicInteger asked = new AtomicInteger();
        private volatile Optional<String> seedNodes = Optional.empty();

        private Answers(HttpServer server) {
            this.server = server;
        }

        static Answers at(HostPort point) throws IOException {
            HttpServer server = HttpServer.create(new InetSocketAddress(point.host(), point.port()), 0);
            Answers answers = new Answers(server);
            server.createContext("/bootstrap/seed-nodes", answers::answer);
            server.start();
            return answers;
        }

        int asked() {
            return asked.get();
        }

        void knowNoCluster() {
            seedNodes = Optional.of("");
        }

        void knowMember(String address) {
            seedNodes =
                    Optional.of("{\"node\":\"%s\",\"nodeUid\":1,\"status\":\"Up\",\"roles\":[]}".formatted(address));
        }

        private void answer(HttpExchange exchange) throws IOException {
            asked.incrementAndGet();
            try (exchange) {
                if (seedNodes.isEmpty()) {
                    exchange.sendResponseHeaders(503, -1);
                    return;
                }
                byte[] body = "{\"selfNode\":\"pekko://backstay@127.0.0.1:1\",\"seedNodes\":[%s]}"
                        .formatted(seedNodes.get())
                        .getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}

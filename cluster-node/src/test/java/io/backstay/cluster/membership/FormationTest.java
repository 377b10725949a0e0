package io.backstay.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.cluster.WireMessage;
import io.backstay.cluster.identity.Founding;
import io.backstay.cluster.membership.Nodes.Node;
import io.backstay.cluster.replication.ViewExchange;
import io.backstay.cluster.view.ClusterView;
import io.backstay.cluster.view.Views;
import io.backstay.model.ClusterId;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class FormationTest {
    private final Founding founding = Founding.create();
    private final ClusterId cluster = founding.authority().cluster();

    @TempDir
    private Path folder;

    @Test
    void threeFoundersFormOneClusterAndShareViews() throws Exception {
        try (Nodes nodes = new Nodes(3)) {
            Node one = nodes.start(0, founding, folder.resolve("1"));
            Node two = nodes.start(1, founding, folder.resolve("2"));
            awaitUp(one, two);

            // Some thousand users: the body is many times Artery's largest frame.
            ClusterView large = Views.full(cluster, 5, 10_000);
            publish(one, large);
            awaitView(large, one, two);

            Node three = nodes.start(2, founding, folder.resolve("3"));
            awaitUp(one, two, three);
            awaitView(large, three);

            ClusterView foreign = Views.full(new ClusterId(UUID.randomUUID()), 99, 0);
            publish(two, foreign);
            ClusterView newer = Views.full(cluster, 6, 0);
            publish(three, newer);
            awaitView(newer, one, two, three);
            publish(one, large);
            ClusterView newest = Views.full(cluster, 7, 0);
            publish(two, newest);
            awaitView(newest, one, two, three);
        }
    }

    @Test
    void anAnswerOfSomeMegabytesArrives() throws Exception {
        try (Nodes nodes = new Nodes(2)) {
            Node one = nodes.start(0, founding, folder.resolve("1"));
            Node two = nodes.start(1, founding, folder.resolve("2"));
            awaitUp(one, two);
            ActorSystem<?> asked = one.runtime().system().orElseThrow();
            ActorSystem<?> asking = two.runtime().system().orElseThrow();
            List<String> lines = Collections.nCopies(30_000, "a name, an id and what else there is to a thing");
            ActorRef<Question> listing = asked.systemActorOf(
                    Behaviors.receiveMessage(question -> {
                        question.replyTo().tell(new Listing(lines, "lines"));
                        return Behaviors.same();
                    }),
                    "listing",
                    Props.empty());
            ActorRef<Question> seen = ActorRefResolver.get(asking)
                    .resolveActorRef(ActorRefResolver.get(asked).toSerializationFormat(listing));
            Listing answer = AskPattern.ask(
                            seen,
                            (ActorRef<Listing> replyTo) -> new Question(replyTo, "list"),
                            Duration.ofSeconds(60),
                            asking.scheduler())
                    .toCompletableFuture()
                    .join();
            assertThat(answer.lines()).isEqualTo(lines);
        }
    }

    record Question(ActorRef<Listing> replyTo, String what) implements WireMessage {}

    record Listing(List<String> lines, String what) implements WireMessage {}

    @Test
    void aFounderThatListsOnlyItselfComesBackToTheOthers() throws Exception {
        try (Nodes nodes = new Nodes(1)) {
            Node one = nodes.start(0, founding, folder.resolve("1"));
            awaitUp(one);
            Node two = nodes.startJoining(founding, folder.resolve("2"));
            Node three = nodes.startJoining(founding, folder.resolve("3"));
            awaitUp(one, two, three);
            one.runtime().leave().toCompletableFuture().join();
            awaitUp(two, three);
            Node again = nodes.start(0, founding, folder.resolve("1"));
            awaitUp(again, two, three);
        }
    }

    /** Remoting waited for ever until a connection whose peer did not answer its handshake had completed. */
    @Test
    void leavesThoughAPeerNeverAnswers() throws Exception {
        try (Nodes nodes = new Nodes(1);
                ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Node one = nodes.start(0, founding, folder.resolve("1"));
            awaitUp(one);
            one.runtime()
                    .system()
                    .orElseThrow()
                    .classicSystem()
                    .actorSelection("pekko://backstay@127.0.0.1:%d/user/nobody".formatted(silent.getLocalPort()))
                    .tell("hello", org.apache.pekko.actor.ActorRef.noSender());
            try (Socket connection = silent.accept()) {
                assertThat(connection.isConnected()).isTrue();
                one.runtime().leave().toCompletableFuture().get(60, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void aDownedNodeComesBackByItselfInTheSameProcess() throws Exception {
        try (Nodes nodes = new Nodes(3)) {
            Node one = nodes.start(0, founding, folder.resolve("1"));
            Node two = nodes.start(1, founding, folder.resolve("2"));
            Node three = nodes.start(2, founding, folder.resolve("3"));
            awaitUp(one, two, three);
            ClusterView view = Views.full(cluster, 1, 0);
            publish(one, view);
            awaitView(view, one, two, three);

            var before = three.runtime().system().orElseThrow();
            Cluster member = Cluster.get(before);
            member.manager().tell(new Down(member.selfMember().address()));
            Nodes.await("another system", () -> three.systems().get() > 1);
            awaitUp(one, two, three);
            assertThat(three.runtime().system().orElseThrow()).isNotSameAs(before);

            ClusterView newer = Views.full(cluster, 2, 0);
            publish(three, newer);
            awaitView(newer, one, two, three);
        }
    }

    @Test
    void aNodeOfAnotherAuthorityIsKeptOut() throws Exception {
        try (Nodes nodes = new Nodes(3)) {
            Node one = nodes.start(0, founding, folder.resolve("1"));
            Node two = nodes.start(1, founding, folder.resolve("2"));
            awaitUp(one, two);
            Node foreign = nodes.start(2, Founding.create(), folder.resolve("3"));
            // It asks the contact points and tries to join; its next system shows that it has failed to.
            Nodes.await(
                    "the foreign node's failure to join",
                    () -> foreign.systems().get() > 1);
            assertThat(foreign.runtime().reachable().up()).isEmpty();
            awaitUp(one, two);
        }
    }

    @Test
    void saysWhetherItIsReadyAndTakesNoCommandsByManagement() throws Exception {
        try (Nodes nodes = new Nodes(1)) {
            Node one = nodes.start(0, founding, folder.resolve("1"));
            awaitUp(one);
            assertThat(status(one, "GET", "/alive")).isEqualTo(200);
            // There is no view yet.
            assertThat(status(one, "GET", "/ready")).isEqualTo(500);
            publish(one, Views.full(cluster, 1, 0));
            Nodes.await("readiness", () -> one.views().current().isPresent());
            assertThat(status(one, "GET", "/ready")).isEqualTo(200);
            assertThat(status(one, "GET", "/cluster/members")).isEqualTo(200);
            String self = Cluster.get(one.runtime().system().orElseThrow())
                    .selfMember()
                    .address()
                    .toString();
            assertThat(status(one, "DELETE", "/cluster/members/" + self)).isGreaterThanOrEqualTo(400);
        }
    }

    private static int status(Node node, String method, String path) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI address = URI.create("http://" + node.runtime().settings().management() + path);
            return http.send(
                            HttpRequest.newBuilder(address)
                                    .method(method, HttpRequest.BodyPublishers.noBody())
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private static void publish(Node from, ClusterView view) {
        from.exchange().get().orElseThrow().tell(ViewExchange.publish(view));
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

    private static void awaitView(ClusterView view, Node... nodes) {
        for (Node node : nodes) {
            Nodes.await(
                    "view " + view.id().revision(),
                    () -> node.views().current().filter(view::equals).isPresent());
        }
    }
}

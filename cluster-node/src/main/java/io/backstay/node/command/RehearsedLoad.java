package io.backstay.node.command;

import com.typesafe.config.ConfigFactory;
import io.backstay.cluster.view.ClusterSecrets;
import io.backstay.cluster.view.ClusterView;
import io.backstay.cluster.view.NodeView;
import io.backstay.cluster.view.ViewId;
import io.backstay.cluster.view.ViewSource;
import io.backstay.model.ClusterId;
import io.backstay.model.NodeId;
import io.backstay.model.NodeName;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.RepositoryId;
import io.backstay.model.Role;
import io.backstay.model.Sha256;
import io.backstay.objects.disk.DiskMedium;
import io.backstay.storage.node.StorageNode;
import io.backstay.storage.node.StorageSettings;
import io.backstay.storage.transfer.StoragePeer;
import io.backstay.storage.transfer.StoragePeers;
import io.backstay.storage.transfer.TransferRoutes;
import io.backstay.storage.transfer.TransferServer;
import io.backstay.storage.transfer.TransferSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * What a node does most, done a few hundred times: objects are hashed, written and read, by itself and over HTTP. The
 * cache then also knows which of the code is hot, and the JVM compiles that from the beginning; without it a node spends ten
 * seconds of processor time on its first gigabytes.
 */
final class RehearsedLoad {
    private static final int OBJECTS = 40;
    private static final int OBJECT_BYTES = 8 << 20;
    private static final int PIECE_BYTES = 128 << 10;
    private static final int SMALL_OBJECTS = 200;
    private static final int REFUSED_BODIES = 25;
    private static final String LOOPBACK = InetAddress.getLoopbackAddress().getHostAddress();
    private static final Duration LONGEST_STEP = Duration.ofSeconds(60);

    private RehearsedLoad() {}

    /** Runs it; what is written goes below the folder. */
    static void run(Path folder, URI http) throws IOException, InterruptedException {
        byte[] content = new byte[OBJECT_BYTES];
        new Random(1).nextBytes(content);
        sent(http, content);
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "backstay-rehearsal", ConfigFactory.load());
        Clock clock = Clock.systemUTC();
        NodeId here = new NodeId(UUID.randomUUID());
        NodeId there = new NodeId(UUID.randomUUID());
        try (DiskMedium medium = DiskMedium.open(folder, clock);
                StorageNode node = StorageNode.start(
                        system,
                        there,
                        medium,
                        new FixedView(Optional.empty()),
                        other -> {
                            throw new IllegalArgumentException("a rehearsal has one node");
                        },
                        StorageSettings.defaults().withLowWater(0, 0),
                        clock)) {
            stored(system, node, content);
            TwoNodes nodes = new TwoNodes(here, there, freePort());
            TransferRoutes routes = new TransferRoutes(
                    system, there, nodes.view(), () -> Optional.of(node), TransferSettings.defaults(), clock);
            done(TransferServer.bind(system, LOOPBACK, nodes.port(), routes));
            stored(
                    system,
                    new StoragePeers(system, here, nodes.view(), TransferSettings.defaults(), clock).apply(there),
                    content);
        } finally {
            system.terminate();
            system.getWhenTerminated()
                    .toCompletableFuture()
                    .orTimeout(LONGEST_STEP.toSeconds(), TimeUnit.SECONDS)
                    .join();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void stored(ActorSystem<Void> system, StoragePeer node, byte[] content) {
        RepositoryId repository = new RepositoryId(UUID.randomUUID());
        done(node.announce(repository, 1, 1));
        for (int i = 0; i < OBJECTS + SMALL_OBJECTS; i++) {
            byte[] body = i < OBJECTS ? content : Arrays.copyOf(content, 1024);
            body[0] = (byte) i;
            body[1] = (byte) (i >> 8);
            Sha256 sha256 = Sha256.hash(body);
            ObjectKey key = new ObjectKey(i < OBJECTS ? ObjectType.DATA : ObjectType.SNAPSHOTS, sha256);
            done(node.put(
                    new StoragePeer.Fence(repository, 1, i), key, Optional.of(sha256), body.length, pieces(body)));
            done(node.read(repository, key, 0, body.length).thenCompose(bytes -> bytes.runWith(Sink.ignore(), system)));
        }
    }

    private static Source<ByteString, ?> pieces(byte[] body) {
        int pieces = (body.length + PIECE_BYTES - 1) / PIECE_BYTES;
        return Source.range(0, pieces - 1)
                .map(piece -> ByteString.fromArrayUnsafe(
                        body, piece * PIECE_BYTES, Math.min(PIECE_BYTES, body.length - piece * PIECE_BYTES)));
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(LONGEST_STEP.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** Nobody may, yet each body is read to its end. */
    private static void sent(URI http, byte[] content) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int i = 0; i < REFUSED_BODIES; i++) {
                client.send(
                        HttpRequest.newBuilder(http.resolve("/restic/rehearsal/data/" + Sha256.hash(content)))
                                .POST(HttpRequest.BodyPublishers.ofByteArray(content))
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
            }
        }
    }

    /** A node that sends and one that stores, whose internal port is this. */
    private record TwoNodes(NodeId here, NodeId there, int port) {
        ViewSource view() {
            String key = Base64.getEncoder().encodeToString(new byte[32]);
            return new FixedView(Optional.of(ClusterView.of(
                    new ViewId(new ClusterId(UUID.randomUUID()), 1, 1, Sha256.hash(new byte[0])),
                    List.of(node(here, "here"), node(there, "there")),
                    List.of(),
                    List.of(),
                    List.of(),
                    new ClusterSecrets(key, key))));
        }

        private NodeView node(NodeId id, String name) {
            String internal = "http://" + LOOPBACK + ":" + port;
            return new NodeView(id, new NodeName(name), Set.of(Role.BACKUP_STORAGE), "", "", internal, "", true);
        }
    }

    private record FixedView(Optional<ClusterView> current) implements ViewSource {
        @Override
        public void subscribe(Consumer<ClusterView> listener) {
            // There is never another one.
        }
    }
}

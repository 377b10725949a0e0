package io.backstay.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.http.problem.Problems;
import io.backstay.http.problem.RequestId;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Clients that are slow, silent, or many, on a real port. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConnectionsTest {
    private static final int PATIENCE_MILLIS = 60_000;
    private static final String GOOD = "GET /good HTTP/1.1\r\nHost: x\r\n\r\n";

    private final ActorTestKit kit = ActorTestKit.create();
    private final List<Socket> sockets = new ArrayList<>();
    private final CompletableFuture<HttpResponse> held = new CompletableFuture<>();
    private Optional<Connections> connections = Optional.empty();

    @AfterEach
    void endAll() throws Exception {
        for (Socket socket : sockets) {
            socket.close();
        }
        if (connections.isPresent()) {
            connections.get().close(Duration.ofSeconds(1)).toCompletableFuture().get(60, TimeUnit.SECONDS);
        }
    }

    @AfterAll
    void endSystem() {
        kit.shutdownTestKit();
    }

    private void open(Duration headWithin, Duration idle, int most) throws Exception {
        connections = Optional.of(Connections.bind(
                        kit.system(),
                        "127.0.0.1",
                        0,
                        new WireLimits(headWithin, idle, 10_000, most),
                        new Traffic(),
                        this::answer)
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS));
    }

    /** Reads the whole body, then answers; {@code /endless} is answered without end, {@code /held} when the test says so. */
    private CompletionStage<HttpResponse> answer(ClientConnection connection, HttpRequest request) {
        Optional<Refusal> refused = connection.refused(request);
        if (refused.isPresent()) {
            return CompletableFuture.completedFuture(problem(refused.get()));
        }
        return switch (request.getUri().getPathString()) {
            case "/held" -> held;
            case "/endless" ->
                CompletableFuture.completedFuture(HttpResponse.create()
                        .withEntity(org.apache.pekko.http.javadsl.model.HttpEntities.createChunked(
                                org.apache.pekko.http.javadsl.model.ContentTypes.APPLICATION_OCTET_STREAM,
                                Source.repeat(ByteString.fromArray(new byte[64 * 1024])))));
            default ->
                request.entity()
                        .getDataBytes()
                        .runFold(0, (size, bytes) -> size + bytes.length(), kit.system())
                        .handle((size, failure) -> failure == null
                                ? HttpResponse.create().withEntity("good " + size)
                                : problem(connection.cutOff().orElseThrow()));
        };
    }

    private static HttpResponse problem(Refusal refusal) {
        return Problems.of(refusal.code(), refusal.detail(), new RequestId("x"));
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(
                InetAddress.getLoopbackAddress(),
                connections.orElseThrow().address().getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        sockets.add(socket);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Everything until the connection ends. */
    private static String rest(Socket socket) throws IOException {
        StringBuilder all = new StringBuilder();
        try {
            InputStream in = socket.getInputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                all.append((char) next);
            }
        } catch (SocketException e) {
            all.append("(reset)");
        }
        return all.toString();
    }

    /** Sends so many bytes a while apart until the node has had enough. */
    private static void trickle(Socket socket, String text) {
        Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; i < 100_000; i++) {
                    send(socket, text);
                    java.util.concurrent.locks.LockSupport.parkNanos(
                            Duration.ofMillis(50).toNanos());
                }
            } catch (IOException e) {
                assertThat(e).isInstanceOf(SocketException.class);
            }
        });
    }

    private void goodClientIsServed() throws IOException {
        try (Socket socket = connect()) {
            send(socket, GOOD.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
            assertThat(rest(socket)).startsWith("HTTP/1.1 200 ").endsWith("good 0");
        }
    }

    private void nobodyIsLeft() {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (connections.orElseThrow().count() > 0) {
            assertThat(System.nanoTime()).isLessThan(end);
            java.util.concurrent.locks.LockSupport.parkNanos(
                    Duration.ofMillis(20).toNanos());
        }
    }

    @Test
    void aHeadThatTricklesInIsRefusedWhileOthersAreServed() throws Exception {
        open(Duration.ofSeconds(1), Duration.ofSeconds(30), 1_000);
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Socket socket = connect();
            send(socket, i % 2 == 0 ? "GET / HTTP/1.1\r\nX: " : GOOD + "GET / HTTP/1.1\r\nX: ");
            trickle(socket, "x");
            slow.add(socket);
        }
        goodClientIsServed();
        for (Socket socket : slow) {
            assertThat(rest(socket)).contains("HTTP/1.1 408 ", "request-timeout");
        }
        sockets.forEach(ConnectionsTest::close);
        nobodyIsLeft();
    }

    @Test
    void aBodyThatTricklesInIsCutOffWhileOthersAreServed() throws Exception {
        open(Duration.ofSeconds(30), Duration.ofSeconds(1), 1_000);
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Socket socket = connect();
            send(socket, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
            trickle(socket, "x");
            slow.add(socket);
        }
        goodClientIsServed();
        for (Socket socket : slow) {
            assertThat(rest(socket)).contains("HTTP/1.1 408 ", "request-timeout");
        }
        sockets.forEach(ConnectionsTest::close);
        nobodyIsLeft();
    }

    @Test
    void aSlowButHonestUploadIsTaken() throws Exception {
        open(Duration.ofSeconds(30), Duration.ofSeconds(1), 1_000);
        Socket socket = connect();
        send(socket, "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 60000\r\n\r\n");
        // Twenty thousand bytes a second, for longer than anybody may fall behind.
        Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; i < 60; i++) {
                    send(socket, "x".repeat(1_000));
                    java.util.concurrent.locks.LockSupport.parkNanos(
                            Duration.ofMillis(50).toNanos());
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(rest(socket)).startsWith("HTTP/1.1 200 ").endsWith("good 60000");
    }

    @Test
    void aClientThatDoesNotReadItsAnswerIsGivenUp() throws Exception {
        open(Duration.ofSeconds(30), Duration.ofSeconds(1), 1_000);
        for (int i = 0; i < 10; i++) {
            send(connect(), "GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        goodClientIsServed();
        nobodyIsLeft();
    }

    @Test
    void silentConnectionsEndByThemselves() throws Exception {
        open(Duration.ofSeconds(1), Duration.ofSeconds(2), 1_000);
        Socket never = connect();
        Socket once = connect();
        send(once, GOOD);
        assertThat(rest(never)).isEmpty();
        assertThat(rest(once)).startsWith("HTTP/1.1 200 ").endsWith("good 0");
        never.close();
        once.close();
        nobodyIsLeft();
    }

    @Test
    void beyondTheBoundTheLongestIdleOneEnds() throws Exception {
        open(Duration.ofSeconds(60), Duration.ofSeconds(60), 50);
        Socket busy = connect();
        send(busy, "GET /held HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        for (int i = 0; i < 300; i++) {
            connect();
            if (i % 50 == 0) {
                goodClientIsServed();
            }
        }
        goodClientIsServed();
        assertThat(connections.orElseThrow().count()).isLessThanOrEqualTo(51);
        held.complete(HttpResponse.create().withEntity("held"));
        assertThat(rest(busy)).endsWith("held");
    }

    @Test
    void aThousandIdleConnectionsHinderNobody() throws Exception {
        open(Duration.ofSeconds(60), Duration.ofSeconds(60), 2_000);
        for (int i = 0; i < 1_000; i++) {
            send(connect(), i % 2 == 0 ? "GET /" : "");
        }
        goodClientIsServed();
        sockets.forEach(ConnectionsTest::close);
        nobodyIsLeft();
    }

    @Test
    void anEndLetsTheRequestUnderWayBeAnswered() throws Exception {
        open(Duration.ofSeconds(60), Duration.ofSeconds(60), 100);
        Socket idle = connect();
        send(idle, GOOD);
        Socket busy = connect();
        send(busy, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n1");
        goodClientIsServed();
        CompletionStage<org.apache.pekko.Done> closed =
                connections.orElseThrow().close(Duration.ofSeconds(30));
        assertThat(rest(idle)).endsWith("good 0");
        send(busy, "2");
        assertThat(rest(busy)).startsWith("HTTP/1.1 200 ").endsWith("good 2");
        busy.close();
        idle.close();
        closed.toCompletableFuture().get(60, TimeUnit.SECONDS);
        nobodyIsLeft();
    }

    @Test
    void whatWasSentBeforeAClientEndedItsSideIsAnswered() throws Exception {
        open(Duration.ofSeconds(60), Duration.ofSeconds(60), 2_000);
        String three = "POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nnull" + GOOD + GOOD;
        try (ExecutorService clients = Executors.newFixedThreadPool(8)) {
            List<Callable<String>> work = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                work.add(() -> {
                    try (Socket socket = new Socket(
                            InetAddress.getLoopbackAddress(),
                            connections.orElseThrow().address().getPort())) {
                        socket.setSoTimeout(PATIENCE_MILLIS);
                        send(socket, three);
                        socket.shutdownOutput();
                        return rest(socket);
                    }
                });
            }
            for (Future<String> done : clients.invokeAll(work)) {
                assertThat(done.get().split("good", -1)).hasSize(4);
            }
        }
        nobodyIsLeft();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

package io.backstay.http.wire;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.TimeoutAccess;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.stream.TLSProtocol.SslTlsInbound;
import org.apache.pekko.stream.TLSProtocol.SslTlsOutbound;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.TLSPlacebo;
import org.apache.pekko.stream.javadsl.Tcp;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port that speaks HTTP/1.1 to clients that may be slow, broken, hostile or too many. Where there are more than the limits
 * allow, the one ends that has done nothing for longest; one with a request under way never does. Safe for use by many
 * threads.
 */
public final class Connections {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
    private static final int BACKLOG = 512;
    private static final Duration AT_ONCE = Duration.ofMillis(1);

    private static final RequestGate.Controls NOT_YET = new RequestGate.Controls() {
        @Override
        public void drain() {
            // Once it has begun it looks itself.
        }

        @Override
        public void abort() {
            // It began a moment ago, so that others have been idle for longer.
        }
    };

    private final ActorSystem<?> system;
    private final ServerSettings settings;
    private final WireLimits limits;
    private final Traffic traffic;
    private final BiFunction<ClientConnection, HttpRequest, CompletionStage<HttpResponse>> handler;
    private final String refusedPath = "/" + UUID.randomUUID();
    private final Map<ClientConnection, RequestGate.Controls> open = new ConcurrentHashMap<>();
    private final CompletableFuture<Tcp.ServerBinding> bound = new CompletableFuture<>();
    private final CompletableFuture<Done> drained = new CompletableFuture<>();
    private volatile boolean closing;

    private Connections(
            ActorSystem<?> system,
            WireLimits limits,
            Traffic traffic,
            BiFunction<ClientConnection, HttpRequest, CompletionStage<HttpResponse>> handler) {
        this.system = system;
        this.settings = ServerSettings.create(system.classicSystem());
        this.limits = limits;
        this.traffic = traffic;
        this.handler = handler;
    }

    /**
     * Binds the port; fails where that is not possible.
     *
     * @param traffic counts the bytes of all connections
     * @param handler answers a request; reads or discards its body; does not fail
     */
    public static CompletionStage<Connections> bind(
            ActorSystem<?> system,
            String host,
            int port,
            WireLimits limits,
            Traffic traffic,
            BiFunction<ClientConnection, HttpRequest, CompletionStage<HttpResponse>> handler) {
        Connections connections = new Connections(system, limits, traffic, handler);
        return Tcp.get(system)
                .bind(host, port, BACKLOG, connections.settings.getSocketOptions(), true, Optional.empty())
                .to(Sink.foreach(connections::accept))
                .run(system)
                .thenApply(binding -> {
                    connections.bound.complete(binding);
                    return connections;
                });
    }

    private void accept(Tcp.IncomingConnection incoming) {
        ClientConnection connection = new ClientConnection(incoming.remoteAddress(), refusedPath, System.nanoTime());
        boolean refused = open.size() >= limits.mostConnections() && !makeRoom();
        open.put(connection, NOT_YET);
        RequestGate gate = new RequestGate(
                connection,
                limits,
                System::nanoTime,
                traffic,
                controls -> started(connection, controls, refused),
                () -> ended(connection));
        Http.get(system)
                .serverLayer(settings, Optional.of(connection.remote()))
                .atop(plain())
                .atop(BidiFlow.fromGraph(gate))
                .join(incoming.flow())
                .join(Flow.of(HttpRequest.class).mapAsync(1, request -> answer(connection, request)))
                .run(system);
    }

    /** No TLS; what it gives out is a kind of what HTTP takes in. */
    @SuppressWarnings("unchecked") // a flow's output may be taken for a wider type, which its Java type does not say
    private static BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed> plain() {
        return (BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed>)
                (BidiFlow<?, ?, ?, ?, ?>) TLSPlacebo.getInstance();
    }

    private void started(ClientConnection connection, RequestGate.Controls controls, boolean refused) {
        open.replace(connection, controls);
        if (refused) {
            LOG.warn("All {} connections have requests under way; one more was refused", limits.mostConnections());
            controls.abort();
        } else if (closing) {
            controls.drain();
        }
    }

    private void ended(ClientConnection connection) {
        open.remove(connection);
        connection.ended();
        if (closing && open.isEmpty()) {
            drained.complete(Done.getInstance());
        }
    }

    private boolean makeRoom() {
        Optional<ClientConnection> longest = open.keySet().stream()
                .filter(ClientConnection::idle)
                .min(Comparator.comparingLong(connection -> connection.lastMoved() - System.nanoTime()));
        longest.flatMap(connection -> Optional.ofNullable(open.remove(connection)))
                .ifPresent(RequestGate.Controls::abort);
        return longest.isPresent();
    }

    private CompletionStage<HttpResponse> answer(ClientConnection connection, HttpRequest request) {
        connection.begun();
        // Pekko's timer would hold a request, and the connection with it, for two minutes after its client has gone.
        request.getHeader(TimeoutAccess.class)
                .ifPresent(
                        access -> connection.atEnd(() -> access.timeoutAccess().updateTimeout(AT_ONCE)));
        return handler.apply(connection, request).whenComplete((response, failure) -> connection.answered());
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return bound.join().localAddress();
    }

    /** How many there are. */
    int count() {
        return open.size();
    }

    /** Takes no new connections, gives requests under way this long, then ends what is left. */
    public CompletionStage<Done> close(Duration deadline) {
        closing = true;
        return bound.join().unbind().thenCompose(unbound -> {
            open.values().forEach(RequestGate.Controls::drain);
            if (open.isEmpty()) {
                drained.complete(Done.getInstance());
            }
            return drained.completeOnTimeout(Done.getInstance(), deadline.toMillis(), TimeUnit.MILLISECONDS)
                    .whenComplete((done, failure) -> open.values().forEach(RequestGate.Controls::abort));
        });
    }
}

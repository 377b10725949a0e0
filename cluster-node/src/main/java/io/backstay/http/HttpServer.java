package io.backstay.http;

import io.backstay.http.problem.Problems;
import io.backstay.http.problem.RequestId;
import io.backstay.http.restic.ResticPath;
import io.backstay.http.restic.ResticRoutes;
import io.backstay.http.wire.ClientConnection;
import io.backstay.http.wire.Connections;
import io.backstay.http.wire.Refusal;
import io.backstay.http.wire.Traffic;
import io.backstay.http.wire.WireLimits;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.Connection;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.model.headers.RawRequestURI;
import org.apache.pekko.http.javadsl.model.headers.TimeoutAccess;

/**
 * A node's HTTP port, on the door system, which outlives the cluster's: {@code /restic/} goes to the restic protocol,
 * everything else to the API.
 */
public final class HttpServer {
    private final Connections connections;

    /** Answers what is not restic's. */
    @FunctionalInterface
    public interface Routes {
        /** Answers a request; reads or discards its body. A failure becomes a problem document. */
        CompletionStage<HttpResponse> handle(HttpRequest request, String rawPath, InetAddress from, RequestId id);
    }

    private HttpServer(Connections connections) {
        this.connections = connections;
    }

    /**
     * Binds the port; fails where that is not possible.
     *
     * @param node named in each answer as the one that gave it
     * @param traffic counts the bytes of all connections
     * @param observer hears of each answer
     */
    public static CompletionStage<HttpServer> bind(
            ActorSystem<?> system,
            String host,
            int port,
            WireLimits limits,
            NodeName node,
            Traffic traffic,
            RequestObserver observer,
            ResticRoutes restic,
            Routes others) {
        List<HttpHeader> headers = headers(node);
        return Connections.bind(system, host, port, limits, traffic, (connection, request) -> {
                    long begun = System.nanoTime();
                    RequestId id = RequestId.of(request);
                    request.getHeader(TimeoutAccess.class)
                            .ifPresent(access -> access.timeoutAccess()
                                    .updateHandler(late -> id.on(tooLate(id)).addHeaders(headers)));
                    return answer(connection, request, id, restic, others).thenApply(response -> {
                        observer.answered(
                                request.getUri().getPathString().startsWith(ResticPath.PREFIX)
                                        ? RequestObserver.Protocol.RESTIC
                                        : RequestObserver.Protocol.API,
                                request.method().name(),
                                response.status().intValue(),
                                Duration.ofNanos(System.nanoTime() - begun));
                        return id.on(response).addHeaders(headers);
                    });
                })
                .thenApply(HttpServer::new);
    }

    /** On every answer: nothing that a node sends is a page, is to be guessed at, or may be shown inside of one. */
    private static List<HttpHeader> headers(NodeName node) {
        return List.of(
                RawHeader.create("X-Backstay-Node", node.value()),
                RawHeader.create("X-Content-Type-Options", "nosniff"),
                RawHeader.create("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
                RawHeader.create("Referrer-Policy", "no-referrer"),
                RawHeader.create("Cache-Control", "no-store"));
    }

    private static HttpResponse tooLate(RequestId id) {
        return Problems.of(ErrorCode.UNAVAILABLE, "the answer took too long; it may have been done all the same", id);
    }

    private static CompletionStage<HttpResponse> answer(
            ClientConnection connection, HttpRequest request, RequestId id, ResticRoutes restic, Routes others) {
        Optional<HttpResponse> flaw = flaw(connection, request, id);
        if (flaw.isPresent()) {
            return CompletableFuture.completedFuture(flaw.get());
        }
        CompletionStage<HttpResponse> answer;
        try {
            String rawPath = request.getUri().getPathString();
            answer = rawPath.startsWith(ResticPath.PREFIX)
                    ? restic.handle(request, rawPath, connection.address(), id)
                    : others.handle(request, rawPath, connection.address(), id);
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.exceptionally(failure -> Problems.of(failure, id))
                .thenApply(response ->
                        connection.cutOff().map(refusal -> ended(refusal, id)).orElse(response));
    }

    /**
     * What was refused before it came to be a request, and an address that means another one, with dots or needlessly encoded,
     * which somebody in between may have let pass for what it looks like. The body is not read and the connection ends.
     */
    private static Optional<HttpResponse> flaw(ClientConnection connection, HttpRequest request, RequestId id) {
        Optional<Refusal> refused = connection.refused(request);
        if (refused.isPresent()) {
            return Optional.of(ended(refused.get(), id));
        }
        String path = request.getUri().getPathString();
        boolean other = request.getHeader(RawRequestURI.class)
                .map(raw -> !pathOf(raw.uri()).equals(path))
                .orElse(false);
        return other
                ? Optional.of(ended(new Refusal(ErrorCode.NOT_FOUND, "the address is not in its plain form"), id))
                : Optional.empty();
    }

    private static HttpResponse ended(Refusal refusal, RequestId id) {
        return Problems.of(refusal.code(), refusal.detail(), id).addHeader(Connection.create("close"));
    }

    private static String pathOf(String target) {
        int authority = target.startsWith("/") ? -1 : target.indexOf("://");
        int begin = authority < 0 ? 0 : target.indexOf('/', authority + 3);
        int end = target.indexOf('?');
        return begin < 0 ? "/" : target.substring(begin, end < begin ? target.length() : end);
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return connections.address();
    }

    /** Takes no new connections, gives requests in flight this long, then closes. */
    public CompletionStage<Done> close(Duration deadline) {
        return connections.close(deadline);
    }

    /** An answer for paths that nobody serves. */
    public static Routes nothing() {
        return (request, rawPath, from, id) -> CompletableFuture.completedFuture(Problems.of(
                ErrorCode.NOT_FOUND,
                Optional.of(rawPath).filter(p -> p.length() < 200).orElse("this path") + " is not served",
                id));
    }
}

package io.backstay.http;

import io.backstay.http.problem.Problems;
import io.backstay.http.problem.RequestId;
import io.backstay.http.restic.ResticPath;
import io.backstay.http.restic.ResticRoutes;
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
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.RemoteAddress;
import org.apache.pekko.http.javadsl.model.headers.Connection;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.model.headers.RawRequestURI;
import org.apache.pekko.http.javadsl.model.headers.TimeoutAccess;
import org.apache.pekko.japi.function.Function;

/**
 * A node's HTTP port, on the door system, which outlives the cluster's: {@code /restic/} goes to the restic protocol,
 * everything else to the API. Limits stand under {@code pekko.http.server} in the node's configuration.
 */
public final class HttpServer {
    private final ServerBinding binding;

    /** Answers what is not restic's. */
    @FunctionalInterface
    public interface Routes {
        /** Answers a request; reads or discards its body. A failure becomes a problem document. */
        CompletionStage<HttpResponse> handle(HttpRequest request, String rawPath, InetAddress from, RequestId id);
    }

    private HttpServer(ServerBinding binding) {
        this.binding = binding;
    }

    /**
     * Binds the port; fails where that is not possible.
     *
     * @param node named in each answer as the one that gave it
     */
    public static CompletionStage<HttpServer> bind(
            ActorSystem<?> system, String host, int port, NodeName node, ResticRoutes restic, Routes others) {
        List<HttpHeader> headers = headers(node);
        Function<HttpRequest, CompletionStage<HttpResponse>> handler = request -> {
            RequestId id = RequestId.of(request);
            request.getHeader(TimeoutAccess.class)
                    .ifPresent(access -> access.timeoutAccess()
                            .updateHandler(late -> id.on(tooLate(id)).addHeaders(headers)));
            return answer(request, id, restic, others)
                    .thenApply(response -> id.on(response).addHeaders(headers));
        };
        return Http.get(system).newServerAt(host, port).bind(handler).thenApply(HttpServer::new);
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
            HttpRequest request, RequestId id, ResticRoutes restic, Routes others) {
        CompletionStage<HttpResponse> answer;
        try {
            InetAddress from = request.getAttribute(AttributeKeys.remoteAddress)
                    .flatMap(RemoteAddress::getAddress)
                    .orElseGet(InetAddress::getLoopbackAddress);
            Optional<HttpResponse> flaw = flaw(request, id);
            String rawPath = request.getUri().getPathString();
            if (flaw.isPresent()) {
                answer = CompletableFuture.completedFuture(flaw.get());
            } else if (rawPath.startsWith(ResticPath.PREFIX)) {
                answer = restic.handle(request, rawPath, from, id);
            } else {
                answer = others.handle(request, rawPath, from, id);
            }
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.exceptionally(failure -> Problems.of(failure, id));
    }

    /**
     * What Pekko lets pass: a length that it could not read, which somebody between the client and this node may have read
     * differently; a header without a name; and an address that means another one, with dots or needlessly encoded, which
     * somebody in between may have let pass for what it looks like. The body is not read and the connection ends.
     */
    private static Optional<HttpResponse> flaw(HttpRequest request, RequestId id) {
        for (HttpHeader header : request.getHeaders()) {
            String name = header.lowercaseName();
            if (name.isBlank() || name.equals("content-length") || name.equals("transfer-encoding")) {
                return Optional.of(Problems.of(ErrorCode.INVALID_REQUEST, "a header cannot be read", id)
                        .addHeader(Connection.create("close")));
            }
        }
        String path = request.getUri().getPathString();
        boolean other = request.getHeader(RawRequestURI.class)
                .map(raw -> !pathOf(raw.uri()).equals(path))
                .orElse(false);
        return other
                ? Optional.of(Problems.of(ErrorCode.NOT_FOUND, "the address is not in its plain form", id)
                        .addHeader(Connection.create("close")))
                : Optional.empty();
    }

    private static String pathOf(String target) {
        int authority = target.startsWith("/") ? -1 : target.indexOf("://");
        int begin = authority < 0 ? 0 : target.indexOf('/', authority + 3);
        int end = target.indexOf('?');
        return begin < 0 ? "/" : target.substring(begin, end < begin ? target.length() : end);
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return binding.localAddress();
    }

    /** Takes no new connections, gives requests in flight this long, then closes. */
    public CompletionStage<Done> close(Duration deadline) {
        return binding.terminate(deadline).thenApply(terminated -> Done.getInstance());
    }

    /** An answer for paths that nobody serves. */
    public static Routes nothing() {
        return (request, rawPath, from, id) -> CompletableFuture.completedFuture(Problems.of(
                ErrorCode.NOT_FOUND,
                Optional.of(rawPath).filter(p -> p.length() < 200).orElse("this path") + " is not served",
                id));
    }
}

package io.backstay.http;

import io.backstay.http.problem.Problems;
import io.backstay.http.problem.RequestId;
import io.backstay.http.restic.ResticPath;
import io.backstay.http.restic.ResticRoutes;
import io.backstay.model.ErrorCode;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.RemoteAddress;
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

    /** Binds the port; fails where that is not possible. */
    public static CompletionStage<HttpServer> bind(
            ActorSystem<?> system, String host, int port, ResticRoutes restic, Routes others) {
        Function<HttpRequest, CompletionStage<HttpResponse>> handler = request -> answer(request, restic, others);
        return Http.get(system).newServerAt(host, port).bind(handler).thenApply(HttpServer::new);
    }

    private static CompletionStage<HttpResponse> answer(HttpRequest request, ResticRoutes restic, Routes others) {
        RequestId id = RequestId.of(request);
        InetAddress from = request.getAttribute(AttributeKeys.remoteAddress)
                .flatMap(RemoteAddress::getAddress)
                .orElseGet(InetAddress::getLoopbackAddress);
        String rawPath = request.getUri().getPathString();
        CompletionStage<HttpResponse> answer;
        try {
            answer = rawPath.startsWith(ResticPath.PREFIX)
                    ? restic.handle(request, rawPath, from, id)
                    : others.handle(request, rawPath, from, id);
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.exceptionally(failure -> Problems.of(failure, id));
    }

    /** Where it listens. */
    public java.net.InetSocketAddress address() {
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

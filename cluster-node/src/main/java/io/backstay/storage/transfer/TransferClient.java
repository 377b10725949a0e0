package io.backstay.storage.transfer;

import io.backstay.cluster.view.NodeView;
import io.backstay.cluster.view.ViewSource;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.Sha256;
import io.backstay.storage.transfer.TransferMac.Signed;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.HttpsConnectionContext;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpMethod;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.RequestEntity;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.settings.ClientConnectionSettings;
import org.apache.pekko.http.javadsl.settings.ConnectionPoolSettings;
import org.apache.pekko.util.ByteString;

/**
 * Signs requests to other nodes, sends them over bounded pools of connections, and checks that the answers come from the
 * asked node. A failure to reach the node is {@code UNAVAILABLE}; so is an answer that is not authentic.
 */
final class TransferClient {
    /** Longer than any client of ours is slow; who stalls is told by {@link Guards}. */
    private static final Duration CONNECTION_IDLE = Duration.ofMinutes(6);

    private static final Duration KEEP_ALIVE = Duration.ofSeconds(20);
    private static final int NONCE_BYTES = 16;
    private static final int WAITING_PER_CONNECTION = 8;

    private final ClassicActorSystemProvider system;
    private final NodeId self;
    private final ViewSource views;
    private final TransferSettings settings;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final ConnectionPoolSettings pool;
    private final HttpsConnectionContext tls;

    TransferClient(
            ClassicActorSystemProvider system, NodeId self, ViewSource views, TransferSettings settings, Clock clock) {
        this.system = system;
        this.self = self;
        this.views = views;
        this.settings = settings;
        this.clock = clock;
        this.tls = Http.get(system).defaultClientHttpsContext();
        this.pool = ConnectionPoolSettings.create(system.classicSystem())
                .withMaxConnections(settings.connections())
                .withMinConnections(0)
                .withMaxOpenRequests(Integer.highestOneBit(settings.connections() * WAITING_PER_CONNECTION))
                .withMaxRetries(0)
                .withPipeliningLimit(1)
                .withBaseConnectionBackoff(Duration.ZERO)
                .withMaxConnectionBackoff(Duration.ZERO)
                .withKeepAliveTimeout(KEEP_ALIVE)
                .withResponseEntitySubscriptionTimeout(CONNECTION_IDLE)
                .withConnectionSettings(ClientConnectionSettings.create(system.classicSystem())
                        .withConnectingTimeout(settings.stall())
                        .withIdleTimeout(CONNECTION_IDLE));
    }

    ClassicActorSystemProvider system() {
        return system;
    }

    TransferSettings settings() {
        return settings;
    }

    /** Asks a short question; the answer is a short body. */
    <T> CompletionStage<T> ask(NodeId target, String operation, Object question, Class<T> answer, Duration patience) {
        byte[] body = TransferWire.encode(question);
        return send(
                        target,
                        HttpMethods.POST,
                        TransferPaths.operation(operation),
                        HttpEntities.create(ContentTypes.APPLICATION_JSON, body),
                        body.length,
                        Sha256.hash(body).toString(),
                        Optional.of(patience))
                .thenCompose(exchange -> exchange.json(answer));
    }

    /**
     * Sends a request. One whose body is in memory is sent once more where its connection broke: every operation can be
     * repeated, and a pooled connection may be about to end, such as after a download that was given up.
     *
     * @param content the hash of a short body, or {@link TransferHeader#OBJECT}
     * @param patience how long until the answer begins; none where the caller watches over it
     */
    CompletionStage<Exchange> send(
            NodeId target,
            HttpMethod method,
            String pathAndQuery,
            RequestEntity entity,
            long length,
            String content,
            Optional<Duration> patience) {
        Supplier<CompletionStage<Exchange>> once =
                () -> sendOnce(target, method, pathAndQuery, entity, length, content, patience);
        return once.get()
                .exceptionallyCompose(failure -> entity.isStrict() && connectionBroke(cause(failure))
                        ? once.get()
                        : CompletableFuture.failedFuture(failure))
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(unavailable(target, cause(failure))));
    }

    private static boolean connectionBroke(Throwable cause) {
        return !(cause instanceof BackstayException || cause instanceof TimeoutException);
    }

    private BackstayException unavailable(NodeId target, Throwable cause) {
        if (cause instanceof BackstayException known) {
            return known;
        }
        String name = views.current()
                .flatMap(view -> Optional.ofNullable(view.nodes().get(target)))
                .map(node -> node.name().value())
                .orElseGet(target::toString);
        String why = cause instanceof TimeoutException ? "no answer in time" : innermost(cause);
        return unavailable("node %s does not answer: %s".formatted(name, why), cause);
    }

    /** Fails with a {@code BackstayException}, a {@code TimeoutException} or whatever broke the connection. */
    private CompletionStage<Exchange> sendOnce(
            NodeId target,
            HttpMethod method,
            String pathAndQuery,
            RequestEntity entity,
            long length,
            String content,
            Optional<Duration> patience) {
        Optional<NodeView> known = views.current()
                .flatMap(view -> Optional.ofNullable(view.nodes().get(target)))
                .filter(node -> node.admitted() && !node.internal().isEmpty());
        if (known.isEmpty()) {
            return CompletableFuture.failedFuture(unavailable("node %s is not in the cluster".formatted(target)));
        }
        NodeView node = known.get();
        byte[] key = TransferMac.key(views.current().orElseThrow().secrets().transferKey());
        Signed signed = new Signed(method.name(), pathAndQuery, clock.millis(), nonce(), length, content, self, target);
        HttpRequest request = HttpRequest.create(
                        URI.create(node.internal()).resolve(pathAndQuery).toString())
                .withMethod(method)
                .withEntity(entity)
                .addHeader(RawHeader.create(
                        TransferHeader.REQUEST, TransferHeader.of(signed, key).toString()));
        CompletableFuture<HttpResponse> response = begin(request);
        patience.ifPresent(limit -> response.orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS));
        return response.thenApply(answer -> new Exchange(this, node, answer, signed.nonce(), key));
    }

    /** An answer for which nobody waits any more is read to its end, so that it does not hold its connection. */
    private CompletableFuture<HttpResponse> begin(HttpRequest request) {
        CompletableFuture<HttpResponse> response = new CompletableFuture<>();
        Http.get(system)
                .singleRequest(request, tls, pool, system.classicSystem().log())
                .whenComplete((answer, failure) -> {
                    if (failure != null) {
                        response.completeExceptionally(failure);
                    } else if (!response.complete(answer)) {
                        answer.discardEntityBytes(system);
                    }
                });
        return response;
    }

    private String nonce() {
        byte[] bytes = new byte[NONCE_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static BackstayException unavailable(String what) {
        return new BackstayException(ErrorCode.UNAVAILABLE, what);
    }

    static BackstayException unavailable(String what, Throwable cause) {
        return new BackstayException(ErrorCode.UNAVAILABLE, what, cause);
    }

    /** "Connection refused" says more than the three exceptions around it. */
    private static String innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** An answer whose authenticity is still to be checked, which each of the methods does. */
    record Exchange(TransferClient client, NodeView node, HttpResponse response, String nonce, byte[] key) {

        /** The header's MAC; empty where there is none. */
        String mac() {
            return response.getHeader(TransferHeader.ANSWER)
                    .map(HttpHeader::value)
                    .orElse("");
        }

        boolean authentic(String content) {
            return TransferMac.same(
                    TransferMac.answer(key, nonce, response.status().intValue(), content), mac());
        }

        /** The short body of a good answer; fails as the node says where it is a bad one. */
        <T> CompletionStage<T> json(Class<T> type) {
            return response.entity()
                    .withSizeLimit(TransferWire.MAX_ANSWER_BYTES)
                    .toStrict(client.settings().answer().toMillis(), client.system())
                    .handle((strict, failure) -> {
                        if (failure != null) {
                            throw unavailable("node %s broke off its answer".formatted(node.name()), failure);
                        }
                        ByteString body = strict.getData();
                        byte[] bytes = body.toArray();
                        if (!authentic(Sha256.hash(bytes).toString())) {
                            throw unavailable("the answer of node %s (status %d) is not authentic"
                                    .formatted(node.name(), response.status().intValue()));
                        }
                        if (response.status().isFailure()) {
                            throw TransferWire.decode(bytes, TransferWire.Refusal.class)
                                    .exception();
                        }
                        return TransferWire.decode(bytes, type);
                    });
        }
    }
}

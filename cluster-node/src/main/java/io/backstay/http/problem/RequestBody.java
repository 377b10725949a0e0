package io.backstay.http.problem;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.Connection;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Reads requests' bodies within bounds. A body that is not wanted is read to its end too, since a client that is still
 * sending would see a broken connection instead of the answer; but no longer than is decent, since strangers send as well.
 */
public final class RequestBody {
    private static final long MOST_DRAINED_BYTES = 32L << 20;
    private static final Duration WITHIN = Duration.ofSeconds(30);

    private RequestBody() {}

    /**
     * The whole body. Fails with {@code TOO_LARGE} where it has more bytes, and with {@code CONTENT_TRUNCATED} where it does
     * not come in time.
     */
    public static CompletionStage<byte[]> read(HttpRequest request, int mostBytes, ActorSystem<?> system) {
        if (request.entity().getContentLengthOption().orElse(0L) > mostBytes) {
            return passedOver(request, system).thenApply(whole -> {
                throw tooLarge(mostBytes);
            });
        }
        return bounded(request)
                .runFold(
                        new Kept(mostBytes),
                        (kept, chunk) -> {
                            kept.add(chunk);
                            return kept;
                        },
                        system)
                .handle((kept, failure) -> {
                    if (failure == null) {
                        return kept.bytes();
                    }
                    throw failure instanceof TimeoutException
                            ? new BackstayException(
                                    ErrorCode.CONTENT_TRUNCATED,
                                    "the body did not come within %d s".formatted(WITHIN.toSeconds()),
                                    failure)
                            : new CompletionException(failure);
                });
    }

    private static BackstayException tooLarge(int mostBytes) {
        return new BackstayException(ErrorCode.TOO_LARGE, "a body may have %d bytes at most".formatted(mostBytes));
    }

    /** Keeps the first bytes, and reads on. */
    private static final class Kept {
        private final ByteArrayOutputStream first = new ByteArrayOutputStream();
        private final int most;
        private boolean more;

        Kept(int most) {
            this.most = most;
        }

        void add(ByteString chunk) {
            more |= first.size() + chunk.length() > most;
            if (!more) {
                first.writeBytes(chunk.toArray());
            }
        }

        byte[] bytes() {
            if (more) {
                throw tooLarge(most);
            }
            return first.toByteArray();
        }
    }

    /**
     * The answer to a request whose body is not wanted and has not been read, once the client can be expected to read it.
     * Where too much would have to be read before, or the client waits to be asked for it, the connection ends with the
     * answer.
     */
    public static CompletionStage<HttpResponse> refuse(
            HttpRequest request, HttpResponse answer, ActorSystem<?> system) {
        return passedOver(request, system)
                .thenApply(whole -> whole ? answer : answer.addHeader(Connection.create("close")));
    }

    /** Whether the connection can go on. */
    private static CompletionStage<Boolean> passedOver(HttpRequest request, ActorSystem<?> system) {
        if (request.entity().isStrict()) {
            return CompletableFuture.completedFuture(true);
        }
        boolean waits = request.getHeader("Expect").isPresent();
        if (waits || request.entity().getContentLengthOption().orElse(0L) > MOST_DRAINED_BYTES) {
            request.entity().withoutSizeLimit().getDataBytes().runWith(Sink.cancelled(), system);
            return CompletableFuture.completedFuture(false);
        }
        return bounded(request).runWith(Sink.ignore(), system).handle((done, failure) -> failure == null);
    }

    private static Source<ByteString, ?> bounded(HttpRequest request) {
        return request.entity().withSizeLimit(MOST_DRAINED_BYTES).getDataBytes().completionTimeout(WITHIN);
    }
}

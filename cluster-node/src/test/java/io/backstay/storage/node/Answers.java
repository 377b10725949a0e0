package io.backstay.storage.node;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Waits for answers in tests. */
public final class Answers {
    private static final long LIMIT_SECONDS = 60;

    private Answers() {}

    public static <T> T await(CompletionStage<T> stage) throws Exception {
        try {
            return stage.toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** The code with which the stage fails. */
    public static ErrorCode failure(CompletionStage<?> stage) throws InterruptedException, TimeoutException {
        try {
            Object value = stage.toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
            throw new AssertionError("it did not fail but gave " + value);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            while (cause instanceof java.util.concurrent.CompletionException && cause.getCause() != null) {
                cause = cause.getCause();
            }
            if (cause instanceof BackstayException coded) {
                return coded.code();
            }
            throw new AssertionError("it failed without a code", cause);
        }
    }

    /** All bytes of the stream. */
    public static byte[] bytes(CompletionStage<Source<ByteString, NotUsed>> source, ClassicActorSystemProvider system)
            throws Exception {
        return await(collect(source, system)).toArray();
    }

    public static CompletionStage<ByteString> collect(
            CompletionStage<Source<ByteString, NotUsed>> source, ClassicActorSystemProvider system) {
        return source.thenCompose(body -> body.runFold(ByteString.emptyByteString(), ByteString::concat, system));
    }

    /** A body in pieces of 100,000 bytes. */
    public static Source<ByteString, NotUsed> body(byte[] content) {
        return Source.range(0, (content.length + 99_999) / 100_000 - 1)
                .map(i -> ByteString.fromArray(content, i * 100_000, Math.min(100_000, content.length - i * 100_000)));
    }
}

package io.backstay.storage.transfer;

import static io.backstay.storage.transfer.TransferClient.unavailable;

import io.backstay.model.BackstayException;
import io.backstay.model.Sha256;
import io.backstay.storage.transfer.TransferClient.Exchange;
import io.backstay.storage.transfer.TransferWire.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpEntity.ChunkStreamPart;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.japi.function.Creator;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.japi.pf.PFBuilder;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * One download from another node. A short range comes as a body whose hash the answer's MAC covers; a longer one comes in
 * chunks, and a trailer says how it ended, so that damage that is found on the way is known as such.
 */
final class HttpDownload {
    private final Exchange exchange;
    private final long length;

    HttpDownload(Exchange exchange, long length) {
        this.exchange = exchange;
        this.length = length;
    }

    CompletionStage<Source<ByteString, NotUsed>> body() {
        if (exchange.response().status().isFailure()) {
            return exchange.json(Refusal.class)
                    .thenCompose(refusal -> CompletableFuture.failedFuture(
                            unavailable("node %s refused without a reason".formatted(name()))));
        }
        return exchange.response().entity() instanceof HttpEntity.Chunked chunked
                ? CompletableFuture.completedFuture(chunked(chunked))
                : strict();
    }

    private CompletionStage<Source<ByteString, NotUsed>> strict() {
        Duration stall = exchange.client().settings().stall();
        return exchange.response()
                .entity()
                .withSizeLimit(TransferRoutes.STRICT_BYTES)
                .toStrict(stall.toMillis(), exchange.client().system())
                .handle((entity, failure) -> {
                    if (failure != null) {
                        throw unavailable("node %s broke off its answer".formatted(name()), failure);
                    }
                    ByteString bytes = entity.getData();
                    if (bytes.size() != length
                            || !exchange.authentic(Sha256.hash(bytes.toArray()).toString())) {
                        throw unavailable("the answer of node %s is not authentic".formatted(name()));
                    }
                    return bytes.isEmpty() ? Source.empty() : Source.single(bytes);
                });
    }

    private Source<ByteString, NotUsed> chunked(HttpEntity.Chunked entity) {
        if (!exchange.authentic("stream " + length)) {
            exchange.response().discardEntityBytes(exchange.client().system());
            return Source.failed(unavailable("the answer of node %s is not authentic".formatted(name())));
        }
        Duration stall = exchange.client().settings().stall();
        Creator<Function<ChunkStreamPart, Iterable<ByteString>>> reading = () -> {
            long[] seen = {0};
            return part -> {
                if (part.isLastChunk()) {
                    checkEnd(part, seen[0]);
                    return List.of();
                }
                seen[0] += part.data().size();
                return List.of(part.data());
            };
        };
        return entity.getChunks()
                .statefulMapConcat(reading)
                .via(Guards.download(length, stall, "node " + name()))
                .mapError(new PFBuilder<Throwable, Throwable>()
                        .match(BackstayException.class, coded -> coded)
                        .matchAny(failure -> unavailable("node %s broke off its answer".formatted(name()), failure))
                        .build())
                .mapMaterializedValue(ignored -> NotUsed.getInstance());
    }

    /** The trailer: the code, {@code ok} where all went well, and a MAC over it and the number of bytes. */
    private void checkEnd(ChunkStreamPart last, long bytes) {
        for (HttpHeader trailer : last.getTrailerHeaders()) {
            String[] fields = trailer.value().split(" ", 2);
            if (trailer.is(TransferRoutes.TRAILER)
                    && fields.length == 2
                    && TransferMac.same(
                            TransferMac.end(exchange.key(), exchange.nonce(), bytes, fields[0]), fields[1])) {
                if (!fields[0].equals(TransferRoutes.OK)) {
                    throw new BackstayException(
                            TransferWire.codeOf(fields[0]), "node %s failed after %d bytes".formatted(name(), bytes));
                }
                return;
            }
        }
        throw unavailable("the end of node %s's answer is not authentic".formatted(name()));
    }

    private String name() {
        return exchange.node().name().value();
    }
}

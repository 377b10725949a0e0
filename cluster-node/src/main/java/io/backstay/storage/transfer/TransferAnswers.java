package io.backstay.storage.transfer;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.Sha256;
import io.backstay.storage.transfer.RequestCheck.Authentic;
import io.backstay.storage.transfer.TransferWire.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpEntity.ChunkStreamPart;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.japi.pf.PFBuilder;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Signs the answers to one request. */
record TransferAnswers(Authentic request) {
    private static final Logger LOG = LoggerFactory.getLogger(TransferAnswers.class);

    private static final int MOST_CHUNK_BYTES = 128 * 1024;

    static HttpResponse unauthenticated() {
        return HttpResponse.create()
                .withStatus(StatusCodes.UNAUTHORIZED)
                .withEntity(
                        ContentTypes.APPLICATION_JSON,
                        TransferWire.encode(new Refusal(ErrorCode.UNAUTHENTICATED.text(), "")));
    }

    HttpResponse json(Object answer) {
        return whole(StatusCodes.OK.intValue(), TransferWire.encode(answer));
    }

    HttpResponse failure(Throwable failure) {
        BackstayException coded = coded(failure);
        return whole(coded.code().status(), TransferWire.encode(Refusal.of(coded)));
    }

    private static BackstayException coded(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof BackstayException known) {
            return known;
        }
        LOG.warn("A request of another node failed", cause);
        return new BackstayException(ErrorCode.INTERNAL, "the request failed: " + cause, cause);
    }

    private HttpResponse whole(int status, byte[] body) {
        return signed(status, Sha256.hash(body).toString())
                .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, body));
    }

    /** A short range. */
    HttpResponse bytes(ByteString body) {
        return signed(StatusCodes.OK.intValue(), Sha256.hash(body.toArray()).toString())
                .withEntity(HttpEntities.create(ContentTypes.APPLICATION_OCTET_STREAM, body));
    }

    /** A long range; where it fails on the way the trailer says so, and the body is shorter than was announced. */
    HttpResponse stream(Source<ByteString, NotUsed> body, long length) {
        AtomicLong sent = new AtomicLong();
        Source<ChunkStreamPart, NotUsed> chunks = body.mapConcat(TransferAnswers::parts)
                .map(bytes -> {
                    sent.addAndGet(bytes.size());
                    return ChunkStreamPart.create(bytes);
                })
                .concatLazy(Source.lazySingle(() -> end(sent.get(), TransferRoutes.OK)))
                .recover(new PFBuilder<Throwable, ChunkStreamPart>()
                        .matchAny(
                                failure -> end(sent.get(), coded(failure).code().text()))
                        .build());
        return signed(StatusCodes.OK.intValue(), "stream " + length)
                .withEntity(Chunks.entity(ContentTypes.APPLICATION_OCTET_STREAM, chunks));
    }

    /** Slices, since HTTP's reader takes no chunk of more than 1 MiB and keeps one until it is whole. */
    private static List<ByteString> parts(ByteString bytes) {
        List<ByteString> parts = new ArrayList<>();
        for (int at = 0; at < bytes.size(); at += MOST_CHUNK_BYTES) {
            parts.add(bytes.slice(at, Math.min(bytes.size(), at + MOST_CHUNK_BYTES)));
        }
        return parts;
    }

    private ChunkStreamPart end(long bytes, String code) {
        String mac = TransferMac.end(request.key(), request.nonce(), bytes, code);
        return ChunkStreamPart.createLast("", List.of(RawHeader.create(TransferRoutes.TRAILER, code + " " + mac)));
    }

    private HttpResponse signed(int status, String content) {
        return HttpResponse.create()
                .withStatus(StatusCodes.get(status))
                .addHeader(RawHeader.create(
                        TransferHeader.ANSWER, TransferMac.answer(request.key(), request.nonce(), status, content)));
    }
}

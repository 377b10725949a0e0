package io.backstay.storage.transfer;

import static io.backstay.storage.transfer.TransferClient.unavailable;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.storage.transfer.StoragePeer.Fence;
import io.backstay.storage.transfer.StoragePeer.ReplicaInfo;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.RequestEntity;
import org.apache.pekko.japi.JavaPartialFunction;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * One upload to another node. What is short and has no hash yet ({@code config}) is gathered first, so that whatever goes
 * over the wire is verified by a hash that the MAC covers.
 */
final class HttpUpload {
    private static final long MAX_GATHERED_BYTES = 1L << 20;

    private final TransferClient client;
    private final NodeId node;
    private final Fence fence;
    private final ObjectKey key;
    private final CompletableFuture<ReplicaInfo> result = new CompletableFuture<>();
    private final CompletableFuture<UniqueKillSwitch> started = new CompletableFuture<>();

    HttpUpload(TransferClient client, NodeId node, Fence fence, ObjectKey key) {
        this.client = client;
        this.node = node;
        this.fence = fence;
        this.key = key;
    }

    CompletionStage<ReplicaInfo> send(Optional<Sha256> expected, long sizeBytes, Source<ByteString, ?> body) {
        if (sizeBytes == 0 || (key.type() == ObjectType.CONFIG && expected.isEmpty())) {
            return gathered(expected, sizeBytes, body);
        }
        return streamed(expected, sizeBytes, body);
    }

    private CompletionStage<ReplicaInfo> gathered(
            Optional<Sha256> expected, long sizeBytes, Source<ByteString, ?> body) {
        if (sizeBytes > MAX_GATHERED_BYTES) {
            body.runWith(Sink.cancelled(), client.system());
            return CompletableFuture.failedFuture(
                    new BackstayException(ErrorCode.TOO_LARGE, "%s has %d bytes".formatted(key, sizeBytes)));
        }
        return body.via(Guards.upload(sizeBytes, client.settings().longAnswer(), "this node"))
                .runFold(ByteString.emptyByteString(), ByteString::concat, client.system())
                .thenCompose(bytes -> {
                    Sha256 sha256 = Sha256.hash(bytes.toArray());
                    return request(
                            Optional.of(expected.orElse(sha256)),
                            HttpEntities.create(ContentTypes.APPLICATION_OCTET_STREAM, bytes),
                            sizeBytes,
                            Optional.of(client.settings().slowAnswer()));
                });
    }

    private CompletionStage<ReplicaInfo> streamed(
            Optional<Sha256> expected, long sizeBytes, Source<ByteString, ?> body) {
        Duration stall = client.settings().stall();
        Source<ByteString, UniqueKillSwitch> watched = body.mapError(new BodyFailure())
                .via(Guards.upload(sizeBytes, stall, "node " + node))
                .mapError(new BodyFailure())
                .viaMat(KillSwitches.single(), Keep.right())
                .watchTermination((killSwitch, ended) -> {
                    started.complete(killSwitch);
                    ended.whenComplete((done, failure) -> after(
                            client.settings().slowAnswer(),
                            () -> result.completeExceptionally(
                                    unavailable("node %s does not answer".formatted(node)))));
                    return killSwitch;
                });
        after(stall.multipliedBy(2), () -> {
            if (!started.isDone()) {
                result.completeExceptionally(unavailable("node %s takes no upload".formatted(node)));
            }
        });
        request(
                        expected,
                        HttpEntities.create(ContentTypes.APPLICATION_OCTET_STREAM, sizeBytes, watched),
                        sizeBytes,
                        Optional.empty())
                .whenComplete((info, failure) -> {
                    if (failure == null) {
                        result.complete(info);
                    } else {
                        result.completeExceptionally(failure);
                    }
                });
        return result.whenComplete((info, failure) -> {
            if (failure != null && !started.isDone()) {
                body.runWith(Sink.cancelled(), client.system());
            } else if (failure != null) {
                var unused = started.thenAccept(killSwitch -> killSwitch.abort(failure));
            }
        });
    }

    /** Does it then, unless there is a result before: nothing of an upload is kept in memory after its end. */
    private void after(Duration patience, Runnable action) {
        ActorSystem system = client.system().classicSystem();
        Cancellable watch = system.scheduler().scheduleOnce(patience, action, system.dispatcher());
        var unused = result.whenComplete((info, failure) -> watch.cancel());
    }

    /** What the body's own failure is says more than what HTTP makes of it: it is noted before HTTP hears of it. */
    private final class BodyFailure extends JavaPartialFunction<Throwable, Throwable> {
        @Override
        public Throwable apply(Throwable failure, boolean isCheck) {
            BackstayException coded = failure instanceof BackstayException known
                    ? known
                    : new BackstayException(ErrorCode.CONTENT_TRUNCATED, "the body broke off: " + failure, failure);
            if (!isCheck) {
                result.completeExceptionally(coded);
            }
            return coded;
        }
    }

    private CompletionStage<ReplicaInfo> request(
            Optional<Sha256> expected, RequestEntity entity, long sizeBytes, Optional<Duration> patience) {
        return client.send(
                        node,
                        HttpMethods.PUT,
                        TransferPaths.upload(fence, key, expected),
                        entity,
                        sizeBytes,
                        TransferHeader.OBJECT,
                        patience)
                .thenCompose(exchange -> exchange.json(TransferWire.Replica.class))
                .thenApply(TransferWire.Replica::info);
    }
}

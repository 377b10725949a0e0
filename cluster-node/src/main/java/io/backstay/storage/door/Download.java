package io.backstay.storage.door;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.RepositoryId;
import io.backstay.storage.door.ObjectDoor.ObjectInfo;
import io.backstay.storage.entity.EntityWire;
import io.backstay.storage.transfer.StoragePeer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one object from whichever holder gives it whole: a holder that fails, before its first byte or in the middle, is
 * reported to the entity, and the next one goes on where it stopped.
 */
final class Download {
    private static final Logger LOG = LoggerFactory.getLogger(Download.class);

    private final EntityClient entities;
    private final Function<NodeId, StoragePeer> peers;
    private final Caller caller;
    private final RepositoryId repository;
    private final ObjectInfo object;

    Download(
            EntityClient entities,
            Function<NodeId, StoragePeer> peers,
            Caller caller,
            RepositoryId repository,
            ObjectInfo object) {
        this.entities = entities;
        this.peers = peers;
        this.caller = caller;
        this.repository = repository;
        this.object = object;
    }

    /** Completes once a holder has begun to give; the stream fails where the last holder fails. */
    CompletionStage<Source<ByteString, NotUsed>> from(List<NodeId> holders, long offset, long length) {
        if (holders.isEmpty()) {
            return CompletableFuture.failedFuture(
                    new BackstayException(ErrorCode.UNAVAILABLE, "no node that holds this object is up"));
        }
        NodeId holder = holders.getFirst();
        List<NodeId> others = holders.subList(1, holders.size());
        return peers.apply(holder)
                .read(repository, object.key(), offset, length)
                .handle((bytes, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.completedFuture(goingOn(bytes, holder, others, offset, length));
                    }
                    BackstayException cause = report(holder, failure);
                    return others.isEmpty()
                            ? CompletableFuture.<Source<ByteString, NotUsed>>failedFuture(lastHope(cause))
                            : from(others, offset, length).toCompletableFuture();
                })
                .thenCompose(result -> result);
    }

    private Source<ByteString, NotUsed> goingOn(
            Source<ByteString, NotUsed> bytes, NodeId holder, List<NodeId> others, long offset, long length) {
        AtomicLong given = new AtomicLong();
        return bytes.map(chunk -> {
                    given.addAndGet(chunk.length());
                    return chunk;
                })
                .recoverWithRetries(1, Throwable.class, () -> {
                    BackstayException cause = report(
                            holder,
                            new BackstayException(
                                    ErrorCode.DAMAGED, "the copy ended after %d bytes".formatted(given.get())));
                    if (others.isEmpty()) {
                        return Source.failed(lastHope(cause));
                    }
                    return Source.completionStageSource(from(others, offset + given.get(), length - given.get()))
                            .mapMaterializedValue(same -> NotUsed.getInstance());
                });
    }

    private BackstayException report(NodeId holder, Throwable failure) {
        BackstayException cause = Failures.cause(failure);
        LOG.warn(
                "Repository {}: {} can't be read from node {}: {}",
                repository,
                object.key(),
                holder,
                cause.getMessage());
        if (cause.code() == ErrorCode.DAMAGED || cause.code() == ErrorCode.NOT_FOUND) {
            entities.tell(
                    caller,
                    repository,
                    new EntityWire.ReportBad(object.key().toString(), holder.toString(), object.revision()));
        }
        return cause;
    }

    /** A copy that is gone where the catalogue says there is one is damage, and never "not found". */
    private static BackstayException lastHope(BackstayException cause) {
        return cause.code() == ErrorCode.NOT_FOUND || cause.code() == ErrorCode.DAMAGED
                ? new BackstayException(ErrorCode.DAMAGED, "no good copy of this object could be read", cause)
                : new BackstayException(ErrorCode.UNAVAILABLE, "no node that holds this object could be read", cause);
    }
}

package io.backstay.storage.transfer;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.RepositoryId;
import io.backstay.model.Sha256;
import io.backstay.storage.protocol.EntityInput.LockFile;
import io.backstay.storage.protocol.NodeRules.Told;
import io.backstay.storage.transfer.TransferWire.AdvanceRequest;
import io.backstay.storage.transfer.TransferWire.AnnounceRequest;
import io.backstay.storage.transfer.TransferWire.CopyRequest;
import io.backstay.storage.transfer.TransferWire.DoneAnswer;
import io.backstay.storage.transfer.TransferWire.InventoryRequest;
import io.backstay.storage.transfer.TransferWire.LocksAnswer;
import io.backstay.storage.transfer.TransferWire.ObjectRequest;
import io.backstay.storage.transfer.TransferWire.PageAnswer;
import io.backstay.storage.transfer.TransferWire.RemovalsRequest;
import io.backstay.storage.transfer.TransferWire.Replica;
import io.backstay.storage.transfer.TransferWire.RepositoryRequest;
import io.backstay.storage.transfer.TransferWire.RoomAnswer;
import io.backstay.storage.transfer.TransferWire.StandingAnswer;
import io.backstay.storage.transfer.TransferWire.StatAnswer;
import io.backstay.storage.transfer.TransferWire.VerifyAnswer;
import io.backstay.storage.transfer.TransferWire.WireFence;
import io.backstay.storage.transfer.TransferWire.WireTold;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Another node's disk over HTTP with MACs. Its address is looked up in the view at each request. A node that refuses the
 * connection fails at once; one that stalls fails with {@code UNAVAILABLE} after the time in {@link TransferSettings}.
 */
final class HttpStoragePeer implements StoragePeer {
    private final TransferClient client;
    private final NodeId node;

    HttpStoragePeer(TransferClient client, NodeId node) {
        this.client = client;
        this.node = node;
    }

    @Override
    public NodeId node() {
        return node;
    }

    @Override
    public CompletionStage<ReplicaInfo> put(
            Fence fence, ObjectKey key, Optional<Sha256> expected, long sizeBytes, Source<ByteString, ?> body) {
        return new HttpUpload(client, node, fence, key).send(expected, sizeBytes, body);
    }

    @Override
    public CompletionStage<Optional<ReplicaInfo>> stat(RepositoryId repository, ObjectKey key) {
        return client.ask(
                        node,
                        TransferPaths.STAT,
                        new ObjectRequest(repository.toString(), key.toString()),
                        StatAnswer.class,
                        client.settings().slowAnswer())
                .thenApply(answer -> answer.replica().map(Replica::info));
    }

    @Override
    public CompletionStage<Source<ByteString, NotUsed>> read(
            RepositoryId repository, ObjectKey key, long offset, long length) {
        if (offset < 0 || length < 0) {
            return CompletableFuture.failedFuture(
                    new BackstayException(ErrorCode.RANGE_NOT_SATISFIABLE, "a range cannot be negative"));
        }
        return client.send(
                        node,
                        HttpMethods.GET,
                        TransferPaths.download(repository, key, offset, length),
                        HttpEntities.EMPTY,
                        0,
                        TransferHeader.OBJECT,
                        Optional.of(client.settings().slowAnswer()))
                .thenCompose(exchange -> new HttpDownload(exchange, length).body());
    }

    @Override
    public CompletionStage<Boolean> verify(RepositoryId repository, ObjectKey key) {
        return client.ask(
                        node,
                        TransferPaths.VERIFY,
                        new ObjectRequest(repository.toString(), key.toString()),
                        VerifyAnswer.class,
                        client.settings().longAnswer())
                .thenApply(VerifyAnswer::whole);
    }

    @Override
    public CompletionStage<Standing> announce(RepositoryId repository, long epoch, int mostQuorum) {
        return client.ask(
                        node,
                        TransferPaths.ANNOUNCE,
                        new AnnounceRequest(repository.toString(), epoch, mostQuorum),
                        StandingAnswer.class,
                        client.settings().answer())
                .thenApply(answer -> new Standing(
                        answer.epoch(), answer.stamp(), answer.told().told()));
    }

    @Override
    public CompletionStage<Told> advance(Fence fence, Told told) {
        return client.ask(
                        node,
                        TransferPaths.ADVANCE,
                        new AdvanceRequest(WireFence.of(fence), WireTold.of(told)),
                        WireTold.class,
                        client.settings().answer())
                .thenApply(WireTold::told);
    }

    @Override
    public CompletionStage<Done> remove(Fence fence, List<Removal> removals) {
        return change(TransferPaths.REMOVE, fence, removals);
    }

    @Override
    public CompletionStage<Done> discard(Fence fence, List<Removal> removals) {
        return change(TransferPaths.DISCARD, fence, removals);
    }

    private CompletionStage<Done> change(String operation, Fence fence, List<Removal> removals) {
        if (removals.size() > TransferWire.MAX_KEYS) {
            return CompletableFuture.failedFuture(new BackstayException(
                    ErrorCode.TOO_LARGE, "more than %d keys at once".formatted(TransferWire.MAX_KEYS)));
        }
        return client.ask(
                        node,
                        operation,
                        RemovalsRequest.of(fence, removals),
                        DoneAnswer.class,
                        client.settings().slowAnswer())
                .thenApply(answer -> Done.getInstance());
    }

    @Override
    public CompletionStage<ReplicaInfo> copyFrom(
            Fence fence, ObjectKey key, Sha256 expected, long sizeBytes, NodeId source) {
        return client.ask(
                        node,
                        TransferPaths.COPY,
                        new CopyRequest(
                                WireFence.of(fence), key.toString(), expected.toString(), sizeBytes, source.toString()),
                        Replica.class,
                        client.settings().longAnswer())
                .thenApply(Replica::info);
    }

    @Override
    public CompletionStage<List<LockFile>> youngLocks(RepositoryId repository) {
        return client.ask(
                        node,
                        TransferPaths.LOCKS,
                        new RepositoryRequest(repository.toString()),
                        LocksAnswer.class,
                        client.settings().answer())
                .thenApply(LocksAnswer::parsed);
    }

    @Override
    public CompletionStage<InventoryPage> inventory(RepositoryId repository, Optional<ObjectKey> after, int limit) {
        return client.ask(
                        node,
                        TransferPaths.INVENTORY,
                        new InventoryRequest(repository.toString(), after.map(ObjectKey::toString), limit),
                        PageAnswer.class,
                        client.settings().slowAnswer())
                .thenApply(PageAnswer::page);
    }

    @Override
    public CompletionStage<Room> room() {
        return client.ask(
                        node,
                        TransferPaths.ROOM,
                        new TransferWire.DoneAnswer(false),
                        RoomAnswer.class,
                        client.settings().answer())
                .thenApply(RoomAnswer::room);
    }
}

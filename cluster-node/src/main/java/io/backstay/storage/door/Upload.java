package io.backstay.storage.door;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.RepositoryId;
import io.backstay.model.Sha256;
import io.backstay.storage.entity.EntityWire;
import io.backstay.storage.entity.StorageSettings;
import io.backstay.storage.protocol.UploadQuorum;
import io.backstay.storage.transfer.ReadOn;
import io.backstay.storage.transfer.StoragePeer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.OverflowStrategy;
import org.apache.pekko.stream.javadsl.AsPublisher;
import org.apache.pekko.stream.javadsl.Broadcast;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One upload: a ticket from the entity, the body to all targets at once, a commit when enough of them have it durable. A
 * target that takes no bytes for a while is left behind. Used once.
 */
final class Upload {
    private static final Logger LOG = LoggerFactory.getLogger(Upload.class);
    private static final Duration RENEWAL = Duration.ofSeconds(30);
    private static final int BUFFERED_CHUNKS = 8;

    private final ActorSystem<?> system;
    private final EntityClient entities;
    private final Function<NodeId, StoragePeer> peers;
    private final StorageSettings settings;
    private final Caller caller;
    private final RepositoryId repository;
    private final ObjectKey key;
    private final long sizeBytes;

    Upload(
            ActorSystem<?> system,
            EntityClient entities,
            Function<NodeId, StoragePeer> peers,
            StorageSettings settings,
            Caller caller,
            RepositoryId repository,
            ObjectKey key,
            long sizeBytes) {
        this.system = system;
        this.entities = entities;
        this.peers = peers;
        this.settings = settings;
        this.caller = caller;
        this.repository = repository;
        this.key = key;
        this.sizeBytes = sizeBytes;
    }

    CompletionStage<Done> run(Source<ByteString, ?> body) {
        return ticket(entities.deadline())
                .handle((answer, failure) -> failure == null
                        ? proceed(answer, body)
                        : drained(system, body)
                                .thenCompose(drained -> CompletableFuture.<Done>failedFuture(Failures.cause(failure))))
                .thenCompose(result -> result);
    }

    private CompletionStage<EntityWire.Answer> ticket(long deadline) {
        return entities.patiently(
                caller, repository, new EntityWire.RequestTicket(key.toString(), sizeBytes), deadline);
    }

    private CompletionStage<Done> proceed(EntityWire.Answer answer, Source<ByteString, ?> body) {
        return switch (answer) {
            case EntityWire.Ticket ticket -> upload(ticket, body);
            case EntityWire.AlreadyStored stored -> compare(stored, body);
            default -> throw ClusterDoor.unexpected(answer);
        };
    }

    /** Reads a body that is not wanted to its end, so that the client reads the answer instead of a broken connection. */
    static CompletionStage<Done> drained(ClassicActorSystemProvider system, Source<ByteString, ?> body) {
        return body.runWith(Sink.ignore(), system).exceptionally(failure -> Done.getInstance());
    }

    // The object is there

    private CompletionStage<Done> compare(EntityWire.AlreadyStored stored, Source<ByteString, ?> body) {
        MessageDigest digest = Sha256.digest();
        return body.runFold(
                        0L,
                        (count, chunk) -> {
                            chunk.getByteBuffers().forEach(digest::update);
                            return count + chunk.length();
                        },
                        system)
                .handle((count, failure) -> {
                    if (failure != null || count != sizeBytes) {
                        throw new BackstayException(
                                ErrorCode.CONTENT_TRUNCATED, "the body ended before its announced length");
                    }
                    Sha256 content = Sha256.of(digest.digest(), 0);
                    if (key.contentHash().filter(name -> !name.equals(content)).isPresent()) {
                        throw new BackstayException(
                                ErrorCode.CONTENT_MISMATCH, "the SHA-256 of the body is not its name");
                    }
                    if (!content.toString().equals(stored.sha256())) {
                        throw new BackstayException(ErrorCode.ALREADY_EXISTS, key + " exists with other content");
                    }
                    return Done.getInstance();
                });
    }

    // The object is to be stored

    private CompletionStage<Done> upload(EntityWire.Ticket ticket, Source<ByteString, ?> body) {
        List<NodeId> targets = ticket.targets().stream().map(NodeId::parse).toList();
        Copies copies = new Copies(new UploadQuorum(targets, ticket.quorum()));
        Cancellable renewal = renewing(ticket);
        fanOut(ticket, targets, body, copies);
        return copies.verdict
                .thenCompose(verdict -> switch (verdict) {
                    case UploadQuorum.Commit commit -> commit(ticket, commit);
                    case UploadQuorum.Fail fail -> CompletableFuture.<Done>failedFuture(failure(fail.code()));
                    case UploadQuorum.Wait wait -> throw new IllegalStateException("no verdict yet");
                })
                .whenComplete((done, failure) -> {
                    renewal.cancel();
                    var unused = copies.settled.thenAccept(stored -> entities.tell(
                            caller,
                            repository,
                            new EntityWire.Finish(
                                    ticket.epoch(),
                                    ticket.ticket(),
                                    stored.stream().map(NodeId::toString).toList())));
                });
    }

    private Cancellable renewing(EntityWire.Ticket ticket) {
        EntityWire.RenewTicket renew = new EntityWire.RenewTicket(ticket.epoch(), ticket.ticket());
        return system.scheduler()
                .scheduleWithFixedDelay(
                        RENEWAL, RENEWAL, () -> entities.tell(caller, repository, renew), system.executionContext());
    }

    private void fanOut(EntityWire.Ticket ticket, List<NodeId> targets, Source<ByteString, ?> body, Copies copies) {
        StoragePeer.Fence fence = new StoragePeer.Fence(repository, ticket.epoch(), ticket.revision());
        if (targets.size() == 1) {
            put(fence, targets.getFirst(), body.via(new ReadOn()).backpressureTimeout(settings.stallTimeout()), copies);
            return;
        }
        List<Sink<ByteString, NotUsed>> sinks = new ArrayList<>();
        for (NodeId target : targets) {
            Pair<Publisher<ByteString>, Sink<ByteString, NotUsed>> branch = branch().preMaterialize(system);
            sinks.add(branch.second());
            put(fence, target, Source.fromPublisher(branch.first()), copies);
        }
        body.via(new ReadOn())
                .runWith(
                        Sink.combine(
                                sinks.get(0),
                                sinks.get(1),
                                new ArrayList<>(sinks.subList(2, sinks.size())),
                                count -> Broadcast.create(count, false)),
                        system);
    }

    private void put(StoragePeer.Fence fence, NodeId target, Source<ByteString, ?> body, Copies copies) {
        peers.apply(target)
                .put(fence, key, key.contentHash(), sizeBytes, body)
                .whenComplete((info, failure) -> copies.answered(target, info, failure));
    }

    private Sink<ByteString, Publisher<ByteString>> branch() {
        return Flow.<ByteString>create()
                .buffer(BUFFERED_CHUNKS, OverflowStrategy.backpressure())
                .backpressureTimeout(settings.stallTimeout())
                .toMat(Sink.asPublisher(AsPublisher.WITHOUT_FANOUT), Keep.right());
    }

    private CompletionStage<Done> commit(EntityWire.Ticket ticket, UploadQuorum.Commit commit) {
        EntityWire.Commit question = new EntityWire.Commit(
                ticket.epoch(),
                ticket.ticket(),
                commit.sizeBytes(),
                commit.sha256().toString(),
                commit.stored().stream().map(NodeId::toString).toList());
        return entities.once(caller, repository, question, entities.deadline())
                .handle((answer, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.completedFuture(Done.getInstance());
                    }
                    return recorded(commit, Failures.cause(failure)).toCompletableFuture();
                })
                .thenCompose(result -> result);
    }

    /** The commit's answer was lost or refused; the object may be recorded all the same. */
    private CompletionStage<Done> recorded(UploadQuorum.Commit commit, BackstayException cause) {
        if (!EntityClient.passing(cause.code())) {
            return CompletableFuture.failedFuture(cause);
        }
        EntityWire.Locate locate = new EntityWire.Locate(key.toString(), true);
        return entities.patiently(caller, repository, locate, entities.deadline())
                .thenCompose(answer -> answer instanceof EntityWire.Located located
                                && located.acknowledged()
                                && located.sha256().equals(commit.sha256().toString())
                        ? CompletableFuture.completedFuture(Done.getInstance())
                        : CompletableFuture.failedFuture(cause));
    }

    private BackstayException failure(ErrorCode code) {
        return new BackstayException(
                code,
                switch (code) {
                    case CONTENT_MISMATCH -> "the SHA-256 of the body is not its name";
                    case CONTENT_TRUNCATED -> "the body ended before its announced length";
                    case TOO_LARGE -> "the body is longer than announced";
                    case STORAGE_FULL -> "too few storage nodes have room for this object";
                    default -> "too few storage nodes could store this object";
                });
    }

    /** Collects the targets' answers from any thread. */
    private final class Copies {
        private final UploadQuorum quorum;
        private final CompletableFuture<UploadQuorum.Verdict> verdict = new CompletableFuture<>();
        private final CompletableFuture<Set<NodeId>> settled = new CompletableFuture<>();

        Copies(UploadQuorum quorum) {
            this.quorum = quorum;
        }

        synchronized void answered(NodeId node, StoragePeer.ReplicaInfo info, Throwable failure) {
            UploadQuorum.Verdict now;
            if (failure == null) {
                now = quorum.stored(node, new UploadQuorum.Copy(info.sizeBytes(), info.sha256()));
            } else {
                BackstayException cause = Failures.cause(failure);
                LOG.debug("Repository {}: {} was not stored on node {}: {}", repository, key, node, cause.getMessage());
                now = quorum.failed(node, cause.code());
            }
            if (quorum.settled()) {
                verdict.complete(now);
                settled.complete(now instanceof UploadQuorum.Commit commit ? commit.stored() : Set.of());
            } else if (now instanceof UploadQuorum.Fail) {
                verdict.complete(now);
            } else if (now instanceof UploadQuorum.Commit) {
                verdict.completeOnTimeout(now, settings.stragglerWait().toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }
}

package io.backstay.storage.transfer;

import io.backstay.cluster.view.ViewSource;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.RepositoryId;
import io.backstay.model.Sha256;
import io.backstay.storage.transfer.RequestCheck.Authentic;
import io.backstay.storage.transfer.StoragePeer.Fence;
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
import io.backstay.storage.transfer.TransferWire.WireTold;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.Query;
import org.apache.pekko.http.javadsl.server.Directives;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * What other nodes ask of this node's disk, for the internal port; {@link TransferServer} binds it. A request that is not
 * authentic gets 401 and no word of why; one that is gets an authentic answer, a failure as {@code {code, detail}}. A node
 * without storage answers {@code UNAVAILABLE}.
 */
public final class TransferRoutes {
    /** Ranges up to this length come as one body whose hash the answer's MAC covers. */
    static final long STRICT_BYTES = 256L * 1024;

    /** The trailer of a longer range. */
    static final String TRAILER = "x-backstay-answer";

    /** What the trailer says when all went well. */
    static final String OK = "ok";

    private final ClassicActorSystemProvider system;
    private final Supplier<Optional<StoragePeer>> local;
    private final TransferSettings settings;
    private final RequestCheck check;

    /**
     * The routes of a node.
     *
     * @param local this node's own disk, while it has one
     */
    public TransferRoutes(
            ClassicActorSystemProvider system,
            NodeId self,
            ViewSource views,
            Supplier<Optional<StoragePeer>> local,
            TransferSettings settings,
            Clock clock) {
        this.system = system;
        this.local = local;
        this.settings = settings;
        this.check = new RequestCheck(self, views, settings, clock);
    }

    /** The same as a route, to be bound together with others. */
    public Route route() {
        return Directives.handle(this::handle);
    }

    /** Answers a request. */
    public CompletionStage<HttpResponse> handle(HttpRequest request) {
        Optional<Authentic> authentic = check.check(request);
        if (authentic.isEmpty()) {
            request.discardEntityBytes(system);
            return CompletableFuture.completedFuture(TransferAnswers.unauthenticated());
        }
        TransferAnswers answers = new TransferAnswers(authentic.get());
        CompletionStage<HttpResponse> answer;
        try {
            answer = request.getUri().getPathString().startsWith(TransferPaths.OBJECTS)
                    ? object(request, answers)
                    : operation(request, answers);
        } catch (RuntimeException e) {
            request.discardEntityBytes(system);
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.exceptionally(answers::failure);
    }

    private StoragePeer disk() {
        return local.get().orElseThrow(() -> new BackstayException(ErrorCode.UNAVAILABLE, "this node stores nothing"));
    }

    private CompletionStage<HttpResponse> object(HttpRequest request, TransferAnswers answers) {
        String[] path = request.getUri()
                .getPathString()
                .substring(TransferPaths.OBJECTS.length())
                .split("/", 2);
        if (path.length != 2) {
            throw new BackstayException(ErrorCode.NOT_FOUND, "no such address");
        }
        RepositoryId repository = RepositoryId.parse(path[0]);
        ObjectKey key = ObjectKey.parse(path[1]);
        Query query = request.getUri().query();
        if (request.method().equals(HttpMethods.PUT)) {
            Fence fence = new Fence(repository, number(query, "epoch"), number(query, "revision"));
            return disk().put(
                            fence,
                            key,
                            query.get("sha256").map(Sha256::parse),
                            answers.request().length(),
                            readToItsEnd(request))
                    .thenApply(info -> answers.json(Replica.of(info)));
        }
        if (request.method().equals(HttpMethods.GET)) {
            request.discardEntityBytes(system);
            long offset = number(query, "offset");
            long length = number(query, "length");
            return disk().read(repository, key, offset, length)
                    .thenCompose(body -> length <= STRICT_BYTES
                            ? body.runFold(ByteString.emptyByteString(), ByteString::concat, system)
                                    .thenApply(answers::bytes)
                            : CompletableFuture.completedFuture(answers.stream(body, length)));
        }
        throw new BackstayException(ErrorCode.METHOD_NOT_ALLOWED, "only PUT and GET");
    }

    /** The body; also read on when nobody wants more of it, since whoever still sends reads no answer. */
    private Source<ByteString, NotUsed> readToItsEnd(HttpRequest request) {
        return request.entity()
                .withoutSizeLimit()
                .getDataBytes()
                .via(new ReadOn())
                .mapMaterializedValue(ignored -> NotUsed.getInstance());
    }

    private static long number(Query query, String name) {
        String text = query.get(name)
                .orElseThrow(() -> new BackstayException(ErrorCode.INVALID_REQUEST, name + " is missing"));
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new BackstayException(ErrorCode.INVALID_REQUEST, name + " is no number", e);
        }
    }

    private CompletionStage<HttpResponse> operation(HttpRequest request, TransferAnswers answers) {
        String path = request.getUri().getPathString();
        if (!request.method().equals(HttpMethods.POST) || !path.startsWith(TransferPaths.ROOT)) {
            throw new BackstayException(ErrorCode.NOT_FOUND, "no such address");
        }
        String name = path.substring(TransferPaths.ROOT.length());
        return request.entity()
                .withSizeLimit(TransferWire.MAX_REQUEST_BYTES)
                .toStrict(settings.answer().toMillis(), system)
                .thenCompose(entity -> {
                    byte[] body = entity.getData().toArray();
                    if (!Sha256.hash(body).toString().equals(answers.request().content())) {
                        throw new BackstayException(
                                ErrorCode.CONTENT_MISMATCH, "the body is not the one that was signed");
                    }
                    return perform(name, body).thenApply(answers::json);
                });
    }

    private CompletionStage<?> perform(String name, byte[] body) {
        return switch (name) {
            case TransferPaths.STAT -> {
                ObjectRequest asked = TransferWire.decode(body, ObjectRequest.class);
                yield disk().stat(RepositoryId.parse(asked.repository()), ObjectKey.parse(asked.key()))
                        .thenApply(info -> new StatAnswer(info.map(Replica::of)));
            }
            case TransferPaths.VERIFY -> {
                ObjectRequest asked = TransferWire.decode(body, ObjectRequest.class);
                yield disk().verify(RepositoryId.parse(asked.repository()), ObjectKey.parse(asked.key()))
                        .thenApply(VerifyAnswer::new);
            }
            case TransferPaths.ANNOUNCE -> {
                AnnounceRequest asked = TransferWire.decode(body, AnnounceRequest.class);
                yield disk().announce(RepositoryId.parse(asked.repository()), asked.epoch(), asked.mostQuorum())
                        .thenApply(standing ->
                                new StandingAnswer(standing.epoch(), standing.stamp(), WireTold.of(standing.told())));
            }
            case TransferPaths.ADVANCE -> {
                AdvanceRequest asked = TransferWire.decode(body, AdvanceRequest.class);
                yield disk().advance(asked.fence().fence(), asked.told().told()).thenApply(WireTold::of);
            }
            case TransferPaths.REMOVE -> {
                RemovalsRequest asked = TransferWire.decode(body, RemovalsRequest.class);
                yield disk().remove(asked.fence().fence(), asked.parsed()).thenApply(done -> new DoneAnswer(true));
            }
            case TransferPaths.DISCARD -> {
                RemovalsRequest asked = TransferWire.decode(body, RemovalsRequest.class);
                yield disk().discard(asked.fence().fence(), asked.parsed()).thenApply(done -> new DoneAnswer(true));
            }
            case TransferPaths.COPY -> {
                CopyRequest asked = TransferWire.decode(body, CopyRequest.class);
                yield disk().copyFrom(
                                asked.fence().fence(),
                                ObjectKey.parse(asked.key()),
                                Sha256.parse(asked.sha256()),
                                asked.sizeBytes(),
                                NodeId.parse(asked.source()))
                        .thenApply(Replica::of);
            }
            case TransferPaths.INVENTORY -> {
                InventoryRequest asked = TransferWire.decode(body, InventoryRequest.class);
                yield disk().inventory(
                                RepositoryId.parse(asked.repository()),
                                asked.after().map(ObjectKey::parse),
                                Math.min(asked.limit(), TransferWire.MAX_KEYS))
                        .thenApply(PageAnswer::of);
            }
            case TransferPaths.LOCKS -> {
                RepositoryRequest asked = TransferWire.decode(body, RepositoryRequest.class);
                yield disk().youngLocks(RepositoryId.parse(asked.repository())).thenApply(LocksAnswer::of);
            }
            case TransferPaths.ROOM -> disk().room().thenApply(RoomAnswer::of);
            default -> throw new BackstayException(ErrorCode.NOT_FOUND, "no such operation");
        };
    }
}

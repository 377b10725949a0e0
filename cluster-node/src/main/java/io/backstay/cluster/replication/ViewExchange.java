package io.backstay.cluster.replication;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.backstay.cluster.WireMessage;
import io.backstay.cluster.view.ClusterView;
import io.backstay.cluster.view.ViewCodec;
import io.backstay.cluster.view.ViewHolder;
import io.backstay.cluster.view.ViewId;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.Sha256;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.ddata.Key;
import org.apache.pekko.cluster.ddata.LWWRegister;
import org.apache.pekko.cluster.ddata.LWWRegisterKey;
import org.apache.pekko.cluster.ddata.SelfUniqueAddress;
import org.apache.pekko.cluster.ddata.typed.javadsl.DistributedData;
import org.apache.pekko.cluster.ddata.typed.javadsl.Replicator;
import org.apache.pekko.cluster.ddata.typed.javadsl.ReplicatorMessageAdapter;

/**
 * Spreads views and takes what others spread into this node's {@link ViewHolder}. One in each cluster system of each node.
 * Nothing of it survives a crash but what the holder has on disk: a manager publishes anew when it recovers, and a node that
 * joins late learns the newest announcement by Distributed Data.
 */
public final class ViewExchange {
    /** Bytes of a chunk, well below Artery's frame. */
    static final int CHUNK_BYTES = 64 * 1024;

    private static final Key<LWWRegister<ViewAnnouncement>> NEWEST = LWWRegisterKey.create("backstay-view");
    private static final Duration SPREAD_WITHIN = Duration.ofSeconds(2);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final ViewHolder holder;
    private final Executor blocking;
    private final ReplicatorMessageAdapter<Command, LWWRegister<ViewAnnouncement>> replicator;
    private final SelfUniqueAddress self;
    private Optional<Published> published = Optional.empty();
    private Optional<Transfer> transfer = Optional.empty();

    /** What the actor is told. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Fetch.class, name = "fetch-view"),
        @JsonSubTypes.Type(value = Chunk.class, name = "view-chunk")
    })
    public sealed interface Command {}

    /** The manager of this node has a new view. */
    record Publish(ClusterView view) implements Command {}

    /** Another node asks for a part of the view that this one announced. */
    record Fetch(String sha256, int offset, ActorRef<Command> replyTo) implements Command, WireMessage {}

    /** A part of a view. */
    @SuppressWarnings("ArrayRecordComponent")
    record Chunk(String sha256, int offset, byte[] bytes) implements Command, WireMessage {}

    private record Announced(ViewAnnouncement announcement) implements Command {}

    private record Ignored() implements Command {}

    private record Retry() implements Command {}

    private record Taken(Optional<String> problem) implements Command {}

    @SuppressWarnings("ArrayRecordComponent")
    private record Published(ViewId id, String sha256, byte[] bytes) {}

    /** A view that is being fetched. */
    private static final class Transfer {
        private final ViewAnnouncement announcement;
        private final byte[] bytes;
        private int filled;
        private boolean decoding;

        Transfer(ViewAnnouncement announcement) {
            this.announcement = announcement;
            this.bytes = new byte[(int) announcement.sizeBytes()];
        }
    }

    private ViewExchange(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            ViewHolder holder,
            ReplicatorMessageAdapter<Command, LWWRegister<ViewAnnouncement>> replicator) {
        this.context = context;
        this.timers = timers;
        this.holder = holder;
        this.replicator = replicator;
        this.blocking = context.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
        this.self = DistributedData.get(context.getSystem()).selfUniqueAddress();
        context.setLoggerName(ViewExchange.class);
        replicator.subscribe(
                NEWEST,
                change -> change instanceof Replicator.Changed<LWWRegister<ViewAnnouncement>> changed
                        ? new Announced(changed.get(NEWEST).getValue())
                        : new Ignored());
    }

    /** The actor's behaviour. */
    public static Behavior<Command> create(ViewHolder holder) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> DistributedData.withReplicatorMessageAdapter(
                (ReplicatorMessageAdapter<Command, LWWRegister<ViewAnnouncement>> replicator) -> {
                    var exchange = new ViewExchange(context, timers, holder, replicator);
                    return Behaviors.receiveMessage(exchange::onCommand);
                })));
    }

    /** Has a view spread from here. */
    public static Command publish(ClusterView view) {
        return new Publish(view);
    }

    private Behavior<Command> onCommand(Command command) {
        switch (command) {
            case Publish publish -> onPublish(publish.view());
            case Fetch fetch -> onFetch(fetch);
            case Chunk chunk -> onChunk(chunk);
            case Announced announced -> onAnnounced(announced.announcement());
            case Retry retry -> request();
            case Taken taken -> onTaken(taken);
            case Ignored ignored -> {
                // Answers of the replicator that change nothing here.
            }
        }
        return Behaviors.same();
    }

    private void onPublish(ClusterView view) {
        if (!view.id().cluster().equals(holder.cluster())) {
            context.getLog()
                    .error("A view of cluster {} is not published", view.id().cluster());
            return;
        }
        // One that is known already is announced all the same: who announced it first may be gone.
        boolean outdated = holder.current()
                        .filter(known -> known.id().newerThan(view.id()))
                        .isPresent()
                || published.filter(held -> !view.id().newerThan(held.id())).isPresent();
        if (outdated) {
            return;
        }
        byte[] bytes = ViewCodec.encode(view);
        Sha256 hash = Sha256.hash(bytes);
        published = Optional.of(new Published(view.id(), hash.toString(), bytes));
        take(() -> offer(view));
        ViewAnnouncement announcement = ViewAnnouncement.of(view.id(), bytes.length, hash, context.getSelf());
        replicator.askUpdate(
                answerTo -> new Replicator.Update<>(
                        NEWEST,
                        LWWRegister.create(self, announcement, ViewAnnouncement.clock()),
                        new Replicator.WriteAll(SPREAD_WITHIN),
                        answerTo,
                        known -> known.merge(LWWRegister.create(self, announcement, ViewAnnouncement.clock()))),
                answer -> new Ignored());
    }

    private void onFetch(Fetch fetch) {
        published
                .filter(held -> held.sha256().equals(fetch.sha256()))
                .filter(held -> fetch.offset() >= 0 && fetch.offset() < held.bytes().length)
                .ifPresent(held -> {
                    int end = Math.min(held.bytes().length, fetch.offset() + CHUNK_BYTES);
                    fetch.replyTo()
                            .tell(new Chunk(
                                    fetch.sha256(),
                                    fetch.offset(),
                                    Arrays.copyOfRange(held.bytes(), fetch.offset(), end)));
                });
    }

    private void onAnnounced(ViewAnnouncement announcement) {
        ViewId id = announcement.id();
        boolean known = holder.current().map(view -> !id.newerThan(view.id())).orElse(false);
        boolean underWay = transfer.filter(running -> !id.newerThan(running.announcement.id()))
                .isPresent();
        if (known || underWay || announcement.publisher().equals(context.getSelf())) {
            return;
        }
        if (announcement.sizeBytes() <= 0 || announcement.sizeBytes() > ViewCodec.MAX_BYTES) {
            context.getLog().error("View {} is announced with {} bytes: not fetched", id, announcement.sizeBytes());
            return;
        }
        transfer = Optional.of(new Transfer(announcement));
        request();
    }

    private void request() {
        transfer.filter(running -> !running.decoding).ifPresent(running -> {
            running.announcement
                    .publisher()
                    .tell(new Fetch(running.announcement.sha256(), running.filled, context.getSelf()));
            timers.startSingleTimer(RETRY, new Retry(), RETRY);
        });
    }

    private void onChunk(Chunk chunk) {
        transfer.filter(running -> running.announcement.sha256().equals(chunk.sha256())
                        && !running.decoding
                        && chunk.offset() == running.filled
                        && chunk.bytes().length > 0
                        && chunk.bytes().length <= running.bytes.length - running.filled)
                .ifPresent(running -> {
                    System.arraycopy(chunk.bytes(), 0, running.bytes, running.filled, chunk.bytes().length);
                    running.filled += chunk.bytes().length;
                    if (running.filled < running.bytes.length) {
                        request();
                    } else {
                        running.decoding = true;
                        timers.cancel(RETRY);
                        take(() -> decodeAndOffer(running));
                    }
                });
    }

    private void onTaken(Taken taken) {
        taken.problem().ifPresent(problem -> context.getLog().error("A view was not taken: {}", problem));
        transfer.filter(running -> running.decoding).ifPresent(running -> transfer = Optional.empty());
    }

    /** Runs what may block, and tells this actor how it went. */
    private void take(java.util.function.Supplier<Optional<String>> work) {
        context.pipeToSelf(
                CompletableFuture.supplyAsync(work, blocking),
                (problem, failure) ->
                        new Taken(failure == null ? problem : Optional.of(String.valueOf(failure.getMessage()))));
    }

    private Optional<String> decodeAndOffer(Transfer running) {
        try {
            if (!Sha256.hash(running.bytes).toString().equals(running.announcement.sha256())) {
                throw new BackstayException(ErrorCode.DAMAGED, "its bytes are not those announced");
            }
            ClusterView view = ViewCodec.decode(running.bytes);
            if (!view.id().equals(running.announcement.id())) {
                throw new BackstayException(ErrorCode.DAMAGED, "it is another view than announced");
            }
            return offer(view);
        } catch (BackstayException e) {
            return Optional.of(e.code() + ": " + e.getMessage());
        }
    }

    private Optional<String> offer(ClusterView view) {
        try {
            return switch (holder.offer(view)) {
                case TAKEN, NOT_NEWER -> Optional.empty();
                case FOREIGN ->
                    Optional.of("it is of another cluster, " + view.id().cluster());
            };
        } catch (IOException e) {
            return Optional.of("it is in use, but not on disk: " + e);
        }
    }
}

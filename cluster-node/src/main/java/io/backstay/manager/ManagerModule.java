package io.backstay.manager;

import io.backstay.cluster.agent.NodeRegistry;
import io.backstay.cluster.credentials.PasswordHasher;
import io.backstay.cluster.join.NodeDescription;
import io.backstay.cluster.view.ViewPublisher;
import io.backstay.cluster.view.ViewSource;
import io.backstay.manager.command.Initiator;
import io.backstay.manager.command.ManagerAnswer;
import io.backstay.manager.command.ManagerCommand;
import io.backstay.manager.command.ManagerReply;
import io.backstay.manager.command.NodeCommand;
import io.backstay.manager.journal.EntryFormat;
import io.backstay.manager.mirror.MirrorReader;
import io.backstay.manager.mirror.MirrorSeal;
import io.backstay.manager.mirror.MirrorStatus;
import io.backstay.manager.mirror.MirrorWriter;
import io.backstay.model.ErrorCode;
import io.backstay.model.Role;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.ClusterSingletonSettings;
import org.apache.pekko.cluster.typed.SingletonActor;

/**
 * A node's part in managing, as long as the process lives: on nodes with the role it may host the manager, on all it is the
 * way to it. {@link #begin} once in each cluster system; without one, commands are refused as unavailable. Safe for use by
 * many threads.
 */
public final class ManagerModule implements ManagerGateway, AutoCloseable {
    private static final String NAME = "cluster-manager";

    private final ManagerSettings settings;
    private final ViewSource views;
    private final PasswordHasher hasher;
    private final Clock clock;
    private final SecureRandom random;
    private final Optional<MirrorWriter> mirror;
    private volatile Optional<Way> way = Optional.empty();

    private record Way(ActorSystem<?> system, ActorRef<ClusterManager.Command> proxy) {}

    /**
     * A module that waits for its first cluster system.
     *
     * @param hasher shared with the node's sign-ins; not closed here
     */
    public ManagerModule(
            ManagerSettings settings, ViewSource views, PasswordHasher hasher, Clock clock, SecureRandom random) {
        this.settings = settings;
        this.views = views;
        this.hasher = hasher;
        this.clock = clock;
        this.random = random;
        this.mirror = settings.hosting()
                .flatMap(hosting ->
                        hosting.mirror().map(place -> new MirrorWriter(place, new MirrorSeal(hosting.masterKey()))));
    }

    /** Takes part in a cluster system: starts the singleton's host where this node may have it, and the way to it. */
    public void begin(ActorSystem<?> system, ViewPublisher publisher) {
        Behavior<ClusterManager.Command> behavior = settings.hosting()
                .map(hosting -> ManagerHost.create(parts(system, hosting, publisher)))
                .orElseGet(Behaviors::empty);
        ActorRef<ClusterManager.Command> proxy = ClusterSingleton.get(system)
                .init(SingletonActor.of(behavior, NAME)
                        .withStopMessage(ClusterManager.Stop.NOW)
                        .withSettings(ClusterSingletonSettings.create(system).withRole(Role.CLUSTER_MANAGER.text())));
        way = Optional.of(new Way(system, proxy));
    }

    @Override
    public <R extends ManagerAnswer> CompletionStage<ManagerReply<R>> submit(ManagerCommand<R> command, Initiator by) {
        Optional<Way> now = way.filter(it -> !it.system().whenTerminated().isCompleted());
        if (now.isEmpty()) {
            return CompletableFuture.completedFuture(absent());
        }
        try {
            CompletionStage<ManagerReply<?>> reply = AskPattern.ask(
                    now.get().proxy(),
                    (ActorRef<ManagerReply<?>> replyTo) -> new ClusterManager.Submit(command, by, replyTo),
                    settings.answerWithin(),
                    now.get().system().scheduler());
            return reply.handle((answer, failure) -> answer == null ? absent() : typed(answer));
        } catch (IllegalStateException e) {
            // The system is about to end: its scheduler takes nothing any more.
            return CompletableFuture.completedFuture(absent());
        }
    }

    /** Announces nodes to the manager. */
    public NodeRegistry registry() {
        return this::announce;
    }

    /** How the mirror is, seen from here; none where this node has none. Up to date on the manager's node only. */
    public Optional<MirrorStatus> mirror() {
        return mirror.map(MirrorWriter::status);
    }

    /** Ends what is this module's own; the cluster system ends its actors. */
    @Override
    public void close() {
        way = Optional.empty();
        mirror.ifPresent(MirrorWriter::close);
    }

    private ClusterManager.Parts parts(ActorSystem<?> system, ManagerHosting hosting, ViewPublisher publisher) {
        return new ClusterManager.Parts(
                settings.node(),
                settings.cluster(),
                hosting,
                views,
                publisher,
                mirror,
                hosting.mirror()
                        .map(place -> new MirrorReader(
                                place,
                                new MirrorSeal(hosting.masterKey()),
                                system.dispatchers().lookup(DispatcherSelector.blocking()))),
                new WorkBench(hasher, system.dispatchers().lookup(DispatcherSelector.blocking()), clock),
                new EntryFormat(),
                clock,
                random,
                UUID::randomUUID);
    }

    private CompletionStage<Optional<String>> announce(NodeDescription node, String certificatePem) {
        return submit(new NodeCommand.RegisterNode(node, certificatePem), Initiator.system("node " + node.name()))
                .thenApply(reply -> switch (reply) {
                    case ManagerReply.Accepted<ManagerAnswer.NodeInfo> accepted -> Optional.empty();
                    case ManagerReply.Refused<ManagerAnswer.NodeInfo> refused -> Optional.of(refused.detail());
                });
    }

    // A command is answered with what it asks for, by the rules' signatures; messages between actors cannot say so.
    @SuppressWarnings("unchecked")
    private static <R extends ManagerAnswer> ManagerReply<R> typed(ManagerReply<?> reply) {
        return (ManagerReply<R>) reply;
    }

    private static <R extends ManagerAnswer> ManagerReply<R> absent() {
        return new ManagerReply.Refused<>(ErrorCode.UNAVAILABLE, "the cluster's manager does not answer");
    }
}

package io.backstay.manager;

import io.backstay.cluster.WireMessage;
import io.backstay.cluster.identity.ClusterFolder;
import io.backstay.cluster.view.ClusterView;
import io.backstay.cluster.view.ViewId;
import io.backstay.cluster.view.ViewPublisher;
import io.backstay.cluster.view.ViewSource;
import io.backstay.manager.command.ClusterCommand;
import io.backstay.manager.command.Initiator;
import io.backstay.manager.command.ManagerAnswer;
import io.backstay.manager.command.ManagerCommand;
import io.backstay.manager.command.ManagerReply;
import io.backstay.manager.command.Password;
import io.backstay.manager.mirror.MirrorFinding;
import io.backstay.manager.mirror.MirrorReader;
import io.backstay.manager.mirror.MirrorWriter;
import io.backstay.manager.state.ClusterRecord;
import io.backstay.manager.state.Decision;
import io.backstay.manager.state.DecisionContext;
import io.backstay.manager.state.Evidence;
import io.backstay.manager.state.JournalEntry;
import io.backstay.manager.state.ManagerEvent;
import io.backstay.manager.state.ManagerState;
import io.backstay.manager.state.ManagerTenure;
import io.backstay.manager.state.NodeRecord;
import io.backstay.manager.state.Work;
import io.backstay.model.BackstayException;
import io.backstay.model.ClusterId;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.RecoveryFailed;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;
import org.jspecify.annotations.Nullable;

/**
 * The cluster's one manager: a singleton among the nodes with the role {@code cluster-manager}, event-sourced. It turns
 * commands into {@link ManagerState#decide decisions}, writes their events to the journal, publishes the view, answers.
 *
 * <p>Lifecycle: it recovers; where the journal is empty it begins a cluster, if it may; then it persists
 * {@code ManagerActivated} with the next epoch, and only then serves. When the journal refuses a write, somebody else wrote:
 * it reads again, and steps back when the newest epoch is another's. Stepped back, or with a state that it cannot serve, it
 * refuses everything and reads again after a while.
 *
 * <p>Everything survives a crash but commands that were not answered: whoever sent them cannot know whether they were done.
 */
final class ClusterManager extends EventSourcedBehavior<ClusterManager.Command, JournalEntry, ManagerState> {
    /** Under which its events are stored. */
    static final PersistenceId PERSISTENCE_ID = PersistenceId.ofUniqueId("cluster-manager");

    private static final int SNAPSHOT_EACH = 200;
    private static final int SNAPSHOTS_KEPT = 2;
    private static final int MOST_ROUNDS = 6;
    private static final Duration READ_AGAIN = Duration.ofSeconds(15);
    private static final Duration SHORTEST_BACKOFF = Duration.ofMillis(200);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(5);
    private static final double BACKOFF_JITTER = 0.1;

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final Parts parts;
    private final Consumer<Standing> told;
    private final UUID incarnation;
    private final Instant begun;
    private Mode mode = new Starting();
    private final JournalReading journal = new JournalReading();
    private Optional<JournalEntry> stray = Optional.empty();
    private boolean mirrorSeen;
    private boolean activated;
    private Optional<Submit> beingPersisted = Optional.empty();
    private Optional<Founding> founding = Optional.empty();

    /** What the actor is told, or its host. */
    sealed interface Command {
        /** What only the host is told. */
        non-sealed interface OfHost extends Command {}
    }

    /** A command from a node; answered once, by what came of it. */
    record Submit(ManagerCommand<?> command, Initiator by, ActorRef<ManagerReply<?>> replyTo)
            implements Command, WireMessage {}

    /** Ends the actor, when another node takes over. */
    enum Stop implements Command, WireMessage {
        /** The only one. */
        NOW
    }

    /** Told to whom it may concern: whether commands are taken, or wait since the journal is being read. */
    record Standing(boolean takesCommands) implements Command {}

    private enum Internal implements Command {
        RECOVERED,
        READ_AGAIN
    }

    private record WorkDone(Submit submit, Evidence evidence, int round) implements Command {}

    private record WorkFailed(Submit submit, ErrorCode code, String detail) implements Command {}

    private record Founded(ManagerReply<?> reply) implements Command {}

    record MirrorSeen(MirrorFinding finding) implements Command {}

    /** A cluster that this actor tries to begin, the same at each try. */
    private record Founding(ClusterCommand.CreateCluster create, Optional<Password> generated) {}

    /** What the actor works with, the same over its restarts. */
    record Parts(
            NodeId node,
            ClusterId cluster,
            ManagerHosting hosting,
            ViewSource views,
            ViewPublisher publisher,
            Optional<MirrorWriter> mirror,
            Optional<MirrorReader> mirrored,
            WorkBench workBench,
            JournalEntry.Digest digest,
            Clock clock,
            SecureRandom random,
            Supplier<UUID> ids) {}

    private sealed interface Mode {}

    /** Recovering, founding or activating; commands wait. */
    private record Starting() implements Mode {}

    /** It is the manager. */
    private record Serving(ClusterKeys keys) implements Mode {}

    /** It is not, or cannot be. */
    private record Refusing(ErrorCode code, String detail) implements Mode {}

    /** Makes the supervisor begin the actor anew, which reads the journal again. */
    private static final class ReadAgainException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ReadAgainException() {
            super("the manager reads its journal again");
        }
    }

    private ClusterManager(
            ActorContext<Command> context, TimerScheduler<Command> timers, Parts parts, Consumer<Standing> told) {
        super(PERSISTENCE_ID, SupervisorStrategy.restartWithBackoff(SHORTEST_BACKOFF, LONGEST_BACKOFF, BACKOFF_JITTER));
        this.context = context;
        this.timers = timers;
        this.parts = parts;
        this.told = told;
        this.incarnation = parts.ids().get();
        this.begun = parts.clock().instant();
    }

    /**
     * The actor's behaviour.
     *
     * @param told hears whether commands are taken, at each change and perhaps more often
     */
    static Behavior<Command> create(Parts parts, Consumer<Standing> told) {
        Behavior<Command> manager = Behaviors.setup(context -> {
            context.setLoggerName(ClusterManager.class);
            return Behaviors.withTimers(timers -> new ClusterManager(context, timers, parts, told));
        });
        var again = SupervisorStrategy.restartWithBackoff(SHORTEST_BACKOFF, LONGEST_BACKOFF, BACKOFF_JITTER);
        Behavior<Command> readingAgain =
                Behaviors.supervise(manager).onFailure(ReadAgainException.class, again.withLoggingEnabled(false));
        // Whatever else fails: a singleton's actor that ends is not begun again, and the cluster has no manager then.
        return Behaviors.supervise(readingAgain).onFailure(Exception.class, again);
    }

    @Override
    public ManagerState emptyState() {
        return ManagerState.empty();
    }

    @Override
    public RetentionCriteria retentionCriteria() {
        return RetentionCriteria.snapshotEvery(SNAPSHOT_EACH, SNAPSHOTS_KEPT);
    }

    @Override
    public EventHandler<ManagerState, JournalEntry> eventHandler() {
        return journal;
    }

    @Override
    public SignalHandler<ManagerState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryFailed.class, (state, failed) -> {
                    var unused = journal.end();
                    told.accept(new Standing(false));
                })
                .onSignal(RecoveryCompleted.instance(), state -> {
                    mode = new Starting();
                    mirrorSeen = false;
                    stray = journal.end();
                    context.getSelf().tell(Internal.RECOVERED);
                })
                .build();
    }

    @Override
    public CommandHandler<Command, JournalEntry, ManagerState> commandHandler() {
        return (state, command) -> switch (command) {
            case Submit submit -> onSubmit(state, submit);
            case WorkDone done -> onWorkDone(state, done);
            case WorkFailed failed -> refuse(failed.submit(), failed.code(), failed.detail());
            case Founded founded -> onFounded(state, founded);
            case MirrorSeen seen -> onMirrorSeen(state, seen.finding());
            case Standing standing -> Effect().unhandled();
            case Command.OfHost timer -> Effect().unhandled();
            case Internal.RECOVERED -> onRecovered(state);
            case Internal.READ_AGAIN -> throw new ReadAgainException();
            case Stop.NOW -> Effect().stop();
        };
    }

    private Effect<JournalEntry, ManagerState> onSubmit(ManagerState state, Submit submit) {
        return switch (mode) {
            case Starting starting -> Effect().stash();
            case Serving serving -> decide(state, submit, Evidence.none(), 0);
            case Refusing refusing -> refuse(submit, refusing.code(), refusing.detail());
        };
    }

    private Effect<JournalEntry, ManagerState> onWorkDone(ManagerState state, WorkDone done) {
        return switch (mode) {
            case Starting starting ->
                done.submit().command() instanceof ClusterCommand.CreateCluster
                        ? decide(state, done.submit(), done.evidence(), done.round())
                        : Effect().stash();
            case Serving serving -> decide(state, done.submit(), done.evidence(), done.round());
            // The work was begun while it still served.
            case Refusing refusing -> refuse(done.submit(), refusing.code(), refusing.detail());
        };
    }

    private Effect<JournalEntry, ManagerState> onRecovered(ManagerState state) {
        beingPersisted.ifPresent(lost -> lost.replyTo()
                .tell(new ManagerReply.Refused<>(
                        ErrorCode.UNAVAILABLE, "the journal did not confirm it; it may have been done or not")));
        beingPersisted = Optional.empty();
        if (!mirrorSeen && parts.mirrored().isPresent()) {
            context.pipeToSelf(
                    parts.mirrored()
                            .get()
                            .look(
                                    stray.isPresent() ? Optional.empty() : state.id(),
                                    stray.isPresent() || state.id().isEmpty()
                                            ? MirrorReader.WHERE_NOTHING_ELSE_IS
                                            : MirrorReader.BESIDE_A_JOURNAL),
                    (finding, failure) -> new MirrorSeen(
                            finding != null ? finding : new MirrorFinding.Unreadable(String.valueOf(failure))));
            return Effect().none();
        }
        if (!mirrorSeen) {
            return onMirrorSeen(state, new MirrorFinding.Nothing());
        }
        if (state.cluster().isEmpty()) {
            return found(state);
        }
        ClusterId recovered = state.cluster().get().id();
        if (!recovered.equals(parts.cluster())) {
            return standBack("The journal holds the state of cluster %s, this node belongs to %s: it is not served"
                    .formatted(recovered, parts.cluster()));
        }
        Optional<String> contradiction = contradiction(state);
        if (contradiction.isPresent()) {
            return standBack(contradiction.get());
        }
        ClusterKeys keys;
        try {
            keys = ClusterKeys.open(state.cluster().get(), parts.hosting().masterKey(), parts.clock(), parts.random());
        } catch (BackstayException e) {
            return standBack("The cluster's keys cannot be opened, the state is not served: " + e.getMessage());
        }
        sayThatItBegan(state.cluster().get());
        Optional<ManagerTenure> newest = state.managers().isEmpty()
                ? Optional.empty()
                : Optional.of(state.managers().getLast());
        if (newest.filter(tenure -> tenure.incarnation().equals(incarnation)).isPresent()) {
            return serve(state, keys);
        }
        if (activated) {
            mode = new Refusing(ErrorCode.STALE_EPOCH, "another node has become the manager");
            told.accept(new Standing(true));
            context.getLog().warn("Another node has become the manager with epoch {}: stepping back", state.epoch());
            timers.startSingleTimer(Internal.READ_AGAIN, READ_AGAIN);
            return Effect().none().thenUnstashAll();
        }
        var activate = new ClusterCommand.ActivateManager(state.epoch() + 1, parts.node(), incarnation);
        return switch (state.decide(activate, context(Initiator.system("activation"), Evidence.none()))) {
            case Decision.Accept<ManagerAnswer.Done> accept ->
                Effect()
                        .persist(entries(state, accept.events(), Initiator.system("activation")))
                        .thenRun((ManagerState active) -> {
                            activated = true;
                            context.getSelf().tell(Internal.RECOVERED);
                        });
            case Decision.Refuse<ManagerAnswer.Done> refuse -> standBack(refuse.detail());
            case Decision.Need<ManagerAnswer.Done> need -> standBack("activation needs no work");
        };
    }

    private Effect<JournalEntry, ManagerState> onMirrorSeen(ManagerState state, MirrorFinding finding) {
        mirrorSeen = true;
        Optional<ViewId> seen = parts.views().current().map(ClusterView::id);
        return switch (Restoration.decide(parts.cluster(), state, stray, finding, seen)) {
            case Restoration.GoOn goOn -> {
                goOn.warning().ifPresent(warning -> context.getLog().warn("The journal is gone by: {}", warning));
                yield onRecovered(state);
            }
            case Restoration.Adopt adopt -> adopt(adopt.state());
            case Restoration.StandBack back -> standBack(back.why());
        };
    }

    private Effect<JournalEntry, ManagerState> adopt(ManagerState mirror) {
        ManagerEvent.StateAdopted adopted = mirror.adoption();
        context.getLog()
                .warn(
                        "The journal has lost events: the state mirror's state, revision {}, goes on as generation {}",
                        mirror.head().revision(),
                        adopted.generation());
        return Effect()
                .persist(entries(mirror, List.of(adopted), Initiator.system("restoration")))
                .thenRun((ManagerState changed) -> {
                    stray = Optional.empty();
                    context.getSelf().tell(Internal.RECOVERED);
                });
    }

    /** Why this node must not serve the state, by what it knows itself. */
    private Optional<String> contradiction(ManagerState state) {
        NodeRecord self = state.nodes().get(parts.node());
        if (self != null && !self.admitted()) {
            return Optional.of("This node was removed from the cluster: it does not become the manager");
        }
        return parts.views()
                .current()
                .map(ClusterView::id)
                .filter(seen -> !state.follows(seen))
                .map(seen -> ("The journal ends at revision %d of generation %d, but this node has seen revision %d of"
                         + " generation %d, or another history: the journal was set back, its state is not served")
                        .formatted(
                                state.head().revision(),
                                state.head().generation(),
                                seen.revision(),
                                seen.generation()));
    }

    private Effect<JournalEntry, ManagerState> serve(ManagerState state, ClusterKeys keys) {
        mode = new Serving(keys);
        told.accept(new Standing(true));
        timers.cancel(Internal.READ_AGAIN);
        context.getLog()
                .info(
                        "This node is the cluster's manager, epoch {}, revision {}, after {} ms",
                        state.epoch(),
                        state.head().revision(),
                        Duration.between(begun, parts.clock().instant()).toMillis());
        spread(state, keys);
        return Effect().none().thenUnstashAll();
    }

    /** Begins a cluster where nothing and nobody knows of one, and this node was told that it may. */
    private Effect<JournalEntry, ManagerState> found(ManagerState state) {
        Optional<ViewId> known = parts.views().current().map(view -> view.id());
        if (known.isPresent()) {
            return standBack(
                    ("The journal is empty, but this node has seen cluster %s at revision %d: restore the journal's"
                                    + " database; nothing is begun anew")
                            .formatted(known.get().cluster(), known.get().revision()));
        }
        if (parts.hosting().founding().isEmpty()) {
            return standBack("The journal is empty and this node was given no folder of 'backstay cluster init':"
                    + " no cluster is begun");
        }
        Founding begun =
                founding.orElseGet(() -> founding(parts.hosting().founding().orElseThrow()));
        founding = Optional.of(begun);
        ActorRef<ManagerReply<?>> founded = context.messageAdapter(replyType(), Founded::new);
        return decide(state, new Submit(begun.create(), Initiator.system("founding"), founded), Evidence.none(), 0);
    }

    private Founding founding(ClusterFolder folder) {
        Optional<Password> given = parts.hosting().admin().password();
        Optional<Password> generated =
                given.isPresent() ? Optional.empty() : Optional.of(FirstAdmin.generate(parts.random()));
        return new Founding(
                ClusterKeys.founding(
                        folder,
                        parts.hosting().admin().name(),
                        given.or(() -> generated).orElseThrow(),
                        parts.hosting().masterKey(),
                        parts.random()),
                generated);
    }

    private Effect<JournalEntry, ManagerState> onFounded(ManagerState state, Founded founded) {
        return switch (founded.reply()) {
            case ManagerReply.Accepted<?> accepted -> onRecovered(state);
            // Where there is a cluster now, another founder was quicker, or the journal took it without saying so.
            case ManagerReply.Refused<?> refused ->
                state.cluster().isPresent()
                        ? Effect().none()
                        : standBack("No cluster could be begun: " + refused.detail());
        };
    }

    /** Says it, with the generated password, where the cluster is the one that this actor began. */
    private void sayThatItBegan(ClusterRecord cluster) {
        founding.filter(begun -> begun.create().sealedTransferKey().equals(cluster.sealedTransferKey()))
                .ifPresent(begun -> {
                    context.getLog().info("Cluster {} begins", cluster.id());
                    begun.generated()
                            .ifPresent(password -> context.getLog()
                                    .warn(
                                            "The first admin is '{}' with the generated password '{}'. It is not shown"
                                                    + " again",
                                            parts.hosting().admin().name(),
                                            password.value()));
                });
        founding = Optional.empty();
    }

    private Effect<JournalEntry, ManagerState> standBack(String why) {
        context.getLog().error("{}", why);
        mode = new Refusing(ErrorCode.UNAVAILABLE, why);
        told.accept(new Standing(true));
        timers.startSingleTimer(Internal.READ_AGAIN, READ_AGAIN);
        return Effect().none().thenUnstashAll();
    }

    private Effect<JournalEntry, ManagerState> decide(ManagerState state, Submit submit, Evidence evidence, int round) {
        return switch (state.decide(submit.command(), context(submit.by(), evidence))) {
            case Decision.Accept<?> accept -> accept(state, submit, accept);
            case Decision.Refuse<?> refuse -> refuse(submit, refuse.code(), refuse.detail());
            case Decision.Need<?> need ->
                round < MOST_ROUNDS
                        ? work(submit, need.work(), evidence, round)
                        : refuse(submit, ErrorCode.CONFLICT, "it changed again and again meanwhile");
        };
    }

    private Effect<JournalEntry, ManagerState> accept(ManagerState state, Submit submit, Decision.Accept<?> accept) {
        if (accept.events().isEmpty()) {
            submit.replyTo().tell(accepted(accept, state, false));
            return Effect().none();
        }
        beingPersisted = Optional.of(submit);
        return Effect().persist(entries(state, accept.events(), submit.by())).thenRun((ManagerState changed) -> {
            beingPersisted = Optional.empty();
            if (mode instanceof Serving serving) {
                spread(changed, serving.keys());
            }
            submit.replyTo().tell(accepted(accept, changed, true));
        });
    }

    private Effect<JournalEntry, ManagerState> work(Submit submit, Work work, Evidence evidence, int round) {
        CompletionStage<Evidence> result = switch (mode) {
            case Serving serving ->
                parts.workBench().perform(work, evidence, serving.keys().authority());
            case Starting starting
            when work instanceof Work.HashPassword hash -> parts.workBench().hash(hash, evidence);
            case Starting starting -> throw new IllegalStateException("founding a cluster needs no such work");
            case Refusing refusing -> throw new IllegalStateException("nothing is decided while refusing");
        };
        context.pipeToSelf(
                result,
                (found, failure) -> found != null ? new WorkDone(submit, found, round + 1) : failed(submit, failure));
        return Effect().none();
    }

    private Command failed(Submit submit, @Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof BackstayException known) {
            return new WorkFailed(submit, known.code(), String.valueOf(known.getMessage()));
        }
        context.getSystem().log().error("Work for a manager's command failed", cause);
        return new WorkFailed(submit, ErrorCode.INTERNAL, "it could not be computed");
    }

    private Effect<JournalEntry, ManagerState> refuse(Submit submit, ErrorCode code, String detail) {
        submit.replyTo().tell(new ManagerReply.Refused<>(code, detail));
        return Effect().none();
    }

    private void spread(ManagerState state, ClusterKeys keys) {
        parts.publisher().publish(state.view(keys.secrets()));
        parts.mirror().ifPresent(mirror -> mirror.offer(state));
    }

    private DecisionContext context(Initiator by, Evidence evidence) {
        return new DecisionContext(by, now(), parts.ids(), evidence);
    }

    private Instant now() {
        return parts.clock().instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private List<JournalEntry> entries(ManagerState state, List<ManagerEvent> events, Initiator by) {
        Instant now = now();
        List<JournalEntry> entries = new ArrayList<>(events.size());
        long revision = state.head().revision();
        for (ManagerEvent event : events) {
            revision++;
            entries.add(
                    new JournalEntry(revision, now, by, event, parts.digest().of(revision, now, by, event)));
        }
        return entries;
    }

    private static <R extends ManagerAnswer> ManagerReply<R> accepted(
            Decision.Accept<R> accept, ManagerState state, boolean changed) {
        ViewId at = state.id().orElseThrow(() -> new IllegalStateException("nothing is accepted before a cluster is"));
        return new ManagerReply.Accepted<>(accept.answer().apply(state), at, changed);
    }

    @SuppressWarnings("unchecked") // a class has no type arguments
    private static Class<ManagerReply<?>> replyType() {
        return (Class<ManagerReply<?>>) (Class<?>) ManagerReply.class;
    }
}

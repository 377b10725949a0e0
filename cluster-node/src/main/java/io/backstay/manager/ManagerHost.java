package io.backstay.manager;

import io.backstay.cluster.view.ClusterView;
import io.backstay.manager.ClusterManager.Command;
import io.backstay.manager.ClusterManager.MirrorSeen;
import io.backstay.manager.ClusterManager.Parts;
import io.backstay.manager.ClusterManager.Standing;
import io.backstay.manager.ClusterManager.Stop;
import io.backstay.manager.ClusterManager.Submit;
import io.backstay.manager.command.ManagerAnswer;
import io.backstay.manager.command.ManagerCommand;
import io.backstay.manager.command.ManagerReply;
import io.backstay.manager.mirror.MirrorFinding;
import io.backstay.manager.mirror.MirrorReader;
import io.backstay.manager.mirror.MirrorWriter;
import io.backstay.manager.state.Decision;
import io.backstay.manager.state.DecisionContext;
import io.backstay.manager.state.Evidence;
import io.backstay.manager.state.ManagerState;
import io.backstay.manager.state.NodeRecord;
import io.backstay.model.ErrorCode;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Stands before the manager, which takes nothing while it reads its journal. Commands wait for it: after a second those that
 * change nothing are answered from the mirror, after some more the rest is refused, until the manager has read.
 */
final class ManagerHost extends AbstractBehavior<Command> {
    private static final Duration LOOK_AFTER = Duration.ofSeconds(1);
    /** Shorter than whoever sent a command waits. */
    private static final Duration REFUSE_AFTER = Duration.ofSeconds(8);

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);
    private static final Duration END_WITHIN = Duration.ofSeconds(2);
    private static final Duration SHORTEST_BACKOFF = Duration.ofMillis(200);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(5);
    private static final double BACKOFF_JITTER = 0.1;
    private static final int MOST_WAITING = 1_000;
    private static final String UNREADABLE =
            "the cluster's manager cannot read its journal: nothing can be changed at the moment";
    private static final String ENDING = "another node is about to become the manager";

    private final TimerScheduler<Command> timers;
    private final Parts parts;
    private final ActorRef<Command> manager;
    private final List<Submit> waiting = new ArrayList<>();
    private boolean takesCommands;
    private boolean refuses;
    private boolean ending;
    private Optional<ManagerState> copy = Optional.empty();

    private enum Timer implements Command.OfHost {
        LOOK,
        REFUSE,
        END
    }

    private ManagerHost(ActorContext<Command> context, TimerScheduler<Command> timers, Parts parts) {
        super(context);
        this.timers = timers;
        this.parts = parts;
        ActorRef<Command> self = context.getSelf();
        this.manager = context.spawnAnonymous(ClusterManager.create(parts, self::tell));
        context.watch(manager);
        reading();
    }

    /** The actor's behaviour; a singleton's actor that failed for good would not be begun again. */
    static Behavior<Command> create(Parts parts) {
        return Behaviors.supervise(Behaviors.<Command>setup(
                        context -> Behaviors.withTimers(timers -> new ManagerHost(context, timers, parts))))
                .onFailure(
                        Exception.class,
                        SupervisorStrategy.restartWithBackoff(SHORTEST_BACKOFF, LONGEST_BACKOFF, BACKOFF_JITTER));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Submit.class, this::onSubmit)
                .onMessage(Standing.class, this::onStanding)
                .onMessage(MirrorSeen.class, this::onMirrorSeen)
                .onMessageEquals(Timer.LOOK, this::onLook)
                .onMessageEquals(Timer.REFUSE, this::onRefuse)
                .onMessageEquals(Timer.END, Behaviors::stopped)
                .onMessageEquals(Stop.NOW, this::onStop)
                .onSignal(Terminated.class, ended -> Behaviors.stopped())
                .onSignalEquals(PostStop.instance(), () -> {
                    parts.mirror().ifPresent(MirrorWriter::rest);
                    return this;
                })
                .build();
    }

    private Behavior<Command> onSubmit(Submit submit) {
        if (ending) {
            refuse(submit, ErrorCode.UNAVAILABLE, ENDING);
        } else if (takesCommands) {
            manager.tell(submit);
        } else if (!answeredFromCopy(submit)) {
            if (refuses || waiting.size() >= MOST_WAITING) {
                refuse(submit, ErrorCode.DATABASE_UNAVAILABLE, UNREADABLE);
            } else {
                waiting.add(submit);
            }
        }
        return this;
    }

    private Behavior<Command> onStanding(Standing standing) {
        if (ending) {
            return this;
        }
        if (standing.takesCommands() && !takesCommands) {
            takesCommands = true;
            copy = Optional.empty();
            timers.cancel(Timer.LOOK);
            timers.cancel(Timer.REFUSE);
            waiting.forEach(manager::tell);
            waiting.clear();
        } else if (!standing.takesCommands() && takesCommands) {
            reading();
        }
        return this;
    }

    private void reading() {
        takesCommands = false;
        refuses = false;
        timers.startSingleTimer(Timer.LOOK, LOOK_AFTER);
        timers.startSingleTimer(Timer.REFUSE, REFUSE_AFTER);
    }

    private Behavior<Command> onLook() {
        parts.mirrored()
                .ifPresent(reader -> getContext()
                        .pipeToSelf(
                                reader.look(copy.flatMap(ManagerState::id), MirrorReader.WHERE_NOTHING_ELSE_IS),
                                (finding, failure) -> new MirrorSeen(
                                        finding != null
                                                ? finding
                                                : new MirrorFinding.Unreadable(String.valueOf(failure)))));
        return this;
    }

    private Behavior<Command> onMirrorSeen(MirrorSeen seen) {
        if (takesCommands) {
            return this;
        }
        if (seen.finding() instanceof MirrorFinding.Genuine genuine && usable(genuine.state())) {
            if (copy.isEmpty()) {
                getContext()
                        .getLog()
                        .warn(
                                "The manager still reads its journal: meanwhile questions are answered from the state"
                                        + " mirror, revision {}",
                                genuine.state().head().revision());
            }
            copy = Optional.of(genuine.state());
            waiting.removeIf(this::answeredFromCopy);
        } else if (seen.finding() instanceof MirrorFinding.Unreadable unreadable) {
            getContext().getLog().warn("The manager still reads its journal, and {}", unreadable.why());
        }
        timers.startSingleTimer(Timer.LOOK, LOOK_AGAIN);
        return this;
    }

    /** Of this cluster, of which this node is a part, and not older than what this node has seen: rights may have ended since. */
    private boolean usable(ManagerState state) {
        NodeRecord self = state.nodes().get(parts.node());
        return state.cluster().filter(is -> is.id().equals(parts.cluster())).isPresent()
                && (self == null || self.admitted())
                && parts.views()
                        .current()
                        .map(ClusterView::id)
                        .filter(seen -> !state.follows(seen))
                        .isEmpty();
    }

    private Behavior<Command> onRefuse() {
        getContext().getLog().warn("The manager cannot read its journal: changes are refused until it can");
        refuses = true;
        refuseWaiting(ErrorCode.DATABASE_UNAVAILABLE, UNREADABLE);
        return this;
    }

    private void refuseWaiting(ErrorCode code, String why) {
        waiting.forEach(submit -> refuse(submit, code, why));
        waiting.clear();
    }

    /** Where there is a copy, and it is a question: what would change something is decided by the newest state only. */
    private boolean answeredFromCopy(Submit submit) {
        if (!(submit.command() instanceof ManagerCommand.Question)) {
            return false;
        }
        Optional<ManagerReply<?>> reply = copy.map(state -> reply(
                state,
                state.decide(
                        submit.command(),
                        new DecisionContext(
                                submit.by(),
                                parts.clock().instant().truncatedTo(ChronoUnit.MILLIS),
                                parts.ids(),
                                Evidence.none()))));
        reply.ifPresent(submit.replyTo()::tell);
        return reply.isPresent();
    }

    private static <R extends ManagerAnswer> ManagerReply<?> reply(ManagerState state, Decision<R> decision) {
        return switch (decision) {
            case Decision.Accept<R> accept ->
                new ManagerReply.Accepted<>(
                        accept.answer().apply(state), state.id().orElseThrow(), false);
            case Decision.Refuse<R> refuse -> new ManagerReply.Refused<R>(refuse.code(), refuse.detail());
            case Decision.Need<R> need -> throw new IllegalStateException("a question needs no work");
        };
    }

    private static void refuse(Submit submit, ErrorCode code, String why) {
        submit.replyTo().tell(new ManagerReply.Refused<>(code, why));
    }

    private Behavior<Command> onStop() {
        ending = true;
        refuseWaiting(ErrorCode.UNAVAILABLE, ENDING);
        manager.tell(Stop.NOW);
        timers.startSingleTimer(Timer.END, END_WITHIN);
        return this;
    }
}

package io.backstay.cluster.agent;

import io.backstay.cluster.identity.Certificates;
import io.backstay.cluster.identity.NodeCertificate;
import io.backstay.cluster.join.NodeDescription;
import io.backstay.cluster.membership.MemberRoles;
import io.backstay.cluster.view.ClusterView;
import io.backstay.cluster.view.NodeView;
import io.backstay.cluster.view.ViewSource;
import io.backstay.model.NodeId;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.Leave;

/**
 * Sees to it that the cluster knows this node as it is: while this node is up and the view shows it otherwise, or not at all,
 * it announces the node to the manager, again and again. Where the view says that a node was removed, that node leaves, and
 * the others down it should it not. One in each cluster system; nothing survives it.
 */
public final class NodeAgent {
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration ANNOUNCE_AGAIN = Duration.ofSeconds(3);

    private final ActorContext<Command> context;
    private final NodeDescription node;
    private final NodeCertificate certificate;
    private final NodeRegistry registry;
    private final ViewSource views;
    private final Cluster cluster;
    private Optional<Long> announcedAt = Optional.empty();
    private boolean settled;
    private Optional<String> lastProblem = Optional.empty();

    /** What the actor is told, by itself only. */
    public sealed interface Command {}

    private record Look() implements Command {}

    private record Answered(Optional<String> problem) implements Command {}

    private NodeAgent(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            NodeDescription node,
            NodeCertificate certificate,
            NodeRegistry registry,
            ViewSource views) {
        this.context = context;
        this.node = node;
        this.certificate = certificate;
        this.registry = registry;
        this.views = views;
        this.cluster = Cluster.get(context.getSystem());
        context.setLoggerName(NodeAgent.class);
        timers.startTimerWithFixedDelay(new Look(), Duration.ZERO, LOOK);
    }

    /** The actor's behaviour. */
    public static Behavior<Command> create(
            NodeDescription node, NodeCertificate certificate, NodeRegistry registry, ViewSource views) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            var agent = new NodeAgent(context, timers, node, certificate, registry, views);
            return Behaviors.receiveMessage(agent::onCommand);
        }));
    }

    private Behavior<Command> onCommand(Command command) {
        switch (command) {
            case Look look -> onLook();
            case Answered answered -> onAnswered(answered.problem());
        }
        return Behaviors.same();
    }

    private void onLook() {
        if (!cluster.selfMember().status().equals(MemberStatus.up())) {
            return;
        }
        views.current().ifPresent(this::expelRemoved);
        boolean known = views.current()
                .map(view -> view.nodes().get(node.id()))
                .filter(this::isAsItIs)
                .isPresent();
        if (known && !settled) {
            context.getLog().info("The cluster knows this node as {} with the roles {}", node.name(), node.roles());
        }
        settled = known;
        boolean due = announcedAt
                .map(at -> System.nanoTime() - at > ANNOUNCE_AGAIN.toNanos())
                .orElse(true);
        if (!known && due) {
            announcedAt = Optional.of(System.nanoTime());
            context.pipeToSelf(
                    registry.announce(node, Certificates.pem(certificate.certificate())),
                    (problem, failure) -> new Answered(
                            failure == null ? problem : Optional.of(String.valueOf(failure.getMessage()))));
        }
    }

    private void onAnswered(Optional<String> problem) {
        // The same problem each 3 s is one line in the log.
        if (!problem.equals(lastProblem)) {
            problem.ifPresent(why -> context.getLog().warn("The manager has not taken this node yet: {}", why));
        }
        lastProblem = problem;
    }

    private boolean isAsItIs(NodeView known) {
        return known.admitted()
                && known.name().equals(node.name())
                && known.roles().equals(node.roles())
                && known.zone().equals(node.zone())
                && known.http().equals(node.http())
                && known.internal().equals(node.internal())
                && known.certificate().equals(certificate.fingerprint());
    }

    private void expelRemoved(ClusterView view) {
        Set<NodeId> removed = view.nodes().values().stream()
                .filter(known -> !known.admitted())
                .map(NodeView::id)
                .collect(Collectors.toUnmodifiableSet());
        if (removed.isEmpty()) {
            return;
        }
        if (removed.contains(node.id())) {
            context.getLog().error("This node was removed from the cluster: it leaves. Its id never comes back");
            cluster.manager().tell(new Leave(cluster.selfMember().address()));
            return;
        }
        for (Member member : cluster.state().getMembers()) {
            if (MemberRoles.node(member).filter(removed::contains).isPresent()
                    && member.status().equals(MemberStatus.up())) {
                context.getLog().warn("Node at {} was removed from the cluster and is downed", member.address());
                cluster.manager().tell(new Down(member.address()));
            }
        }
    }
}

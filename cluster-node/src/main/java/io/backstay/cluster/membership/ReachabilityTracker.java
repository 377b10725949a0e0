package io.backstay.cluster.membership;

import io.backstay.cluster.view.ViewSource;
import io.backstay.model.NodeId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;
import org.slf4j.Logger;

/**
 * Keeps {@link ReachableNodes} after the cluster's events, one in each cluster system. Nothing survives its end: then nobody
 * is reachable.
 */
final class ReachabilityTracker {
    private final ReachableNodes nodes;
    private final ViewSource views;
    private final Consumer<Map<NodeId, Address>> seen;
    private final Logger log;
    private final Cluster cluster;
    private final Set<Member> members = new HashSet<>();
    private final Set<Member> unreachable = new HashSet<>();

    private ReachabilityTracker(
            ActorContext<ClusterEvent.ClusterDomainEvent> context,
            ReachableNodes nodes,
            ViewSource views,
            Consumer<Map<NodeId, Address>> seen) {
        this.nodes = nodes;
        this.views = views;
        this.seen = seen;
        context.setLoggerName(ReachabilityTracker.class);
        this.log = context.getLog();
        this.cluster = Cluster.get(context.getSystem());
        cluster.subscriptions().tell(Subscribe.create(context.getSelf(), ClusterEvent.ClusterDomainEvent.class));
    }

    /**
     * The actor's behaviour.
     *
     * @param seen told where the members are that are up and reachable; must not block
     */
    static Behavior<ClusterEvent.ClusterDomainEvent> create(
            ReachableNodes nodes, ViewSource views, Consumer<Map<NodeId, Address>> seen) {
        return Behaviors.setup(context -> {
            var tracker = new ReachabilityTracker(context, nodes, views, seen);
            return Behaviors.receive(ClusterEvent.ClusterDomainEvent.class)
                    .onMessage(ClusterEvent.ClusterDomainEvent.class, event -> {
                        tracker.onEvent(event);
                        return Behaviors.same();
                    })
                    .onSignal(PostStop.class, signal -> {
                        nodes.set(Set.of());
                        return Behaviors.same();
                    })
                    .build();
        });
    }

    private void onEvent(ClusterEvent.ClusterDomainEvent event) {
        // A set of members is by address and incarnation: adding one anew needs the old status out first.
        switch (event) {
            case ClusterEvent.MemberRemoved removed -> {
                members.remove(removed.member());
                unreachable.remove(removed.member());
                // A system that has left sees everybody removed.
                if (!cluster.isTerminated() && !removed.member().equals(cluster.selfMember())) {
                    log.info("{} is no member any more", name(removed.member()));
                }
            }
            case ClusterEvent.MemberEvent changed -> {
                members.remove(changed.member());
                members.add(changed.member());
                if (changed instanceof ClusterEvent.MemberUp) {
                    log.info("{} is up", name(changed.member()));
                } else if (changed instanceof ClusterEvent.MemberDowned) {
                    onDowned(changed.member());
                }
            }
            case ClusterEvent.UnreachableMember lost -> {
                unreachable.add(lost.member());
                log.warn("{} does not answer", name(lost.member()));
            }
            case ClusterEvent.ReachableMember found -> {
                unreachable.remove(found.member());
                log.info("{} answers again", name(found.member()));
            }
            default -> {
                // Leaders, settings and data centres are not asked about.
            }
        }
        publish();
    }

    private void publish() {
        Map<NodeId, Address> up = new HashMap<>();
        for (Member member : members) {
            if (member.status().equals(MemberStatus.up()) && !unreachable.contains(member)) {
                MemberRoles.node(member).ifPresent(node -> up.put(node, member.address()));
            }
        }
        seen.accept(Map.copyOf(up));
        nodes.set(up.keySet());
    }

    private void onDowned(Member member) {
        if (member.equals(cluster.selfMember())) {
            log.warn("The others went on without this node, or it sees too few of them: it ends its part and joins"
                    + " anew");
        } else {
            log.warn("{} is taken out of the cluster", name(member));
        }
    }

    /** As people know it: its name where the view has it, and where it is. */
    private String name(Member member) {
        HostPort at = new HostPort(
                member.address().getHost().orElse("?"),
                member.address().getPort().orElse(0));
        return MemberRoles.node(member)
                .map(id -> views.current()
                        .flatMap(view -> Optional.ofNullable(view.nodes().get(id)))
                        .map(known -> "Node %s (%s) at %s".formatted(known.name(), id, at))
                        .orElseGet(() -> "Node %s at %s".formatted(id, at)))
                .orElseGet(() -> "A stranger at " + at);
    }
}

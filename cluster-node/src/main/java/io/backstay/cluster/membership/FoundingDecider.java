package io.backstay.cluster.membership;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.management.cluster.bootstrap.ClusterBootstrapSettings;
import org.apache.pekko.management.cluster.bootstrap.JoinDecision;
import org.apache.pekko.management.cluster.bootstrap.JoinSelf;
import org.apache.pekko.management.cluster.bootstrap.KeepProbing;
import org.apache.pekko.management.cluster.bootstrap.LowestAddressJoinDecider;
import org.apache.pekko.management.cluster.bootstrap.SeedNodesInformation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.concurrent.Future;

/**
 * Decides, as Pekko's own decider does, that the lowest founder of those that have answered begins a cluster. Founders that
 * have different answers at hand could each be the lowest in their own eyes, so this one waits for those that are silent, for
 * {@code backstay.founding.silence}: with all answers there is one lowest. Where two begin all the same, at most one gets the
 * founders that a cluster needs before it takes anybody up; who is not taken up looks for the cluster again, see {@link
 * ClusterRuntime}.
 */
public final class FoundingDecider extends LowestAddressJoinDecider {
    private static final Logger LOG = LoggerFactory.getLogger(FoundingDecider.class);

    private final ActorSystem system;
    private final Duration silence;

    /** Since when this founder would begin a cluster but for the silent ones, in nanoseconds; one decision is made at a time. */
    private volatile Optional<Long> willing = Optional.empty();

    /** Made by Pekko, by the name of this class. */
    public FoundingDecider(ActorSystem system, ClusterBootstrapSettings settings) {
        super(system, settings);
        this.system = system;
        this.silence = system.settings().config().getDuration("backstay.founding.silence");
    }

    @Override
    public Future<JoinDecision> decide(SeedNodesInformation known) {
        return super.decide(known)
                .map(
                        decision -> {
                            if (decision.equals(JoinSelf.getInstance())) {
                                return begin(known);
                            }
                            willing = Optional.empty();
                            return decision;
                        },
                        system.dispatcher());
    }

    private JoinDecision begin(SeedNodesInformation known) {
        Set<String> silent = new TreeSet<>();
        known.getContactPoints().forEach(point -> silent.add(point.toString()));
        known.getSeedNodesObservations()
                .forEach(answer -> silent.remove(answer.contactPoint().toString()));
        long now = System.nanoTime();
        if (willing.isEmpty() && !silent.isEmpty()) {
            LOG.info("Waits up to {} s for {} before it begins a cluster", silence.toSeconds(), silent);
        }
        long since = willing.orElse(now);
        willing = Optional.of(since);
        if (!silent.isEmpty() && now - since < silence.toNanos()) {
            return KeepProbing.getInstance();
        }
        LOG.info("Begins a cluster");
        return JoinSelf.getInstance();
    }
}

package io.backstay.storage.protocol;

import io.backstay.model.NodeId;
import io.backstay.storage.protocol.NodeRules.Told;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an activation tells the disks: the revision that it has persisted, and on how many disks all that was promised is.
 * Rebuilds and degraded lists go by that number, so it rises only when all copies are there, and where W falls, with a policy,
 * the disks know before the lesser W acknowledges anything. Disks that nobody has told anything may have taken the place of
 * others: they are told when a sweep has looked at them, if they ought to have something, and what they lack is back. Confined
 * to one thread.
 */
final class Assurance {
    /** A disk may have taken another's place unnoticed, which its answer shows. */
    private static final long TELL_AGAIN_MILLIS = 300_000;

    private record Sent(long revision, Told told) {}

    private final Catalogue catalogue;
    private final Map<NodeId, Sent> sent = new HashMap<>();
    private final Set<NodeId> awaited = new HashSet<>();
    private final Map<NodeId, Told> known = new HashMap<>();
    private final Set<NodeId> strangers = new HashSet<>();
    private final Set<NodeId> swept = new HashSet<>();
    private Set<NodeId> strangersAtSweep = Set.of();
    private Told told = Told.NOTHING;
    private int inForce = 1;
    private long toldMillis;

    Assurance(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** An activation begins; its announcement tells the W with which it does. */
    void begin(ClusterFacts facts) {
        sent.clear();
        awaited.clear();
        known.clear();
        strangers.clear();
        swept.clear();
        strangersAtSweep = Set.of();
        told = Told.NOTHING;
        inForce = facts.replication().quorum();
        toldMillis = facts.nowMillis();
    }

    /** W that acknowledges: today's, or for a while the greater one of which the disks still know. */
    int inForce() {
        return inForce;
    }

    /** The facts under which the entity acts: with the policy that is in force. */
    ClusterFacts facts(ClusterFacts today) {
        inForce = Math.max(inForce, today.replication().quorum());
        ClusterFacts facts = today;
        while (facts.replication().quorum() < inForce
                && facts.policyReplicas() < facts.storage().size()) {
            facts = facts.withPolicy(facts.policyReplicas() + 1);
        }
        return facts;
    }

    /** A disk has heard of this activation for the first time, and said what it was told before. */
    void announced(NodeId node, Told before) {
        if (!before.trusted()) {
            strangers.add(node);
            if (!catalogue.holds(node)) {
                swept.add(node);
            }
        }
    }

    /**
     * Whether these are enough to know what a majority of the disks has. Strangers do not count, whose predecessors may have had
     * it; but all together are all that can be had.
     */
    boolean majority(Set<NodeId> nodes, ClusterFacts facts) {
        long answered = nodes.stream().filter(facts::stores).count();
        long known = nodes.stream()
                .filter(node -> facts.stores(node) && !strangers.contains(node))
                .count();
        return known >= facts.majority() || answered == facts.storage().size();
    }

    boolean unsweptStrangers() {
        return !swept.containsAll(strangers);
    }

    void sweepBegins() {
        strangersAtSweep = Set.copyOf(strangers);
    }

    /** A sweep has told what these disks have; what they lack was reported before. */
    void sweepEnds(Set<NodeId> nodes) {
        strangersAtSweep.stream().filter(nodes::contains).forEach(swept::add);
        strangersAtSweep = Set.of();
    }

    void advanced(EntityInput.Advanced answer) {
        awaited.remove(answer.node());
        known.put(answer.node(), answer.told());
    }

    /** The node has gone, or has another disk: what it was told counts no more. */
    void forget(NodeId node) {
        awaited.remove(node);
        sent.remove(node);
        known.remove(node);
        swept.remove(node);
        strangers.remove(node);
    }

    void failed(NodeId node) {
        awaited.remove(node);
        sent.remove(node);
    }

    /**
     * What is to be told now.
     *
     * @param settled whether every object has the copies that it should have and nobody owes a removal, as far as is known
     */
    List<EntityOutput> tell(Set<NodeId> announced, ClusterFacts today, boolean settled) {
        if (today.nowMillis() - toldMillis >= TELL_AGAIN_MILLIS) {
            toldMillis = today.nowMillis();
            sent.clear();
        }
        int quorum = today.replication().quorum();
        if (quorum < inForce) {
            say(quorum);
            if (heardByAMajority(today)) {
                inForce = quorum;
            }
        } else if (settled && !unsweptStrangers()) {
            strangers.clear();
            swept.clear();
            say(quorum);
        }
        List<EntityOutput> outputs = new ArrayList<>();
        for (NodeId node : announced) {
            Sent now = new Sent(catalogue.revision(), strangers.contains(node) ? Told.NOTHING : told);
            if (today.up().contains(node) && !awaited.contains(node) && !now.equals(sent.put(node, now))) {
                awaited.add(node);
                outputs.add(new EntityOutput.Advance(node, catalogue.epoch(), now.revision(), now.told()));
            }
        }
        return outputs;
    }

    private void say(int quorum) {
        if (told.quorum() != quorum) {
            told = new Told(catalogue.epoch(), told.number() + 1, quorum);
        }
    }

    /** Strangers count as silent wherever it matters, so that they need not know. */
    private boolean heardByAMajority(ClusterFacts facts) {
        long heard = facts.storage().stream()
                .map(Placement.Candidate::node)
                .filter(node -> strangers.contains(node)
                        || Optional.ofNullable(known.get(node))
                                .filter(told::equals)
                                .isPresent())
                .count();
        return heard >= facts.majority();
    }
}

package io.backstay.storage.protocol;

import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * How an activation begins, comes to doubt its journal, and ends. It serves once a majority of the disks knows its epoch. Where
 * a disk has seen more than the journal has, either another activation has followed, or the journal was set back: then the
 * catalogue is rebuilt. Confined to one thread.
 */
final class Activation {
    private enum Phase {
        RECOVERING,
        ANNOUNCING,
        ACTIVE,
        DOUBTING,
        BEHIND,
        STOPPED
    }

    private final Catalogue catalogue;
    private final HeadChecks checks;
    private final Rebuilds rebuilds;
    private final Assurance assurance;
    private final Set<NodeId> announced = new HashSet<>();
    /** Who has heard of this activation, and may have gone since. */
    private final Set<NodeId> heard = new HashSet<>();

    private Phase phase = Phase.RECOVERING;
    private String trouble = "the repository is being opened";
    private NodeId self = new NodeId(new UUID(0, 0));
    private long incarnation;
    /** The check of the journal's head that this activation has reason to doubt; beside those that decide answers. */
    private long doubt;

    private long doubtedEpoch;
    private long activatedAt;

    Activation(Catalogue catalogue, HeadChecks checks, Rebuilds rebuilds, Assurance assurance) {
        this.catalogue = catalogue;
        this.checks = checks;
        this.rebuilds = rebuilds;
        this.assurance = assurance;
    }

    boolean recovering() {
        return phase == Phase.RECOVERING;
    }

    /** Whether requests are served. */
    boolean active() {
        return phase == Phase.ACTIVE;
    }

    /** Whether the catalogue is to be rebuilt. */
    boolean behind() {
        return phase == Phase.BEHIND;
    }

    boolean begun() {
        return phase != Phase.RECOVERING && phase != Phase.STOPPED;
    }

    ErrorCode troubleCode() {
        return phase == Phase.ANNOUNCING ? ErrorCode.TOO_FEW_NODES : ErrorCode.UNAVAILABLE;
    }

    String trouble() {
        return trouble;
    }

    /** The nodes that know this activation, as it goes on. */
    Set<NodeId> announced() {
        return Collections.unmodifiableSet(announced);
    }

    /** An activation is in the journal. */
    void activated() {
        activatedAt = catalogue.revision();
    }

    Step recovered(EntityInput.Recovered recovered, ClusterFacts facts) {
        self = recovered.self();
        incarnation = recovered.incarnation();
        checks.recovered(recovered.journalHead());
        long lost = recovered.journalHead() - catalogue.journalRevision();
        if (lost > 0) {
            catalogue.resumeAfterGap(recovered.journalHead());
            return behind("the journal lacks %d events before its last".formatted(lost), 0, facts);
        }
        if (catalogue.behind().isPresent()) {
            return behind(catalogue.behind().get().why(), 0, facts);
        }
        phase = Phase.ANNOUNCING;
        return activate(catalogue.epoch() + 1, facts);
    }

    private Step activate(long epoch, ClusterFacts facts) {
        announced.clear();
        heard.clear();
        checks.begin(epoch);
        rebuilds.drop();
        assurance.begin(facts);
        List<EntityOutput> outputs = new ArrayList<>();
        for (Placement.Candidate candidate : facts.storage()) {
            outputs.add(announce(candidate.node(), epoch));
        }
        return new Step(List.of(new CatalogueEvent.Activated(facts.nowMillis(), epoch, self, incarnation)), outputs);
    }

    private EntityOutput announce(NodeId node, long epoch) {
        return new EntityOutput.Announce(node, epoch, assurance.inForce());
    }

    /** Whether this answer opens the repository. */
    boolean opens(EntityInput.Announced answer, ClusterFacts facts) {
        long known = facts.storage().stream()
                .map(Placement.Candidate::node)
                .filter(node -> announced.contains(node) || node.equals(answer.node()))
                .count();
        return phase == Phase.ANNOUNCING
                && answer.epoch() == catalogue.epoch()
                && answer.stamp() <= activatedAt
                && known >= facts.majority();
    }

    Step announced(EntityInput.Announced answer, ClusterFacts facts) {
        boolean expected = phase == Phase.ANNOUNCING || phase == Phase.ACTIVE || phase == Phase.BEHIND;
        if (answer.epoch() != catalogue.epoch() || !expected) {
            return Step.nothing();
        }
        if (phase == Phase.BEHIND) {
            announced.add(answer.node());
            rebuilds.seen(answer);
            return Step.nothing();
        }
        // What this activation has not yet sent anything to can have seen only what came before it.
        if (!heard.contains(answer.node()) && answer.stamp() > activatedAt) {
            return doubt("storage node %s has seen revision %d of this repository, the journal ended at %d"
                    .formatted(answer.node(), answer.stamp(), activatedAt));
        }
        if (opens(answer, facts)) {
            phase = Phase.ACTIVE;
            trouble = "";
        }
        heard.add(answer.node());
        if (announced.add(answer.node())) {
            assurance.announced(answer.node(), answer.told());
        }
        return Step.nothing();
    }

    Step refused(EntityInput.AnnounceRefused refused, ClusterFacts facts) {
        if (refused.epoch() <= catalogue.epoch()) {
            return Step.nothing();
        }
        if (phase == Phase.BEHIND) {
            return activate(refused.epoch() + 1, facts);
        }
        if (phase != Phase.ANNOUNCING && phase != Phase.ACTIVE) {
            return Step.nothing();
        }
        doubtedEpoch = refused.epoch();
        return doubt("storage node %s has seen epoch %d of this repository, the journal's newest is %d"
                .formatted(refused.node(), refused.epoch(), catalogue.epoch()));
    }

    /** Either another activation has followed, which the journal's head shows, or the journal was set back. */
    private Step doubt(String why) {
        phase = Phase.DOUBTING;
        trouble = why;
        doubt = checks.number();
        return Step.of(new EntityOutput.ReadHead(doubt, catalogue.journalRevision()));
    }

    /** Whether this look at the journal is the one that a doubt waits for. */
    boolean doubts(EntityInput.HeadRead read) {
        return read.check() == doubt;
    }

    Step doubtEnded(EntityInput.HeadRead read, ClusterFacts facts) {
        if (phase != Phase.DOUBTING) {
            return Step.nothing();
        }
        if (read.journalHead() != catalogue.journalRevision() || !read.whole()) {
            return stop("the journal has events of another activation, or has lost this one's");
        }
        return behind(trouble, doubtedEpoch, facts);
    }

    private Step behind(String why, long knownEpoch, ClusterFacts facts) {
        return behind(
                new CatalogueEvent.FoundBehind(facts.nowMillis(), why, Rebuilds.BY_ITSELF, false), knownEpoch, facts);
    }

    /**
     * Nothing is served any more. The new epoch fences all disks against what earlier activations may still have on its way,
     * before they are read; that the catalogue must be rebuilt is in the journal with it, since the epoch takes away what
     * showed it.
     */
    private Step behind(CatalogueEvent.FoundBehind found, long knownEpoch, ClusterFacts facts) {
        phase = Phase.BEHIND;
        trouble = "its catalogue is being rebuilt from the disks: " + found.why();
        rebuilds.begin(facts.nowMillis());
        Step step = activate(Math.max(catalogue.epoch(), knownEpoch) + 1, facts);
        boolean known = catalogue.behind().isPresent() && found.by().equals(Rebuilds.BY_ITSELF);
        return known ? step : step.prepend(List.of(found));
    }

    /** An admin's order, which is in the journal before it is answered. */
    Step ordered(EntityInput.RequestRebuild wanted, ClusterFacts facts) {
        if (phase != Phase.ANNOUNCING && phase != Phase.ACTIVE && phase != Phase.BEHIND) {
            return Step.refuse(wanted.request(), ErrorCode.UNAVAILABLE, trouble);
        }
        CatalogueEvent.FoundBehind order = new CatalogueEvent.FoundBehind(
                facts.nowMillis(), "%s has asked for it".formatted(wanted.by()), wanted.by(), wanted.incomplete());
        Step step = phase == Phase.BEHIND ? Step.persist(order) : behind(order, 0, facts);
        return step.and(new EntityOutput.Reply(wanted.request(), new EntityReply.RebuildBegun()));
    }

    /** What makes the catalogue is complete with these events: it is opened again. */
    Step rebuilt(List<CatalogueEvent> lastEvents, ClusterFacts facts) {
        phase = Phase.ANNOUNCING;
        trouble = "the repository is being opened after its catalogue was rebuilt";
        return activate(catalogue.epoch() + 1, facts).prepend(lastEvents);
    }

    Step stop(String why) {
        phase = Phase.STOPPED;
        trouble = why;
        return Step.of(new EntityOutput.Stop(why));
    }

    /** A node has another disk than the one to which this activation was announced. */
    void disowned(NodeId node) {
        announced.remove(node);
        rebuilds.forget(node);
        assurance.forget(node);
    }

    /**
     * At each tick: tells the nodes that do not know yet, and asks again what was not answered. Who has gone may come back with
     * another disk, and is told again.
     */
    Step tick(ClusterFacts facts) {
        List.copyOf(announced).stream()
                .filter(node -> !facts.up().contains(node))
                .forEach(this::disowned);
        if (phase == Phase.DOUBTING) {
            return Step.of(new EntityOutput.ReadHead(doubt, catalogue.journalRevision()));
        }
        if (phase != Phase.ANNOUNCING && phase != Phase.ACTIVE && phase != Phase.BEHIND) {
            return Step.nothing();
        }
        Step step = Step.nothing();
        for (Placement.Candidate candidate : facts.storage()) {
            if (!announced.contains(candidate.node()) && facts.up().contains(candidate.node())) {
                step = step.and(announce(candidate.node(), catalogue.epoch()));
            }
        }
        return step;
    }
}

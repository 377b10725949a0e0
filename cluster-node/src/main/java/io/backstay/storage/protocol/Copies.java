package io.backstay.storage.protocol;

import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What became of copies that were made or read through on the entity's word. Confined to one thread. */
final class Copies {
    private record Verifying(ObjectKey key, NodeId node) {}

    private final Catalogue catalogue;
    private final Removals removals;
    private final Repairs repairs;
    private final Writes writes;
    private final LostLocks lost = new LostLocks();
    private final Set<Verifying> verifying = new HashSet<>();

    Copies(Catalogue catalogue, Removals removals, Repairs repairs, Writes writes) {
        this.catalogue = catalogue;
        this.removals = removals;
        this.repairs = repairs;
        this.writes = writes;
    }

    /** A copy was made: it counts, if its object is still the one that it was made of. */
    Step made(EntityInput.Copied copied, boolean active, ClusterFacts facts) {
        boolean expected = repairs.ended(copied.key(), copied.node(), copied.epoch());
        boolean same = active
                && expected
                && copied.epoch() == catalogue.epoch()
                && catalogue
                        .find(copied.key())
                        .filter(record -> record.revision() == copied.recordRevision())
                        .isPresent();
        return same && !removals.owes(copied.node(), copied.key())
                ? new Step(
                        List.of(new CatalogueEvent.ReplicasAdded(
                                facts.nowMillis(), copied.node(), List.of(copied.key()))),
                        List.of())
                : Step.nothing();
    }

    /** A copy could not be made: its source may be to blame. */
    Step failed(EntityInput.CopyFailed failed) {
        repairs.ended(failed.key(), failed.to(), failed.epoch());
        return verify(failed.key(), failed.from(), failed.recordRevision());
    }

    /** Has a node read its copy through, if that copy counts and is not being read already. */
    Step verify(ObjectKey key, NodeId node, long recordRevision) {
        boolean holds = catalogue
                .find(key)
                .filter(record ->
                        record.revision() == recordRevision && record.holders().contains(node))
                .isPresent();
        return holds && verifying.add(new Verifying(key, node))
                ? Step.of(new EntityOutput.Verify(key, node, recordRevision))
                : Step.nothing();
    }

    /** Whether no copy is being read. */
    boolean verifyingNothing() {
        return verifying.isEmpty();
    }

    /** A bad copy counts no more, unless it is the last one: what is left of that may be all there is. */
    Step verified(EntityInput.Verified verified, boolean active, ClusterFacts facts) {
        ObjectKey key = verified.key();
        boolean expected = verifying.remove(new Verifying(key, verified.node()));
        Optional<ObjectRecord> record =
                catalogue.find(key).filter(current -> current.revision() == verified.recordRevision());
        if (!active || !expected || record.isEmpty()) {
            lost.giveUp(key);
            return Step.nothing();
        }
        Set<NodeId> holders = record.get().holders();
        boolean lastIsMissing = verified.copy() == EntityInput.Copy.MISSING && holders.equals(Set.of(verified.node()));
        Step step = lastIsMissing ? search(verified, facts) : Step.nothing();
        if (lost.gone(verified, facts) && !repairs.copying(key)) {
            return Step.persist(writes.deleted(key, "<no copy>", facts));
        }
        if (verified.copy() == EntityInput.Copy.GOOD) {
            repairs.good(key);
            return Step.nothing();
        }
        if (!holders.contains(verified.node())) {
            return Step.nothing();
        }
        if (holders.size() > 1) {
            return Step.persist(
                    new CatalogueEvent.ReplicasDropped(facts.nowMillis(), verified.node(), List.of(key), "damaged"));
        }
        repairs.beyondRepair(key);
        return step;
    }

    private Step search(EntityInput.Verified verified, ClusterFacts facts) {
        Step step = Step.nothing();
        for (NodeId node : lost.begin(verified, facts)) {
            if (verifying.add(new Verifying(verified.key(), node))) {
                step = step.and(new EntityOutput.Verify(verified.key(), node, verified.recordRevision()));
            }
        }
        return step;
    }

    /** A copy could not be read through; nothing is known of it. */
    Step unverified(EntityInput.VerifyFailed failed) {
        verifying.remove(new Verifying(failed.key(), failed.node()));
        lost.giveUp(failed.key());
        return Step.nothing();
    }
}

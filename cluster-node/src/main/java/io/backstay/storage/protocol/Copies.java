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
    private final Set<Verifying> verifying = new HashSet<>();

    Copies(Catalogue catalogue, Removals removals, Repairs repairs) {
        this.catalogue = catalogue;
        this.removals = removals;
        this.repairs = repairs;
    }

    /** A copy was made: it counts, if its object is still the one that it was made of. */
    Step made(EntityInput.Copied copied, boolean active, ClusterFacts facts) {
        repairs.ended(copied.key(), copied.node());
        boolean same = active
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
        repairs.ended(failed.key(), failed.to());
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

    /** A bad copy counts no more, unless it is the last one. */
    Step verified(EntityInput.Verified verified, boolean active, ClusterFacts facts) {
        verifying.remove(new Verifying(verified.key(), verified.node()));
        Optional<ObjectRecord> record = catalogue.find(verified.key());
        boolean drop = !verified.good()
                && active
                && record.filter(current -> current.revision() == verified.recordRevision()
                                && current.holders().contains(verified.node())
                                && current.holders().size() > 1)
                        .isPresent();
        return drop
                ? new Step(
                        List.of(new CatalogueEvent.ReplicasDropped(
                                facts.nowMillis(), verified.node(), List.of(verified.key()), "damaged")),
                        List.of())
                : Step.nothing();
    }

    /** A copy could not be read through; nothing is known of it. */
    Step unverified(EntityInput.VerifyFailed failed) {
        verifying.remove(new Verifying(failed.key(), failed.node()));
        return Step.nothing();
    }
}

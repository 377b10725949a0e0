package io.backstay.storage.protocol;

import io.backstay.model.NodeId;
import io.backstay.storage.protocol.NodeRules.Told;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The way of an activation whose journal is behind the disks: every disk is fenced by a new epoch, then read, then the
 * catalogue is made anew, part by part. It waits for all storage nodes for a while, and then goes on where those that answer have all
 * that was promised ({@link Told#complete}), or an admin takes what is missed. Confined to one thread.
 */
final class Rebuilds {
    /** Who asked, where nobody did. */
    static final String BY_ITSELF = "<rebuild>";

    /** Events of one write to the journal, of up to {@link DiskFindings#BATCH} objects each. */
    static final int EVENTS_AT_ONCE = 10;

    private final Catalogue catalogue;
    private final long patienceMillis;
    private final Map<NodeId, Told> fenced = new HashMap<>();
    private final ArrayDeque<List<CatalogueEvent>> parts = new ArrayDeque<>();
    private long sinceMillis;
    private long highestStamp;

    /** @param patienceMillis how long silent nodes are waited for though the others would do */
    Rebuilds(Catalogue catalogue, long patienceMillis) {
        this.catalogue = catalogue;
        this.patienceMillis = patienceMillis;
    }

    /** The journal was found to be behind. */
    void begin(long nowMillis) {
        sinceMillis = nowMillis;
        highestStamp = 0;
    }

    /** A new epoch begins: what was read in an earlier one counts no more. */
    void drop() {
        fenced.clear();
        parts.clear();
    }

    /** A fenced disk has told what it has seen. */
    void seen(EntityInput.Announced answer) {
        highestStamp = Math.max(highestStamp, answer.stamp());
        fenced.put(answer.node(), answer.told());
    }

    void forget(NodeId node) {
        fenced.remove(node);
    }

    /** The reading of the disks, where it may begin now. */
    Optional<EntityOutput> reading(ClusterFacts facts) {
        Set<NodeId> nodes = new HashSet<>();
        facts.storage().forEach(candidate -> nodes.add(candidate.node()));
        int all = nodes.size();
        nodes.retainAll(fenced.keySet());
        boolean waitedLong = facts.nowMillis() - sinceMillis >= patienceMillis;
        boolean enough = nodes.size() == all || waitedLong && enough(nodes, facts);
        return enough && !nodes.isEmpty() && parts.isEmpty()
                ? Optional.of(new EntityOutput.TakeInventories(catalogue.epoch(), nodes))
                : Optional.empty();
    }

    /** Whether a rebuild from these disks misses nothing that was promised; or an admin takes what is missed. */
    boolean enough(Set<NodeId> asked, ClusterFacts facts) {
        List<Told> answers = new ArrayList<>();
        for (Placement.Candidate candidate : facts.storage()) {
            if (asked.contains(candidate.node())) {
                Optional.ofNullable(fenced.get(candidate.node())).ifPresent(answers::add);
            }
        }
        boolean incomplete =
                catalogue.behind().map(CatalogueEvent.FoundBehind::incomplete).orElse(false);
        return incomplete
                || Told.complete(
                        facts.storage().size(), answers, facts.replication().quorum());
    }

    /** Takes over what was read. */
    void make(DiskFindings findings, ClusterFacts facts) {
        String by = catalogue.behind().map(CatalogueEvent.FoundBehind::by).orElse(BY_ITSELF);
        List<CatalogueEvent> events = findings.events(catalogue, highestStamp, by, facts);
        for (int from = 0; from < events.size(); from += EVENTS_AT_ONCE) {
            parts.add(List.copyOf(events.subList(from, Math.min(events.size(), from + EVENTS_AT_ONCE))));
        }
    }

    /** Whether something is still to be written. */
    boolean writing() {
        return !parts.isEmpty();
    }

    /** The next events for the journal; there are some while {@link #writing}. */
    List<CatalogueEvent> nextPart() {
        return Objects.requireNonNull(parts.poll());
    }
}

package io.backstay.storage.protocol;

import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds objects that are short of copies or have too many, and plans what mends them. A node that is down counts as a holder
 * until the grace period is over. Confined to one thread.
 */
final class Repairs {
    /** Copies of one repository that are made at once. */
    static final int MOST_AT_ONCE = 4;

    private record CopyKey(ObjectKey key, NodeId to, long epoch) {}

    /** What the last scan was made for: another scan is due when it differs. */
    private record Scanned(
            Set<NodeId> storage,
            Set<NodeId> present,
            Set<NodeId> up,
            Set<NodeId> writable,
            Set<NodeId> announced,
            int replicas) {}

    private final Catalogue catalogue;
    private final Removals removals;
    private final long graceMillis;
    private final Map<NodeId, Long> downSince = new HashMap<>();
    private final Set<ObjectKey> due = new LinkedHashSet<>();
    private final Set<ObjectKey> blocked = new LinkedHashSet<>();
    private final Set<ObjectKey> lost = new HashSet<>();
    private final Set<CopyKey> inFlight = new HashSet<>();
    private Optional<Scanned> scanned = Optional.empty();

    Repairs(Catalogue catalogue, Removals removals, long graceMillis) {
        this.catalogue = catalogue;
        this.removals = removals;
        this.graceMillis = graceMillis;
    }

    /** An object has changed in a way that may need repair. */
    void look(ObjectKey key) {
        blocked.remove(key);
        lost.remove(key);
        due.add(key);
    }

    /** The last copy is bad: nothing can be made of it until it is good again, or the cluster changes. */
    void beyondRepair(ObjectKey key) {
        lost.add(key);
        due.remove(key);
    }

    /** A copy has turned out good. */
    void good(ObjectKey key) {
        if (lost.remove(key)) {
            due.add(key);
        }
    }

    boolean copying(ObjectKey key) {
        return inFlight.stream().anyMatch(copy -> copy.key().equals(key));
    }

    /** Whether this very copy was under way; its object is looked at again. */
    boolean ended(ObjectKey key, NodeId to, long epoch) {
        due.add(key);
        return inFlight.remove(new CopyKey(key, to, epoch));
    }

    /** Objects that wait for a look, for room, or for a copy under way. */
    int backlog() {
        return due.size() + blocked.size() + inFlight.size();
    }

    /** Plans within the limits; keys that nothing can be done for at this moment are looked at again at the next change. */
    Step plan(Set<NodeId> announced, ClusterFacts facts) {
        Set<NodeId> present = present(facts);
        scanIfChanged(present, announced, facts);
        Step step = Step.nothing();
        Map<NodeId, List<ObjectKey>> surplus = new HashMap<>();
        var each = due.iterator();
        while (each.hasNext() && inFlight.size() < MOST_AT_ONCE) {
            ObjectKey key = each.next();
            each.remove();
            Optional<ObjectRecord> record = catalogue.find(key);
            if (record.isPresent() && !lost.contains(key)) {
                step = step.and(planOne(key, record.get(), present, announced, facts, surplus));
            }
        }
        List<CatalogueEvent> drops = new ArrayList<>();
        surplus.forEach((node, keys) ->
                drops.add(new CatalogueEvent.ReplicasDropped(facts.nowMillis(), node, keys, "surplus")));
        return step.and(new Step(drops, List.of()));
    }

    private Step planOne(
            ObjectKey key,
            ObjectRecord record,
            Set<NodeId> present,
            Set<NodeId> announced,
            ClusterFacts facts,
            Map<NodeId, List<ObjectKey>> surplus) {
        int replicas = facts.replication().replicas();
        List<NodeId> counted =
                record.holders().stream().filter(present::contains).toList();
        List<NodeId> readable =
                counted.stream().filter(facts.up()::contains).sorted().toList();
        if (counted.size() > replicas && readable.size() > facts.replication().quorum()) {
            dropOne(key, readable, facts, surplus);
        } else if (counted.size() < replicas && readable.isEmpty()) {
            blocked.add(key);
        } else if (counted.size() < replicas) {
            return copies(key, record, readable, replicas - counted.size(), announced, facts);
        }
        return Step.nothing();
    }

    private void dropOne(
            ObjectKey key, List<NodeId> readable, ClusterFacts facts, Map<NodeId, List<ObjectKey>> surplus) {
        List<Placement.Candidate> candidates = facts.storage().stream()
                .filter(candidate -> readable.contains(candidate.node()))
                .toList();
        List<NodeId> bestFirst = Placement.choose(catalogue.repository(), key, candidates, candidates.size());
        surplus.computeIfAbsent(bestFirst.getLast(), any -> new ArrayList<>()).add(key);
    }

    private Step copies(
            ObjectKey key,
            ObjectRecord record,
            List<NodeId> readable,
            int missing,
            Set<NodeId> announced,
            ClusterFacts facts) {
        Set<NodeId> busy = new HashSet<>();
        inFlight.forEach(copy -> {
            if (copy.key().equals(key)) {
                busy.add(copy.to());
            }
        });
        List<Placement.Candidate> candidates = facts.storage().stream()
                .filter(candidate -> !record.holders().contains(candidate.node()))
                .filter(candidate -> facts.up().contains(candidate.node()))
                .filter(candidate -> facts.writable().contains(candidate.node()))
                .filter(candidate -> announced.contains(candidate.node()))
                .filter(candidate -> !busy.contains(candidate.node()))
                .filter(candidate -> !removals.owes(candidate.node(), key))
                .toList();
        List<NodeId> targets =
                Placement.choose(catalogue.repository(), key, candidates, Math.max(0, missing - busy.size()));
        if (targets.size() + busy.size() < missing) {
            blocked.add(key);
        }
        Step step = Step.nothing();
        int turn = 0;
        for (NodeId to : targets) {
            inFlight.add(new CopyKey(key, to, catalogue.epoch()));
            NodeId from = readable.get((int) Math.floorMod(key.name().a() + turn++, (long) readable.size()));
            step = step.and(new EntityOutput.Copy(
                    key,
                    from,
                    to,
                    record.sizeBytes(),
                    record.sha256(),
                    catalogue.epoch(),
                    catalogue.revision(),
                    record.revision()));
        }
        return step;
    }

    /** The nodes of S that are up, or down for less than the grace period. */
    private Set<NodeId> present(ClusterFacts facts) {
        Set<NodeId> present = new HashSet<>();
        for (Placement.Candidate candidate : facts.storage()) {
            NodeId node = candidate.node();
            if (facts.up().contains(node)) {
                downSince.remove(node);
                present.add(node);
            } else if (facts.nowMillis() - downSince.computeIfAbsent(node, any -> facts.nowMillis()) < graceMillis) {
                present.add(node);
            }
        }
        return present;
    }

    private void scanIfChanged(Set<NodeId> present, Set<NodeId> announced, ClusterFacts facts) {
        Set<NodeId> storage = new HashSet<>();
        facts.storage().forEach(candidate -> storage.add(candidate.node()));
        int replicas = facts.replication().replicas();
        Scanned now = new Scanned(storage, present, facts.up(), facts.writable(), Set.copyOf(announced), replicas);
        if (scanned.filter(now::equals).isPresent()) {
            return;
        }
        scanned = Optional.of(now);
        blocked.clear();
        lost.clear();
        Map<Set<NodeId>, Boolean> wanting = new HashMap<>();
        for (ObjectType type : ObjectType.values()) {
            catalogue.forEach(type, (key, record) -> {
                boolean look = wanting.computeIfAbsent(
                        record.holders(),
                        holders -> holders.stream().filter(present::contains).count() != replicas);
                if (look) {
                    due.add(key);
                }
            });
        }
    }

    /** A node has paid what it owed: what could not be placed may find room now. */
    void unblock() {
        due.addAll(blocked);
        blocked.clear();
    }

    /** Has the next plan look at everything again. */
    void rescan() {
        scanned = Optional.empty();
    }
}

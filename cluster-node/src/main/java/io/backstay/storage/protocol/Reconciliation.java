package io.backstay.storage.protocol;

import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Compares what disks hold with what the catalogue says: takes in copies that no record counts, and adopts or sweeps files that no record knows.
 */
final class Reconciliation {
    private final Catalogue catalogue;
    private final long quarantineMillis;

    Reconciliation(Catalogue catalogue, long quarantineMillis) {
        this.catalogue = catalogue;
        this.quarantineMillis = quarantineMillis;
    }

    sealed interface Verdict {}

    record Keep() implements Verdict {}

    /** The catalogue has to learn something. */
    record Amend(List<CatalogueEvent> events) implements Verdict {}

    /** Nobody needs the file: delete the key, so that every node removes it. */
    record Sweep() implements Verdict {}

    Verdict decide(EntityInput.Found found, Removals removals, ClusterFacts facts) {
        Map<NodeId, EntityInput.FileInfo> files = new HashMap<>();
        found.files().forEach((node, state) -> {
            if (!removals.owes(node, found.key())) {
                state.file().ifPresent(file -> files.put(node, file));
            }
        });
        Optional<ObjectRecord> record = catalogue.find(found.key());
        return record.isPresent() ? known(found, record.get(), files, facts) : unknown(found, files, facts);
    }

    /**
     * Copies that nobody counts: good ones are taken in, others go when their time is over. Counted ones that are missing are
     * verified before they are dropped, and not here.
     */
    private Verdict known(
            EntityInput.Found found, ObjectRecord record, Map<NodeId, EntityInput.FileInfo> files, ClusterFacts facts) {
        List<CatalogueEvent> events = new ArrayList<>();
        long marker = newestMarker(found.files());
        files.forEach((node, file) -> {
            if (record.holders().contains(node) || !facts.stores(node)) {
                return;
            }
            boolean late = file.revision() < marker;
            if (!late && file.verified() && file.sha256().equals(record.sha256())) {
                events.add(new CatalogueEvent.ReplicasAdded(facts.nowMillis(), node, List.of(found.key())));
            } else if (late || quarantined(file, facts)) {
                events.add(useless(found.key(), node, facts));
            }
        });
        return events.isEmpty() ? new Keep() : new Amend(events);
    }

    private Verdict unknown(EntityInput.Found found, Map<NodeId, EntityInput.FileInfo> files, ClusterFacts facts) {
        if (files.isEmpty()) {
            return new Keep();
        }
        Map<NodeId, EntityInput.FileInfo> current = notRemoved(files, newestMarker(found.files()));
        if (current.isEmpty()) {
            return new Sweep();
        }
        Optional<Map.Entry<Sha256, Set<NodeId>>> whole = newestContent(current);
        if (adoptable(found.key().type(), current.values(), facts)
                && whole.isPresent()
                && (found.key().type() == ObjectType.LOCKS
                        || whole.get().getValue().size() >= facts.replication().quorum())) {
            EntityInput.FileInfo file = anyOf(current, whole.get());
            return new Amend(List.of(new CatalogueEvent.ObjectStored(
                    facts.nowMillis(),
                    found.key(),
                    file.sizeBytes(),
                    file.sha256(),
                    whole.get().getValue(),
                    "<adopted>")));
        }
        return files.values().stream().allMatch(file -> quarantined(file, facts)) ? new Sweep() : new Keep();
    }

    /**
     * Nobody was promised a file that no record knows. A lock that comes back would lock people out, but a door may have accepted
     * a young one while nobody could decide, and its holder may still be at work, on however few disks it is found. A {@code
     * config} may
     * still be replaced by an upload that was given up, which its name would not show.
     */
    private static boolean adoptable(ObjectType type, Collection<EntityInput.FileInfo> current, ClusterFacts facts) {
        return switch (type) {
            case CONFIG -> false;
            case LOCKS ->
                current.stream()
                        .allMatch(file -> facts.nowMillis() - file.writtenAtMillis() < LockChecks.LOCK_IS_STALE_MILLIS);
            case KEYS, SNAPSHOTS, INDEX, DATA -> true;
        };
    }

    /** The node owes the removal of a copy that does not count. */
    private static CatalogueEvent useless(ObjectKey key, NodeId node, ClusterFacts facts) {
        return new CatalogueEvent.ReplicasDropped(facts.nowMillis(), node, List.of(key), "useless");
    }

    /** Whether the file has waited long enough for somebody to know it. */
    private boolean quarantined(EntityInput.FileInfo file, ClusterFacts facts) {
        return facts.nowMillis() - file.writtenAtMillis() >= quarantineMillis;
    }

    static long newestMarker(Map<NodeId, EntityInput.FileState> states) {
        return states.values().stream()
                .mapToLong(EntityInput.FileState::removedRevision)
                .max()
                .orElse(0);
    }

    /**
     * The files that were written after the newest removal. An earlier one is on a disk that never heard of the removal: even
     * if its content is right again, the next rebuild would pass it for deleted.
     */
    static Map<NodeId, EntityInput.FileInfo> notRemoved(Map<NodeId, EntityInput.FileInfo> files, long newestMarker) {
        Map<NodeId, EntityInput.FileInfo> current = new HashMap<>(files);
        current.values().removeIf(file -> file.revision() < newestMarker);
        return current;
    }

    /** The verified content of the highest revision, with the nodes that hold it. */
    static Optional<Map.Entry<Sha256, Set<NodeId>>> newestContent(Map<NodeId, EntityInput.FileInfo> files) {
        Map<Sha256, Set<NodeId>> holders = new HashMap<>();
        Map<Sha256, Long> newest = new HashMap<>();
        files.forEach((node, file) -> {
            if (file.verified()) {
                holders.computeIfAbsent(file.sha256(), any -> new HashSet<>()).add(node);
                newest.merge(file.sha256(), file.revision(), Math::max);
            }
        });
        return holders.entrySet().stream()
                .max(Comparator.comparing(
                                (Map.Entry<Sha256, Set<NodeId>> entry) -> newest.getOrDefault(entry.getKey(), 0L))
                        .thenComparing(Map.Entry::getKey));
    }

    static EntityInput.FileInfo anyOf(Map<NodeId, EntityInput.FileInfo> files, Map.Entry<Sha256, Set<NodeId>> content) {
        return Objects.requireNonNull(files.get(content.getValue().iterator().next()));
    }
}

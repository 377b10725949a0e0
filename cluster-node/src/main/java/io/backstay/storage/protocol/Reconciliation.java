package io.backstay.storage.protocol;

import io.backstay.model.NodeId;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Compares what disks hold with what the catalogue says: takes in copies that no record counts, drops records of copies that
 * are gone, adopts or sweeps files that no record knows, and rebuilds a catalogue whose journal was lost.
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
        return record.isPresent() ? known(found, record.get(), files, removals, facts) : unknown(found, files, facts);
    }

    private Verdict known(
            EntityInput.Found found,
            ObjectRecord record,
            Map<NodeId, EntityInput.FileInfo> files,
            Removals removals,
            ClusterFacts facts) {
        List<CatalogueEvent> events = new ArrayList<>();
        Set<NodeId> left = new HashSet<>(record.holders());
        files.forEach((node, file) -> {
            if (!record.holders().contains(node)
                    && facts.stores(node)
                    && file.verified()
                    && file.sha256().equals(record.sha256())) {
                events.add(new CatalogueEvent.ReplicasAdded(facts.nowMillis(), node, List.of(found.key())));
                left.add(node);
            }
        });
        for (NodeId node : record.holders()) {
            boolean gone =
                    found.asked().contains(node) && !files.containsKey(node) && !removals.owes(node, found.key());
            if (gone && left.size() > 1) {
                left.remove(node);
                events.add(
                        new CatalogueEvent.ReplicasDropped(facts.nowMillis(), node, List.of(found.key()), "missing"));
            }
        }
        return events.isEmpty() ? new Keep() : new Amend(events);
    }

    private Verdict unknown(EntityInput.Found found, Map<NodeId, EntityInput.FileInfo> files, ClusterFacts facts) {
        if (files.isEmpty()) {
            return new Keep();
        }
        long newestFile = files.values().stream()
                .mapToLong(EntityInput.FileInfo::revision)
                .max()
                .orElse(0);
        if (newestMarker(found.files()) > newestFile) {
            return new Sweep();
        }
        Optional<Map.Entry<Sha256, Set<NodeId>>> whole = newestContent(files);
        if (found.key().type() != ObjectType.LOCKS
                && whole.isPresent()
                && whole.get().getValue().size() >= facts.replication().quorum()) {
            EntityInput.FileInfo file = anyOf(files, whole.get());
            return new Amend(List.of(new CatalogueEvent.ObjectStored(
                    facts.nowMillis(),
                    found.key(),
                    file.sizeBytes(),
                    file.sha256(),
                    whole.get().getValue(),
                    "<adopted>")));
        }
        boolean old = files.values().stream()
                .allMatch(file -> facts.nowMillis() - file.writtenAtMillis() >= quarantineMillis);
        return old ? new Sweep() : new Keep();
    }

    private static long newestMarker(Map<NodeId, EntityInput.FileState> states) {
        return states.values().stream()
                .mapToLong(EntityInput.FileState::removedRevision)
                .max()
                .orElse(0);
    }

    /** The verified content of the highest revision, with the nodes that hold it. */
    private static Optional<Map.Entry<Sha256, Set<NodeId>>> newestContent(Map<NodeId, EntityInput.FileInfo> files) {
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

    /** The events that make the catalogue what the disks say: the union of their files less newer markers. */
    List<CatalogueEvent> rebuild(EntityInput.Rebuild rebuild, ClusterFacts facts) {
        List<CatalogueEvent> events = new ArrayList<>();
        Set<NodeId> storage = new HashSet<>();
        facts.storage().forEach(candidate -> storage.add(candidate.node()));
        events.add(new CatalogueEvent.Rebuilt(
                facts.nowMillis(),
                rebuild.files().size(),
                Math.max(rebuild.highestStamp(), catalogue.revision()) + 1,
                rebuild.by()));
        rebuild.files().forEach((key, states) -> {
            Map<NodeId, EntityInput.FileInfo> files = new HashMap<>();
            states.forEach((node, state) -> state.file().ifPresent(file -> files.put(node, file)));
            long marker = newestMarker(states);
            Optional<Map.Entry<Sha256, Set<NodeId>>> content = newestContent(files);
            boolean exists = content.isPresent()
                    && content.get().getValue().stream()
                                    .mapToLong(node -> revision(files, node))
                                    .max()
                                    .orElse(0)
                            >= marker;
            if (exists) {
                EntityInput.FileInfo file = anyOf(files, content.get());
                events.add(new CatalogueEvent.ObjectStored(
                        facts.nowMillis(),
                        key,
                        file.sizeBytes(),
                        file.sha256(),
                        content.get().getValue(),
                        rebuild.by()));
            } else if (!files.isEmpty() || catalogue.find(key).isPresent()) {
                events.add(new CatalogueEvent.ObjectDeleted(facts.nowMillis(), key, storage, rebuild.by()));
            }
        });
        for (ObjectType type : ObjectType.values()) {
            catalogue.forEach(type, (key, record) -> {
                if (!rebuild.files().containsKey(key)) {
                    events.add(new CatalogueEvent.ObjectDeleted(facts.nowMillis(), key, storage, rebuild.by()));
                }
            });
        }
        return events;
    }

    private static long revision(Map<NodeId, EntityInput.FileInfo> files, NodeId node) {
        EntityInput.FileInfo file = files.get(node);
        return file == null ? 0 : file.revision();
    }

    private static EntityInput.FileInfo anyOf(
            Map<NodeId, EntityInput.FileInfo> files, Map.Entry<Sha256, Set<NodeId>> content) {
        return Objects.requireNonNull(files.get(content.getValue().iterator().next()));
    }
}

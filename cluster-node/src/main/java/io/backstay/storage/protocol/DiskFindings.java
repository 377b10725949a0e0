package io.backstay.storage.protocol;

import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.storage.protocol.CatalogueEvent.RestoredObject;
import io.backstay.storage.protocol.EntityInput.FileInfo;
import io.backstay.storage.protocol.EntityInput.FileState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a rebuild makes of the disks, key by key: the union of their files less newer markers. Holds about a hundred bytes an
 * object. Filled on one thread, then handed over.
 */
public final class DiskFindings {
    /** Objects, or keys, in one event. */
    static final int BATCH = 1_000;

    private final Map<Set<NodeId>, List<RestoredObject>> restored = new HashMap<>();
    private final Set<ObjectKey> restoredKeys = new HashSet<>();
    private final Set<ObjectKey> damagedKeys = new HashSet<>();
    private final Map<NodeId, List<ObjectKey>> useless = new TreeMap<>();
    private final List<ObjectKey> removed = new ArrayList<>();
    private long highestRevision;

    /**
     * Takes in what the asked disks hold of a key, each key once.
     *
     * @param states files that count as {@code verified} are what name or sidecar say, as far as is known
     */
    public void take(ObjectKey key, Map<NodeId, FileState> states) {
        Map<NodeId, FileInfo> files = new HashMap<>();
        states.forEach((node, state) -> {
            state.file().ifPresent(file -> files.put(node, file));
            long revision = state.file().map(FileInfo::revision).orElse(0L);
            highestRevision = Math.max(highestRevision, Math.max(revision, state.removedRevision()));
        });
        Map<NodeId, FileInfo> current = Reconciliation.notRemoved(files, Reconciliation.newestMarker(states));
        Optional<Map.Entry<Sha256, Set<NodeId>>> content = Reconciliation.newestContent(current);
        if (content.isPresent()) {
            Set<NodeId> holders = content.get().getValue();
            FileInfo file = Reconciliation.anyOf(files, content.get());
            restoredKeys.add(key);
            restored.computeIfAbsent(Set.copyOf(holders), any -> new ArrayList<>())
                    .add(new RestoredObject(key, file.sizeBytes(), file.sha256()));
            files.keySet().stream()
                    .filter(node -> !holders.contains(node))
                    .forEach(node -> useless.computeIfAbsent(node, any -> new ArrayList<>())
                            .add(key));
        } else if (!current.isEmpty()) {
            // Nobody has removed it: what is left of it stays, for whoever can still make something of it.
            damagedKeys.add(key);
        } else if (!files.isEmpty()) {
            removed.add(key);
        }
    }

    /** How many objects there are. */
    public int objects() {
        return restoredKeys.size();
    }

    /**
     * The events that make the catalogue what the disks say. Each may be the last for a while: what is not said yet is found
     * again by the next rebuild.
     *
     * @param highestStamp the highest revision that any of the disks has seen
     */
    List<CatalogueEvent> events(Catalogue catalogue, long highestStamp, String by, ClusterFacts facts) {
        long floor = Math.max(Math.max(highestStamp, highestRevision), catalogue.revision()) + 1;
        long now = facts.nowMillis();
        List<CatalogueEvent> events = new ArrayList<>();
        events.add(new CatalogueEvent.RebuildBegun(now, floor));
        restored.entrySet().stream()
                .sorted(Comparator.comparing(
                        entry -> entry.getValue().getFirst().key()))
                .forEach(entry -> batches(entry.getValue())
                        .forEach(objects ->
                                events.add(new CatalogueEvent.ObjectsRestored(now, entry.getKey(), objects, by))));
        useless.forEach((node, keys) -> batches(keys)
                .forEach(batch -> events.add(new CatalogueEvent.ReplicasDropped(now, node, batch, "useless"))));
        Set<NodeId> storage = new HashSet<>();
        facts.storage().forEach(candidate -> storage.add(candidate.node()));
        Set<ObjectKey> gone = new HashSet<>(removed);
        for (ObjectType type : ObjectType.values()) {
            catalogue.forEach(type, (key, record) -> {
                if (!restoredKeys.contains(key) && !damagedKeys.contains(key)) {
                    gone.add(key);
                }
            });
        }
        for (NodeId debtor : catalogue.debtors()) {
            catalogue.debts(debtor).forEach((key, debt) -> {
                if (debt.deleted() && !restoredKeys.contains(key)) {
                    gone.add(key);
                }
            });
        }
        batches(gone.stream().sorted().toList())
                .forEach(keys -> events.add(new CatalogueEvent.ObjectsDeleted(now, keys, storage, by)));
        events.add(new CatalogueEvent.Rebuilt(now, objects(), by));
        return events;
    }

    private static <T> List<List<T>> batches(List<T> all) {
        List<List<T>> batches = new ArrayList<>();
        for (int from = 0; from < all.size(); from += BATCH) {
            batches.add(all.subList(from, Math.min(all.size(), from + BATCH)));
        }
        return batches;
    }
}

package io.backstay.storage.protocol;

import io.backstay.model.ObjectKey;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Notes which keys change while a sweep runs. Its inventories are older than its word: what it saw may have been deleted,
 * stored anew or moved meanwhile, and taking it for true would count copies that are gone. Confined to one thread.
 */
final class SweepWatch {
    private static final long NONE = 0;

    private final Set<ObjectKey> changed = new HashSet<>();
    private long running = NONE;

    /** A sweep begins; an earlier one that did not end counts no more. */
    void begin(long sweep) {
        changed.clear();
        running = sweep;
    }

    void end(long sweep) {
        if (running == sweep) {
            running = NONE;
            changed.clear();
        }
    }

    void happened(CatalogueEvent event) {
        if (running == NONE) {
            return;
        }
        switch (event) {
            case CatalogueEvent.ObjectStored stored -> changed.add(stored.key());
            case CatalogueEvent.ObjectDeleted deleted -> changed.add(deleted.key());
            case CatalogueEvent.ObjectsDeleted deleted -> changed.addAll(deleted.keys());
            case CatalogueEvent.ReplicasAdded added -> changed.addAll(added.keys());
            case CatalogueEvent.ReplicasDropped dropped -> changed.addAll(dropped.keys());
            case CatalogueEvent.FoundBehind found -> end(running);
            case CatalogueEvent.RebuildBegun begun -> {}
            case CatalogueEvent.Rebuilt rebuilt -> {}
            case CatalogueEvent.ObjectsRestored restored -> {}
            case CatalogueEvent.Activated activated -> {}
            case CatalogueEvent.RemovalsPaid paid -> {}
        }
    }

    /** A node has carried out removals: what a sweep saw there before is gone, and no debt tells of it any more. */
    void paid(Map<ObjectKey, Catalogue.Debt> oldestFirst, long throughRevision) {
        if (running == NONE) {
            return;
        }
        for (Map.Entry<ObjectKey, Catalogue.Debt> debt : oldestFirst.entrySet()) {
            if (debt.getValue().revision() > throughRevision) {
                return;
            }
            changed.add(debt.getKey());
        }
    }

    /** Whether nothing has happened to the key since the sweep began. */
    boolean upToDate(long sweep, ObjectKey key) {
        return running != NONE && sweep == running && !changed.contains(key);
    }
}

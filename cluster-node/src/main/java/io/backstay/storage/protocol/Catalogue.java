package io.backstay.storage.protocol;

import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.RepositoryId;
import io.backstay.model.Sha256;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * A repository's catalogue: which objects exist, where, since when, and which removals nodes still owe. Its journal is the
 * truth; {@link #apply} is total, so that any journal can be replayed. Mutable and confined to one thread, since a
 * repository may have a million objects.
 */
public final class Catalogue {
    /** The revision before the first change: whatever an entity decides on is later than {@link #OWNERLESS}. */
    private static final long FIRST_REVISION = 1;

    /** The revision of what no entity has decided on: the locks that doors write without one. */
    public static final long OWNERLESS = 0;

    private final Map<ObjectType, Map<Sha256, ObjectRecord>> objects = new EnumMap<>(ObjectType.class);
    private final Map<NodeId, LinkedHashMap<ObjectKey, Debt>> owed = new HashMap<>();
    private final Map<Set<NodeId>, Set<NodeId>> holderSets = new HashMap<>();
    private final Map<ObjectType, Long> bytes = new EnumMap<>(ObjectType.class);
    private final RepositoryId repository;
    private long journalRevision;
    private long offset = FIRST_REVISION;
    private long epoch;
    private Optional<CatalogueEvent.FoundBehind> behind = Optional.empty();
    private Optional<CatalogueEvent.Activated> lastActivation = Optional.empty();

    /**
     * A removal that a node owes.
     *
     * @param revision of the event that made it owe
     * @param deleted whether the object is gone, so that a marker must tell; otherwise only this copy counts no more
     */
    public record Debt(long revision, boolean deleted) {}

    /** An empty catalogue, before any event. */
    public Catalogue(RepositoryId repository) {
        this.repository = repository;
        for (ObjectType type : ObjectType.values()) {
            objects.put(type, new HashMap<>());
            bytes.put(type, 0L);
        }
    }

    /** Whose catalogue it is. */
    public RepositoryId repository() {
        return repository;
    }

    /** Takes in the next event of the journal. */
    public void apply(CatalogueEvent event) {
        journalRevision++;
        switch (event) {
            case CatalogueEvent.Activated activated -> {
                epoch = activated.epoch();
                offset--;
                lastActivation = Optional.of(activated);
            }
            case CatalogueEvent.ObjectStored stored ->
                stored(stored.key(), stored.sizeBytes(), stored.sha256(), stored.atMillis(), stored.holders());
            case CatalogueEvent.ObjectDeleted deleted -> deleted(deleted.key(), deleted.owing());
            case CatalogueEvent.ObjectsDeleted deleted -> deleted.keys().forEach(key -> deleted(key, deleted.owing()));
            case CatalogueEvent.RemovalsPaid paid -> paid(paid.node(), paid.throughRevision());
            case CatalogueEvent.ReplicasAdded added -> {
                for (ObjectKey key : added.keys()) {
                    changeHolders(key, added.node(), true);
                }
            }
            case CatalogueEvent.ReplicasDropped dropped -> {
                for (ObjectKey key : dropped.keys()) {
                    changeHolders(key, dropped.node(), false);
                    owe(dropped.node(), key, false);
                }
            }
            case CatalogueEvent.FoundBehind found -> {
                behind = Optional.of(found);
                offset--;
            }
            case CatalogueEvent.RebuildBegun begun -> offset = Math.max(offset, begun.floor() - journalRevision);
            case CatalogueEvent.Rebuilt rebuilt -> behind = Optional.empty();
            case CatalogueEvent.ObjectsRestored restored ->
                restored.objects().forEach(object -> restored(object, restored.atMillis(), restored.holders()));
        }
    }

    /** That it is there takes back its deletion, where one was recorded and no disk knows of it: nobody owes that any more. */
    private void restored(CatalogueEvent.RestoredObject object, long atMillis, Set<NodeId> holders) {
        for (NodeId debtor : List.copyOf(owed.keySet())) {
            forgive(debtor, object.key());
        }
        stored(object.key(), object.sizeBytes(), object.sha256(), atMillis, holders);
    }

    private void stored(ObjectKey key, long sizeBytes, Sha256 content, long atMillis, Set<NodeId> holders) {
        Sha256 sha256 = key.contentHash().orElse(content);
        put(key, new ObjectRecord(sizeBytes, sha256, atMillis, revision(), interned(holders)));
        for (NodeId holder : holders) {
            forgive(holder, key);
        }
    }

    private void deleted(ObjectKey key, Set<NodeId> owing) {
        remove(key);
        for (NodeId node : owing) {
            owe(node, key, true);
        }
    }

    private void owe(NodeId node, ObjectKey key, boolean deleted) {
        LinkedHashMap<ObjectKey, Debt> debts = owed.computeIfAbsent(node, any -> new LinkedHashMap<>());
        debts.remove(key);
        debts.put(key, new Debt(revision(), deleted));
    }

    private void paid(NodeId node, long throughRevision) {
        LinkedHashMap<ObjectKey, Debt> debts = owed.get(node);
        if (debts == null) {
            return;
        }
        var oldestFirst = debts.values().iterator();
        while (oldestFirst.hasNext() && oldestFirst.next().revision() <= throughRevision) {
            oldestFirst.remove();
        }
        if (debts.isEmpty()) {
            owed.remove(node);
        }
    }

    private void forgive(NodeId node, ObjectKey key) {
        LinkedHashMap<ObjectKey, Debt> debts = owed.get(node);
        if (debts != null && debts.remove(key) != null && debts.isEmpty()) {
            owed.remove(node);
        }
    }

    private void changeHolders(ObjectKey key, NodeId node, boolean add) {
        ObjectRecord record = ofType(key.type()).get(key.name());
        if (record == null || record.holders().contains(node) == add) {
            return;
        }
        Set<NodeId> holders = new TreeSet<>(record.holders());
        if (add) {
            holders.add(node);
            forgive(node, key);
        } else {
            holders.remove(node);
        }
        ofType(key.type())
                .put(
                        key.name(),
                        new ObjectRecord(
                                record.sizeBytes(),
                                record.sha256(),
                                record.storedAtMillis(),
                                record.revision(),
                                interned(holders)));
    }

    private void put(ObjectKey key, ObjectRecord record) {
        ObjectRecord before = ofType(key.type()).put(key.name(), record);
        bytes.merge(key.type(), record.sizeBytes() - (before == null ? 0 : before.sizeBytes()), Long::sum);
    }

    private void remove(ObjectKey key) {
        ObjectRecord before = ofType(key.type()).remove(key.name());
        if (before != null) {
            bytes.merge(key.type(), -before.sizeBytes(), Long::sum);
        }
    }

    private Set<NodeId> interned(Set<NodeId> holders) {
        return holderSets.computeIfAbsent(Set.copyOf(holders), same -> same);
    }

    /**
     * The number of the last change, raised above whatever a rebuild found on the disks: what tickets and removals carry, and
     * what storage nodes remember as their stamp. An activation is no change and has none: if it had, a journal that was set
     * back would catch up with the stamps by being opened often enough.
     */
    public long revision() {
        return journalRevision + offset;
    }

    /** The number of events in the journal, the journal's own sequence number. */
    public long journalRevision() {
        return journalRevision;
    }

    /** The revision less the journal's own number: what rebuilds added, less what is no change or was lost. */
    public long offset() {
        return offset;
    }

    /** That the journal was found to be behind the disks, where the catalogue was not rebuilt since. */
    public Optional<CatalogueEvent.FoundBehind> behind() {
        return behind;
    }

    /**
     * The journal goes on after this number although fewer events were read: those between are lost. The revision stays, and
     * the events that follow are numbered as the journal does.
     */
    void resumeAfterGap(long journalHead) {
        offset -= journalHead - journalRevision;
        journalRevision = journalHead;
    }

    /** The newest activation's number, 0 before the first. */
    public long epoch() {
        return epoch;
    }

    /** The newest activation. */
    public Optional<CatalogueEvent.Activated> lastActivation() {
        return lastActivation;
    }

    /** The object's record. */
    public Optional<ObjectRecord> find(ObjectKey key) {
        return Optional.ofNullable(ofType(key.type()).get(key.name()));
    }

    /** How many objects of the type there are. */
    public int count(ObjectType type) {
        return ofType(type).size();
    }

    /** Whether any object counts the node as a holder. */
    public boolean holds(NodeId node) {
        return objects.values().stream()
                .flatMap(ofType -> ofType.values().stream())
                .anyMatch(record -> record.holders().contains(node));
    }

    /** Bytes of all objects of the type, each counted once. */
    public long bytes(ObjectType type) {
        return bytes.getOrDefault(type, 0L);
    }

    /** Visits each object of a type, in no particular order; the visitor must not change the catalogue. */
    public void forEach(ObjectType type, BiConsumer<ObjectKey, ObjectRecord> visitor) {
        ofType(type).forEach((name, record) -> visitor.accept(new ObjectKey(type, name), record));
    }

    /** The removal of this key that the node owes; none where it owes none. */
    public Optional<Debt> owes(NodeId node, ObjectKey key) {
        LinkedHashMap<ObjectKey, Debt> debts = owed.get(node);
        return debts == null ? Optional.empty() : Optional.ofNullable(debts.get(key));
    }

    /** What the node owes, oldest first. */
    public Map<ObjectKey, Debt> debts(NodeId node) {
        LinkedHashMap<ObjectKey, Debt> debts = owed.get(node);
        return debts == null ? Map.of() : Collections.unmodifiableMap(debts);
    }

    /** The nodes that owe a removal. */
    public Set<NodeId> debtors() {
        return Collections.unmodifiableSet(owed.keySet());
    }

    /** Takes the place of all events up to a point, from a snapshot; see {@code storage.entity.CatalogueSnapshot}. */
    public void restore(
            long journalRevision,
            long offset,
            long epoch,
            Optional<CatalogueEvent.FoundBehind> behind,
            Optional<CatalogueEvent.Activated> lastActivation) {
        this.journalRevision = journalRevision;
        this.offset = offset;
        this.epoch = epoch;
        this.behind = behind;
        this.lastActivation = lastActivation;
    }

    /** Puts back one object from a snapshot. */
    public void restore(ObjectKey key, ObjectRecord record) {
        put(
                key,
                new ObjectRecord(
                        record.sizeBytes(),
                        key.contentHash().orElse(record.sha256()),
                        record.storedAtMillis(),
                        record.revision(),
                        interned(record.holders())));
    }

    /** Puts back one owed removal from a snapshot; in the order of revisions. */
    public void restore(NodeId node, ObjectKey key, Debt debt) {
        owed.computeIfAbsent(node, any -> new LinkedHashMap<>()).put(key, debt);
    }

    private Map<Sha256, ObjectRecord> ofType(ObjectType type) {
        return Objects.requireNonNull(objects.get(type));
    }
}

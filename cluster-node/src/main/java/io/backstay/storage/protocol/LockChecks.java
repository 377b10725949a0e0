package io.backstay.storage.protocol;

import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.storage.protocol.EntityInput.LockFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Answers about locks, which wait until the disks were asked for those that doors have accepted without an entity. Such a lock
 * is on a majority of the storage nodes, so that whoever asks a majority for locks sees it: else a prune could begin beside a
 * backup. Whatever young lock is found and was not removed is taken in, also one whose upload has failed since: it is stale soon.
 * One look is in flight at a time and serves all that waited when it began. Confined to one thread.
 */
final class LockChecks {
    /** After so long restic removes a lock that was not refreshed. */
    static final long LOCK_IS_STALE_MILLIS = 30 * 60_000;

    /** Looks of other machines over the same journal have other numbers. */
    private static final int LOOKS_OF_AN_EPOCH_BITS = 32;

    record Waiting(long request, Supplier<EntityReply> answer) {}

    private final Catalogue catalogue;
    private final Removals removals;
    private final SweepWatch watch = new SweepWatch();
    private List<Waiting> next = new ArrayList<>();
    private List<Waiting> inFlight = List.of();
    private boolean looking;
    private long look;

    LockChecks(Catalogue catalogue, Removals removals) {
        this.catalogue = catalogue;
        this.removals = removals;
    }

    void happened(CatalogueEvent event) {
        watch.happened(event);
    }

    /** A node has carried out removals. */
    void paid(NodeId node, long throughRevision) {
        watch.paid(catalogue.debts(node), throughRevision);
    }

    /** Has a request answered after a look at the disks that begins from now on. */
    Step checked(long request, Supplier<EntityReply> answer, Set<NodeId> announced) {
        next.add(new Waiting(request, answer));
        return looking ? Step.nothing() : look(announced);
    }

    private Step look(Set<NodeId> announced) {
        looking = true;
        inFlight = next;
        next = new ArrayList<>();
        look = Math.max(look, catalogue.epoch() << LOOKS_OF_AN_EPOCH_BITS) + 1;
        watch.begin(look);
        return Step.of(new EntityOutput.TakeLocks(look, announced));
    }

    /** Whether this is the look in flight. */
    boolean awaits(EntityInput.LocksFound found) {
        return looking && found.look() == look;
    }

    /** The look has come back: those that waited for it. */
    List<Waiting> end() {
        looking = false;
        List<Waiting> decided = inFlight;
        inFlight = List.of();
        return decided;
    }

    /** Begins the next look, where anything waits. */
    Step next(Set<NodeId> announced) {
        return next.isEmpty() ? Step.nothing() : look(announced);
    }

    /** Whose answers tell all: not those of a node that has something of a lock that no record knows, and not the whole. */
    Set<NodeId> telling(EntityInput.LocksFound found, ClusterFacts facts) {
        Set<NodeId> nodes = new TreeSet<>(found.locks().keySet());
        found.locks().forEach((node, locks) -> {
            if (locks.stream().anyMatch(lock -> !lock.whole() && adoptable(lock, node, found.look(), facts))) {
                nodes.remove(node);
            }
        });
        return nodes;
    }

    /** The locks that are to be taken in. */
    List<CatalogueEvent> adopted(EntityInput.LocksFound found, ClusterFacts facts) {
        Map<ObjectKey, Set<NodeId>> holders = new TreeMap<>();
        Map<ObjectKey, LockFile> files = new TreeMap<>();
        found.locks().forEach((node, locks) -> {
            for (LockFile lock : locks) {
                if (lock.whole() && adoptable(lock, node, found.look(), facts)) {
                    holders.computeIfAbsent(lock.key(), any -> new TreeSet<>()).add(node);
                    files.put(lock.key(), lock);
                }
            }
        });
        List<CatalogueEvent> events = new ArrayList<>();
        holders.forEach((key, nodes) -> Optional.ofNullable(files.get(key))
                .ifPresent(file -> events.add(new CatalogueEvent.ObjectStored(
                        facts.nowMillis(), key, file.sizeBytes(), key.name(), nodes, "<adopted>"))));
        return events;
    }

    private boolean adoptable(LockFile lock, NodeId node, long number, ClusterFacts facts) {
        return watch.upToDate(number, lock.key())
                && facts.stores(node)
                && catalogue.find(lock.key()).isEmpty()
                && !removals.owes(node, lock.key())
                && facts.nowMillis() - lock.writtenAtMillis() < LOCK_IS_STALE_MILLIS;
    }
}

package io.backstay.storage.simulation;

import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.storage.protocol.Catalogue;
import io.backstay.storage.protocol.NodeRules.Fence;
import io.backstay.storage.protocol.NodeRules.Told;
import io.backstay.storage.simulation.Violation.Clause;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Knows what clients have asked and been answered, and therefore what every later answer must say.
 *
 * <p>A change takes effect at one moment between its beginning and its end; its end is when its door has answered or died,
 * whether or not the client waited so long. So an object must be there if a write of it was acknowledged and no delete ran
 * beside or after that write; it must be gone if a delete was acknowledged and no write ran beside or after that delete.
 * What was refused may have happened or not, but not after its end: that is what a client relies on when it deletes before
 * it tries again.
 */
final class Oracle {
    /** A change that a client asked for. */
    static final class Change {
        final ObjectKey key;
        final boolean write;
        final Sha256 content;
        final long begunMillis;
        long endedMillis = Long.MAX_VALUE;
        boolean acknowledged;

        private Change(ObjectKey key, boolean write, Sha256 content, long begunMillis) {
            this.key = key;
            this.write = write;
            this.content = content;
            this.begunMillis = begunMillis;
        }
    }

    private final World world;
    private final Map<ObjectKey, List<Change>> changes = new TreeMap<>();
    /** Of its own, so that looking changes nothing. */
    private final SplittableRandom random;

    Oracle(World world, long seed) {
        this.world = world;
        this.random = new SplittableRandom(seed);
    }

    private long now() {
        return world.timeline().nowMillis();
    }

    Change begun(ObjectKey key, boolean write, Sha256 content) {
        Change change = new Change(key, write, content, now());
        changes.computeIfAbsent(key, any -> new ArrayList<>()).add(change);
        return change;
    }

    void ended(Change change, boolean acknowledged) {
        if (change.endedMillis == Long.MAX_VALUE) {
            if (acknowledged && !change.write) {
                marked(change);
            }
            change.endedMillis = now();
            change.acknowledged = acknowledged;
        }
    }

    /** Whether nobody has ever tried to change the key. */
    boolean untouched(ObjectKey key) {
        return !changes.containsKey(key);
    }

    /** All keys that anybody has ever changed. */
    Set<ObjectKey> keys() {
        return changes.keySet();
    }

    boolean mustBeThere(ObjectKey key, long askedMillis) {
        List<Change> ofKey = changes.getOrDefault(key, List.of());
        for (Change write : ofKey) {
            if (write.write
                    && write.acknowledged
                    && write.endedMillis <= askedMillis
                    && noneBesideOrAfter(write, ofKey)) {
                return true;
            }
        }
        return false;
    }

    boolean mustBeGone(ObjectKey key, long askedMillis) {
        List<Change> ofKey = changes.getOrDefault(key, List.of());
        for (Change delete : ofKey) {
            if (!delete.write
                    && delete.acknowledged
                    && delete.endedMillis <= askedMillis
                    && noneBesideOrAfter(delete, ofKey)) {
                return true;
            }
        }
        return ofKey.stream().noneMatch(change -> change.write);
    }

    private static boolean noneBesideOrAfter(Change change, List<Change> ofKey) {
        for (Change other : ofKey) {
            if (other.write != change.write && other.endedMillis > change.begunMillis) {
                return false;
            }
        }
        return true;
    }

    /** Whether the content may be what is there now. */
    private boolean mayHaveContent(ObjectKey key, Sha256 content, long askedMillis) {
        List<Change> ofKey = changes.getOrDefault(key, List.of());
        for (Change write : ofKey) {
            if (write.write
                    && write.acknowledged
                    && write.endedMillis <= askedMillis
                    && noneBesideOrAfter(write, ofKey)) {
                return write.content.equals(content);
            }
        }
        return ofKey.stream().anyMatch(write -> write.write && write.content.equals(content));
    }

    void listed(ObjectType type, Set<Sha256> names, long askedMillis) {
        for (ObjectKey key : changes.keySet()) {
            if (key.type() == type) {
                seen(key, names.contains(key.name()), "listed", askedMillis);
            }
        }
    }

    void found(ObjectKey key, Sha256 content, long askedMillis) {
        seen(key, true, "read", askedMillis);
        if (!mayHaveContent(key, content, askedMillis)) {
            violated(Clause.CONTENT_IS_RIGHT, world.plain(key) + " was read with other content than was written");
        }
    }

    void absent(ObjectKey key, long askedMillis) {
        seen(key, false, "found", askedMillis);
    }

    private void seen(ObjectKey key, boolean there, String how, long askedMillis) {
        if (!there && mustBeThere(key, askedMillis)) {
            violated(Clause.ACKNOWLEDGED_STAYS, world.plain(key) + " was acknowledged and is not " + how);
        }
        if (there && mustBeGone(key, askedMillis)) {
            violated(Clause.DELETED_STAYS_AWAY, world.plain(key) + " was deleted and is " + how);
        }
    }

    /** A disk is about to place a file. */
    void places(Host host, ObjectKey key, Fence fence, long revision) {
        obeys(host, fence);
        if (host.disk().copy(key).filter(there -> there.revision() > revision).isPresent()) {
            violated(Clause.DISKS_KEEP_THEIR_WORD, host + " replaces a later file of " + world.plain(key));
        }
        if (fence.revision() < host.disk().promisedGone(key)) {
            violated(
                    Clause.DISKS_KEEP_THEIR_WORD,
                    host + " takes back " + world.plain(key) + ", whose later removal it has answered");
        }
    }

    /** A disk is about to take a file away. */
    void takesAway(Host host, ObjectKey key, Fence fence) {
        obeys(host, fence);
        boolean counts = world.journal()
                .truth()
                .find(key)
                .filter(record -> record.holders().contains(host.node()))
                .isPresent();
        boolean damaged = host.disk().copy(key).filter(Disk.Copy::damaged).isPresent();
        if (counts && !damaged && !world.journalMayBeBehind()) {
            violated(Clause.COUNTED_COPIES_STAY, host + " takes away " + world.plain(key) + ", which counts");
        }
    }

    /** The journal is about to count copies: they must be there, where nobody has harmed the disk. */
    void counts(Host host, ObjectKey key, Sha256 content) {
        boolean there = host.disk()
                .copy(key)
                .filter(copy -> copy.damaged() || copy.sha256().equals(content))
                .isPresent();
        if (!there && !world.wasReplaced(host) && !world.journalMayBeBehind()) {
            violated(Clause.COUNTED_COPIES_STAY, world.plain(key) + " is counted on " + host + ", which has it not");
        }
    }

    /** Whoever owes nothing may be read even when no entity can be asked, so it must have nothing that was deleted. */
    void lookAtDisks() {
        if (world.journalMayBeBehind()) {
            return;
        }
        Catalogue truth = world.journal().truth();
        for (Host host : world.storageHosts()) {
            for (ObjectKey key : host.disk().copies().keySet()) {
                if (truth.owes(host.node(), key).isEmpty() && mustBeGone(key, now()) && !world.wasReplaced(host)) {
                    violated(
                            Clause.DELETED_STAYS_AWAY,
                            host + " has " + world.plain(key) + ", which was deleted, and owes no removal");
                }
            }
        }
    }

    /** A delete is about to be answered: enough disks must know of it. */
    private void marked(Change delete) {
        List<Journal.Deletion> deletions = world.journal().deletions(delete.key, delete.begunMillis);
        if (!deletions.isEmpty() && deletions.stream().noneMatch(this::marked)) {
            violated(
                    Clause.DELETED_STAYS_AWAY,
                    "the deletion of " + world.plain(delete.key) + " is answered with too few markers");
        }
    }

    private boolean marked(Journal.Deletion deletion) {
        long marked = world.storageHosts().stream()
                .filter(host ->
                        world.wasReplaced(host) || host.disk().promisedGone(deletion.key()) >= deletion.revision())
                .count();
        return marked >= deletion.quorum();
    }

    /**
     * What a door lists from the disks alone while no entity can decide, whichever nodes are silent, fewer than W of them:
     * all that must be there, and nothing that must be gone. Disks that were lost, wholly or in part, count as
     * silent.
     */
    void lookAtTheUnionOfTheDisks() {
        List<Host> asked = new ArrayList<>(world.storageHosts());
        asked.removeIf(world::wasHarmed);
        int silent = world.storageHosts().size() - asked.size();
        while (silent < world.quorum() - 1) {
            asked.remove(random.nextInt(asked.size()));
            silent++;
        }
        List<Told> told = asked.stream().map(host -> host.disk().note().told()).toList();
        if (!Told.complete(world.storageHosts().size(), told, world.quorum())) {
            return;
        }
        for (ObjectKey key : changes.keySet()) {
            long marker = 0;
            long file = -1;
            for (Host host : asked) {
                marker = Math.max(marker, host.disk().markers().getOrDefault(key, 0L));
                file = Math.max(
                        file, host.disk().copy(key).map(Disk.Copy::revision).orElse(-1L));
                if (file >= 0 && host.disk().copy(key).isPresent()) {
                    file = Math.max(file, host.disk().markers().getOrDefault(key, 0L));
                }
            }
            seen(key, file >= marker && file >= 0, "on the disks of " + asked, now());
        }
    }

    private void obeys(Host host, Fence fence) {
        if (fence.epoch() < host.disk().promisedEpoch()) {
            violated(
                    Clause.DISKS_KEEP_THEIR_WORD,
                    host + " obeys epoch " + fence.epoch() + " and knows "
                            + host.disk().promisedEpoch());
        }
    }

    void violated(Clause clause, String detail) {
        world.say("VIOLATED " + clause + ": " + detail);
        throw new Violation(clause, detail);
    }
}

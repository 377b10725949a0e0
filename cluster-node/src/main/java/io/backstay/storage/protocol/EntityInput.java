package io.backstay.storage.protocol;

import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What reaches an entity: requests of doors, each with a number under which its reply goes back, and facts about what the
 * entity set off.
 */
public sealed interface EntityInput {

    /**
     * Recovery is complete: begin an activation.
     *
     * @param journalHead the number of the journal's last event, which is greater than the count of those that were read
     *     where some were lost between
     */
    record Recovered(NodeId self, long incarnation, long journalHead) implements EntityInput {}

    /** A door wants to store an object. */
    record RequestTicket(long request, ObjectKey key, long sizeBytes) implements EntityInput {}

    /** A slow upload is still alive. */
    record RenewTicket(long request, long epoch, long ticket) implements EntityInput {}

    /** A door has verified copies on enough nodes. */
    record Commit(long request, long epoch, long ticket, long sizeBytes, Sha256 sha256, Set<NodeId> stored, String by)
            implements EntityInput {}

    /** Doors' commits that came while the journal was busy, to be recorded by one step. */
    record Commits(List<Commit> commits) implements EntityInput {
        /** Copies the list. */
        public Commits {
            commits = List.copyOf(commits);
        }
    }

    /** A copy became durable after its object was committed, or an upload failed: the door is done with the ticket. */
    record Finish(long epoch, long ticket, Set<NodeId> stored) implements EntityInput {}

    /** A door is about to delete and needs to know what. */
    record Observe(long request, ObjectKey key) implements EntityInput {}

    /** A door deletes exactly what it has observed. */
    record Delete(long request, ObjectKey key, Observation observation, String by) implements EntityInput {}

    /** A door wants to read or describe an object. */
    record Locate(long request, ObjectKey key) implements EntityInput {}

    /** A door wants all objects of a type. */
    record ListObjects(long request, ObjectType type) implements EntityInput {}

    /** A door found a copy missing or damaged. */
    record ReportBad(ObjectKey key, NodeId node, long recordRevision) implements EntityInput {}

    /**
     * A node has remembered the epoch.
     *
     * @param told what the node was told of all disks together, by this activation or an earlier one
     */
    record Announced(NodeId node, long epoch, long stamp, NodeRules.Told told) implements EntityInput {}

    /** A node knows a newer epoch. */
    record AnnounceRefused(NodeId node, long epoch, long stamp) implements EntityInput {}

    /**
     * The journal's last sequence number, as read for a check.
     *
     * @param whole whether no event is missing between the one that was asked for and the last, and one writer wrote all that
     *     follow it
     * @param firstWriter who wrote the one that was asked for
     * @param lastWriter who wrote the last
     */
    record HeadRead(long check, long journalHead, boolean whole, String firstWriter, String lastWriter)
            implements EntityInput {}

    /** The journal did not answer. */
    record HeadUnknown(long check) implements EntityInput {}

    /**
     * A node has taken {@code Advance}.
     *
     * @param told what it has been told now, on its disk; of an earlier epoch where this one was never announced to that disk
     */
    record Advanced(NodeId node, NodeRules.Told told) implements EntityInput {}

    /** A node did not take it. */
    record AdvanceFailed(NodeId node) implements EntityInput {}

    /** A node has carried out the removals that it owed up to a revision. */
    record Removed(NodeId node, long throughRevision) implements EntityInput {}

    /** A node did not answer to a removal, or refused it. */
    record RemovalFailed(NodeId node) implements EntityInput {}

    /**
     * A verified copy was made.
     *
     * @param epoch of the activation that had it made: it counts in that one only, since another may have dropped it meanwhile
     */
    record Copied(ObjectKey key, NodeId node, long epoch, long recordRevision) implements EntityInput {}

    /** A copy could not be made. */
    record CopyFailed(ObjectKey key, NodeId from, NodeId to, long epoch, long recordRevision) implements EntityInput {}

    /** A node has read its copy through. */
    record Verified(ObjectKey key, NodeId node, long recordRevision, Copy copy) implements EntityInput {}

    /** What a node has of a copy that should be there. */
    enum Copy {
        /** It is what it should be. */
        GOOD,
        /** There is something, but not that. */
        DAMAGED,
        /** There is nothing. */
        MISSING
    }

    /** A copy could not be read through since the node did not answer. */
    record VerifyFailed(ObjectKey key, NodeId node) implements EntityInput {}

    /**
     * What the disks hold of one key, as a sweep saw it some time ago; it counts only if nothing has happened to the key
     * since the sweep began.
     */
    record Found(long sweep, ObjectKey key, Map<NodeId, FileState> files) implements EntityInput {}

    /**
     * A sweep has told all that it found.
     *
     * @param nodes whose disks it has read to their end; none where it was given up
     */
    record SweepEnded(long sweep, Set<NodeId> nodes) implements EntityInput {
        /** Copies the nodes. */
        public SweepEnded {
            nodes = Set.copyOf(nodes);
        }
    }

    /**
     * The young locks that the disks have, whether a record knows them or not: doors accept locks while they cannot reach the
     * entity.
     *
     * @param locks of each node that has answered
     */
    record LocksFound(long look, Map<NodeId, List<LockFile>> locks) implements EntityInput {
        /** Copies the answers. */
        public LocksFound {
            locks = Map.copyOf(locks);
        }
    }

    /**
     * A lock on one node's disk.
     *
     * @param whole whether its bytes were read and are what its name says
     */
    record LockFile(ObjectKey key, long sizeBytes, long writtenAtMillis, boolean whole) {}

    /**
     * All that the disks hold, after they were fenced.
     *
     * @param epoch in which they were asked
     * @param asked the nodes that answered
     */
    record Rebuild(long epoch, Set<NodeId> asked, DiskFindings findings) implements EntityInput {
        /** Copies the nodes. */
        public Rebuild {
            asked = Set.copyOf(asked);
        }
    }

    /** The last part of a rebuild is in the journal; its next one may follow. */
    record GoOn(long epoch) implements EntityInput {}

    /**
     * An admin wants the catalogue rebuilt whatever the journal says.
     *
     * @param incomplete whether to go on though W nodes or more are silent: what only they have is given up
     */
    record RequestRebuild(long request, String by, boolean incomplete) implements EntityInput {}

    /** Time has passed, or the cluster has changed. */
    record Tick() implements EntityInput {}

    /**
     * What a door saw before it deletes: the deletion happens only if the key's object is still that one, and revokes only
     * the tickets that were there. A delete that arrives late therefore can't take away what was stored after it.
     *
     * @param recordRevision of the object's record, 0 where there was none
     * @param lastTicket the newest ticket that had been given out
     */
    record Observation(long epoch, long recordRevision, long lastTicket) {}

    /**
     * A key on one node's disk.
     *
     * @param file the file, where there is one that is whole
     * @param removedRevision of the marker in the trash, 0 where there is none
     */
    record FileState(Optional<FileInfo> file, long removedRevision) {}

    /**
     * A replica as a node has it.
     *
     * @param verified whether its bytes were read and found to be what name or sidecar say
     */
    record FileInfo(long sizeBytes, Sha256 sha256, long revision, long writtenAtMillis, boolean verified) {}
}

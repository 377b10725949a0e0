package io.backstay.storage.protocol;

import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.Sha256;
import java.util.List;

/** What an entity answers to a door. */
public sealed interface EntityReply {

    /**
     * The door may upload.
     *
     * @param revision what the copies are written under
     * @param targets where to, best first
     * @param quorum W: how many verified copies acknowledge
     */
    record Ticket(long epoch, long ticket, long revision, List<NodeId> targets, int quorum) implements EntityReply {
        /** Copies the targets. */
        public Ticket {
            targets = List.copyOf(targets);
        }
    }

    /** The object is there. For {@code config} the door compares the hash. */
    record AlreadyStored(long sizeBytes, Sha256 sha256) implements EntityReply {}

    /** The ticket lives on. */
    record Renewed() implements EntityReply {}

    /** The object is acknowledged. */
    record Committed(long revision) implements EntityReply {}

    /** What a delete would take away. */
    record Observed(EntityInput.Observation observation) implements EntityReply {}

    /** The object is deleted: in the journal, and marked on a quorum of disks. */
    record Deleted() implements EntityReply {}

    /** It is no longer what was observed; observe again. */
    record Changed() implements EntityReply {}

    /**
     * The object's record, and who of its holders is worth asking.
     *
     * @param acknowledged whether it is on W disks, as good as a write's own answer; a rebuild may have found fewer copies
     */
    record Located(ObjectRecord record, List<NodeId> readable, boolean acknowledged) implements EntityReply {
        /** Copies the nodes. */
        public Located {
            readable = List.copyOf(readable);
        }
    }

    /** There is no such object. */
    record Absent() implements EntityReply {}

    /** All objects of the type that was asked for, as of one moment. */
    record Listing(PackedListing objects) implements EntityReply {}

    /** The catalogue will be rebuilt, which is in the journal. */
    record RebuildBegun() implements EntityReply {}

    /** It can't be done; nothing has changed. */
    record Refused(ErrorCode code, String detail) implements EntityReply {}
}

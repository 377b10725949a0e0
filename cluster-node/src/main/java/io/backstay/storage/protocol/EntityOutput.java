package io.backstay.storage.protocol;

import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.Sha256;
import java.util.List;
import java.util.Set;

/** What an entity wants done once its events are in the journal. Each may be done twice, late, or never. */
public sealed interface EntityOutput {

    /** Answer a door. */
    record Reply(long request, EntityReply reply) implements EntityOutput {}

    /**
     * Tell a storage node the epoch; back come {@code Announced} or {@code AnnounceRefused}, or nothing.
     *
     * @param mostQuorum W in this epoch: the node forgets that it was told more
     */
    record Announce(NodeId node, long epoch, int mostQuorum) implements EntityOutput {}

    /**
     * Read the journal's head; back come {@code HeadRead} or {@code HeadUnknown}.
     *
     * @param since the number of an event from which on none may be missing
     */
    record ReadHead(long check, long since) implements EntityOutput {}

    /**
     * Have a node remove files; back come {@code Removed} or {@code RemovalFailed}.
     *
     * @param deleted whether the objects are gone, so that markers must stay; otherwise only these copies count no more
     * @param revision up to which the node has paid when these are removed
     */
    record Remove(NodeId node, List<Removal> removals, boolean deleted, long epoch, long revision)
            implements EntityOutput {
        /** Copies the removals. */
        public Remove {
            removals = List.copyOf(removals);
        }
    }

    /**
     * One file that goes.
     *
     * @param revision of the very event that made the node owe it: a later one would pass what was stored in between for
     *     deleted
     */
    record Removal(ObjectKey key, long revision) {}

    /** Have a node copy an object from another; back come {@code Copied} or {@code CopyFailed}. */
    record Copy(
            ObjectKey key,
            NodeId from,
            NodeId to,
            long sizeBytes,
            Sha256 sha256,
            long epoch,
            long revision,
            long recordRevision)
            implements EntityOutput {}

    /** Have a node read its copy through; back come {@code Verified} or {@code VerifyFailed}. */
    record Verify(ObjectKey key, NodeId node, long recordRevision) implements EntityOutput {}

    /**
     * Tell a node up to which revision the entity has persisted; back come {@code Advanced} or {@code AdvanceFailed}.
     *
     * @param told what else it is to know, {@code NOTHING} where it knows; on its disk before it answers
     */
    record Advance(NodeId node, long epoch, long revision, NodeRules.Told told) implements EntityOutput {}

    /** Read what these nodes hold, all of which know the epoch, and come back with {@code Rebuild}; or not, and it is said again. */
    record TakeInventories(long epoch, Set<NodeId> nodes) implements EntityOutput {
        /** Copies the nodes. */
        public TakeInventories {
            nodes = Set.copyOf(nodes);
        }
    }

    /**
     * Ask these nodes which young locks they have, and come back with {@code LocksFound}, whoever has answered.
     */
    record TakeLocks(long look, Set<NodeId> nodes) implements EntityOutput {
        /** Copies the nodes. */
        public TakeLocks {
            nodes = Set.copyOf(nodes);
        }
    }

    /** Come back with {@code GoOn}: what follows is too much for one write to the journal. */
    record Continue(long epoch) implements EntityOutput {}

    /** Someone else writes this journal: end this activation. */
    record Stop(String why) implements EntityOutput {}
}

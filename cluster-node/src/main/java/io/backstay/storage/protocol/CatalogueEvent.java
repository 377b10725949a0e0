package io.backstay.storage.protocol;

import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.Sha256;
import java.util.List;
import java.util.Set;

/**
 * A fact in a repository's journal. The catalogue's revision is the number of such facts
 * other than {@link Activated} and {@link FoundBehind}. Times are milliseconds since
 * 1970; {@code by} names who caused it: a user's or token's id, or a part of the system in angle brackets.
 */
public sealed interface CatalogueEvent {
    /** When it happened, by the entity's clock. */
    long atMillis();

    /** An entity began to serve: the first event of each activation, and its fence. */
    record Activated(long atMillis, long epoch, NodeId node, long incarnation) implements CatalogueEvent {}

    /** An object was acknowledged with verified copies on the holders. */
    record ObjectStored(long atMillis, ObjectKey key, long sizeBytes, Sha256 sha256, Set<NodeId> holders, String by)
            implements CatalogueEvent {
        /** Copies the holders. */
        public ObjectStored {
            holders = Set.copyOf(holders);
        }
    }

    /** An object was deleted; every node in {@code owing} owes its removal until it has paid. */
    record ObjectDeleted(long atMillis, ObjectKey key, Set<NodeId> owing, String by) implements CatalogueEvent {
        /** Copies the nodes. */
        public ObjectDeleted {
            owing = Set.copyOf(owing);
        }
    }

    /** Objects are gone, as a rebuild found; every node in {@code owing} owes the removal of each. */
    record ObjectsDeleted(long atMillis, List<ObjectKey> keys, Set<NodeId> owing, String by) implements CatalogueEvent {
        /** Copies the collections. */
        public ObjectsDeleted {
            keys = List.copyOf(keys);
            owing = Set.copyOf(owing);
        }
    }

    /** A node has carried out all removals that it owed up to a revision, or left the cluster with them. */
    record RemovalsPaid(long atMillis, NodeId node, long throughRevision) implements CatalogueEvent {}

    /** Verified copies were made on a node. */
    record ReplicasAdded(long atMillis, NodeId node, List<ObjectKey> keys) implements CatalogueEvent {
        /** Copies the keys. */
        public ReplicasAdded {
            keys = List.copyOf(keys);
        }
    }

    /** Copies on a node count no more (lost, damaged or surplus); the node owes their removal. */
    record ReplicasDropped(long atMillis, NodeId node, List<ObjectKey> keys, String why) implements CatalogueEvent {
        /** Copies the keys. */
        public ReplicasDropped {
            keys = List.copyOf(keys);
        }
    }

    /**
     * The journal lacks what disks have seen, or an admin does not trust it: nothing is served until {@link Rebuilt}. Like an
     * activation it is no change and has no revision.
     *
     * @param by who asked for the rebuild, or a part of the system
     * @param incomplete whether to go on though W nodes or more are silent: what only they have is given up
     */
    record FoundBehind(long atMillis, String why, String by, boolean incomplete) implements CatalogueEvent {}

    /**
     * The disks were read, and the catalogue is made what they say by the events that follow. Its revision rises above what any
     * disk has seen.
     */
    record RebuildBegun(long atMillis, long floor) implements CatalogueEvent {}

    /** The catalogue is what the disks say, and serves again. */
    record Rebuilt(long atMillis, long objects, String by) implements CatalogueEvent {}

    /** A rebuild found these objects, all on the same holders. */
    record ObjectsRestored(long atMillis, Set<NodeId> holders, List<RestoredObject> objects, String by)
            implements CatalogueEvent {
        /** Copies the collections. */
        public ObjectsRestored {
            holders = Set.copyOf(holders);
            objects = List.copyOf(objects);
        }
    }

    /** One object that a rebuild found. */
    record RestoredObject(ObjectKey key, long sizeBytes, Sha256 sha256) {}
}

package io.backstay.storage.transfer;

import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.RepositoryId;
import io.backstay.model.Sha256;
import io.backstay.storage.protocol.EntityInput.LockFile;
import io.backstay.storage.protocol.NodeRules.Told;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * One storage node's disk, this node's own or another's over HTTP. Every operation fails with a {@code BackstayException}
 * ({@code STALE_EPOCH} where the node knows a newer epoch of the repository, {@code UNAVAILABLE} where it did not answer,
 * {@code STORAGE_FULL}, {@code CONTENT_MISMATCH}, {@code CONTENT_TRUNCATED}, {@code DAMAGED}) and can be repeated.
 */
public interface StoragePeer {
    /** Which node. */
    NodeId node();

    /**
     * Writes a replica: staged, hashed, fsynced, renamed into place, with its sidecar. Completes when it is durable.
     * Where a whole file of the same content is there, it stays and counts.
     *
     * @param expected the hash that the content must have; none for {@code config}
     * @param sizeBytes the announced length; a body of another length fails with {@code CONTENT_TRUNCATED}
     */
    CompletionStage<ReplicaInfo> put(
            Fence fence, ObjectKey key, Optional<Sha256> expected, long sizeBytes, Source<ByteString, ?> body);

    /** The replica as its sidecar describes it; none where there is no whole one. */
    CompletionStage<Optional<ReplicaInfo>> stat(RepositoryId repository, ObjectKey key);

    /**
     * Bytes {@code offset} to {@code offset + length}, each block verified before it leaves the node; a damaged one fails
     * the stream with {@code DAMAGED}. Completes exceptionally with {@code NOT_FOUND} where there is no replica.
     */
    CompletionStage<Source<ByteString, NotUsed>> read(RepositoryId repository, ObjectKey key, long offset, long length);

    /** Reads the whole replica and says whether it is what its name and sidecar say. */
    CompletionStage<Boolean> verify(RepositoryId repository, ObjectKey key);

    /**
     * Tells a new epoch, which the node remembers on disk before it answers with what it then knows; where that is a later
     * epoch, it did not take the new one. Epoch 0 only asks.
     *
     * @param mostQuorum W in that epoch: the node forgets that it was told more
     */
    CompletionStage<Standing> announce(RepositoryId repository, long epoch, int mostQuorum);

    /**
     * Tells the revision up to which the entity has persisted; the node's stamp does not fall behind it. Back comes what the node
     * has been told then, of an earlier epoch where this one was never announced to its disk.
     *
     * @param told of all disks together, on disk before the answer; {@code NOTHING} where there is nothing to tell
     */
    CompletionStage<Told> advance(Fence fence, Told told);

    /** Moves files to the trash, each with a marker of its own removal's revision that is on disk before the answer. */
    CompletionStage<Done> remove(Fence fence, List<Removal> removals);

    /**
     * Drops copies that count no more while their objects live on (surplus, damaged): as {@link #remove}, but leaves no
     * marker, which would tell a rebuild that the object was deleted.
     */
    CompletionStage<Done> discard(Fence fence, List<Removal> removals);

    /** Has this node copy an object from another node's disk, verified as {@link #put}. */
    CompletionStage<ReplicaInfo> copyFrom(Fence fence, ObjectKey key, Sha256 expected, long sizeBytes, NodeId source);

    /** A page of what is on disk, ordered by key, beginning after {@code after}. */
    CompletionStage<InventoryPage> inventory(RepositoryId repository, Optional<ObjectKey> after, int limit);

    /** The locks on disk that were written within about the last half hour, each read through. */
    CompletionStage<List<LockFile>> youngLocks(RepositoryId repository);

    /** Free room and whether the node takes writes. */
    CompletionStage<Room> room();

    /**
     * What a storage node checks before it changes anything.
     *
     * @param epoch of the entity's activation
     * @param revision of the ticket's or the change's event
     */
    record Fence(RepositoryId repository, long epoch, long revision) {}

    /**
     * One file that goes.
     *
     * @param revision of the event that removed it, which may be earlier than the fence's
     */
    record Removal(ObjectKey key, long revision) {
        /** Removals of several keys by one event. */
        public static List<Removal> of(List<ObjectKey> keys, long revision) {
            return keys.stream().map(key -> new Removal(key, revision)).toList();
        }
    }

    /**
     * A replica on disk.
     *
     * @param revision the ticket's revision under which it was written, 0 where it is not known
     */
    record ReplicaInfo(ObjectKey key, long sizeBytes, Sha256 sha256, long revision) {}

    /**
     * What the node remembers of a repository.
     *
     * @param stamp highest revision that it has seen
     * @param told what an entity has told it last of all disks together
     */
    record Standing(long epoch, long stamp, Told told) {}

    /**
     * A key on disk: its file, its newest marker in the trash, or both.
     *
     * @param file none where there is only a marker
     * @param removedRevision of the newest marker, 0 where there is none
     */
    record InventoryEntry(ObjectKey key, Optional<ReplicaInfo> file, long writtenAtMillis, long removedRevision) {}

    /**
     * A page of the inventory.
     *
     * @param more whether another page follows
     */
    record InventoryPage(List<InventoryEntry> entries, boolean more) {}

    /**
     * A node's disk.
     *
     * @param freeBytes what may still be written
     * @param reason why it takes no writes, for people; empty while it does
     */
    record Room(long freeBytes, long totalBytes, DiskState state, String reason, Optional<ScrubState> scrub) {
        /** With how far its scrub has come. */
        public Room withScrub(ScrubState state) {
            return new Room(freeBytes, totalBytes, this.state, reason, Optional.of(state));
        }

        /** Whether objects may be placed there. */
        public boolean writable() {
            return state == DiskState.OK;
        }
    }

    /**
     * How far a node has come with reading all its files to find damage.
     *
     * @param begun when this pass began
     * @param ended when it ended; none while it goes on
     * @param bytes that it has read so far
     * @param damaged how many copies it found damaged
     */
    record ScrubState(Instant begun, Optional<Instant> ended, long bytes, long damaged) {}

    /** What a disk is fit for. Whatever its state, what can be read is served. */
    enum DiskState {
        /** It takes writes. */
        OK,
        /** There is no room; removals go on, and writes as soon as there is. */
        FULL,
        /** The folder cannot be written to; writes go on as soon as it can. */
        READ_ONLY,
        /** Something that was asked of the disk failed; it is tried again from time to time. */
        FAILING,
        /** It failed to make something durable: nothing more is written to it until an operator has looked and restarted. */
        UNTRUSTED;

        /** As {@code read-only}. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** The state of that name; one of a later version is some failure. */
        public static DiskState ofText(String text) {
            return Stream.of(values())
                    .filter(state -> state.text().equals(text))
                    .findFirst()
                    .orElse(FAILING);
        }
    }

    /** The types that an inventory visits, in order. */
    List<ObjectType> INVENTORY_ORDER = List.of(ObjectType.values());
}

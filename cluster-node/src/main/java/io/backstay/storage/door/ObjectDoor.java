package io.backstay.storage.door;

import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.RepositoryId;
import io.backstay.model.Sha256;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * A repository's objects for a client of this node, whichever nodes hold them. Failures are {@code BackstayException}s;
 * {@code UNAVAILABLE} where an owner moves, a quorum is missing or a database is away: never an empty list, never
 * {@code NOT_FOUND} in its place.
 *
 * <p>Where nobody can decide for a while, reads, lists and locks are served from the disks alone, and the answer says that it
 * is degraded: what was deleted may still be read, and a list may have objects that were never acknowledged.
 */
public interface ObjectDoor {
    /**
     * Stores an object; completes when it is acknowledged: on disk on a majority of its replicas and recorded. Always
     * reads the body to its end or fails. Idempotent: an object that is there with the same content succeeds. A
     * {@code config} that is there with other content fails with {@code ALREADY_EXISTS}.
     *
     * @param sizeBytes the body's announced length
     */
    CompletionStage<Mode> save(
            Caller caller, RepositoryId repository, ObjectKey key, long sizeBytes, Source<ByteString, ?> body);

    /** The object's size and time; none where it is not there. */
    CompletionStage<Optional<ObjectInfo>> stat(Caller caller, RepositoryId repository, ObjectKey key);

    /**
     * Bytes {@code offset} to {@code offset + length} of an object that {@link #stat} has described; verified, from any
     * good replica. A replica that fails before its first byte is replaced by another one without the client's noticing.
     */
    CompletionStage<Source<ByteString, NotUsed>> load(
            Caller caller, RepositoryId repository, ObjectInfo object, long offset, long length);

    /** All objects of a type, in no particular order; complete as of a moment after the call. */
    CompletionStage<Listing> list(Caller caller, RepositoryId repository, ObjectType type);

    /** Deletes an object; succeeds where it is not there. Completes when it is recorded and listed no more. */
    CompletionStage<Mode> delete(Caller caller, RepositoryId repository, ObjectKey key);

    /** How many repositories are served from the disks alone at the moment, as far as anybody asked. */
    int degradedRepositories();

    /** Who has decided an answer. */
    enum Mode {
        /** The repository's entity. */
        FULL,
        /** Nobody: it is what the disks have. */
        DEGRADED
    }

    /** All objects of a type. */
    record Listing(Source<Listed, NotUsed> objects, Mode mode) {}

    /**
     * An object as the catalogue knows it.
     *
     * @param revision of its record
     * @param holders the nodes that can be read from at the moment
     */
    record ObjectInfo(ObjectKey key, long sizeBytes, Instant storedAt, long revision, List<NodeId> holders, Mode mode) {
        /** Copies the holders. */
        public ObjectInfo {
            holders = List.copyOf(holders);
        }
    }

    /** An entry of a list. */
    record Listed(Sha256 name, long sizeBytes) {}
}

package io.backstay.objects;

import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One repository's objects on one medium: the only door to storage. Objects are whole or not there; they are never changed,
 * only replaced and removed. A removal leaves a {@link Marker} that stays until it is purged.
 *
 * <p>Calls block and may come from any number of threads. Whoever changes a key on the ground of what it read sees to it
 * that no other change of the key comes between; the store itself only keeps each single call whole.
 *
 * <p>Failures: {@link MissingObjectException}, {@link DamagedObjectException}, {@link MediumFullException} (nothing was
 * left behind; try again when there is room), any other {@link IOException} when the medium itself fails, and
 * {@code BackstayException} with {@code CONTENT_TRUNCATED}, {@code CONTENT_MISMATCH}, {@code TOO_LARGE} or
 * {@code RANGE_NOT_SATISFIABLE} when the request was wrong. Every call may be repeated.
 */
public interface ObjectStore {
    /** Bytes that share a checksum. */
    int BLOCK_BYTES = 64 * 1024;

    /** Bytes that are read and written at once. */
    int CHUNK_BYTES = 4 * BLOCK_BYTES;

    /** The largest object that a store takes; restic's largest packs have 128 MiB. */
    long MAX_OBJECT_BYTES = 4L << 30;

    /** The largest {@code config}, which has about 155 bytes. */
    long MAX_CONFIG_BYTES = 1L << 20;

    /** The largest note. */
    int MAX_NOTE_BYTES = 4096;

    /**
     * Begins to write an object, visible to nobody until it is published.
     *
     * @param sizeBytes the length that the content must have
     */
    Staging stage(ObjectKey key, long sizeBytes) throws IOException;

    /**
     * Makes a staged object visible under its key, durable when this returns, in place of the one that was there.
     *
     * @param revision of the ticket under which it was written
     */
    StoredObject publish(StagedObject staged, long revision) throws IOException;

    /** The object as it was published; none where there is no whole one. Does not read the content. */
    Optional<StoredObject> stat(ObjectKey key) throws IOException;

    /**
     * What lies under the key, whole or not, as its sidecar says; with revision 0 where that is lost. Reads no content, so
     * that it is quick whatever state the object is in.
     */
    Optional<StoredObject> peek(ObjectKey key) throws IOException;

    /** Opens a part of an object. A length that ends behind the object is refused. */
    RangeReader open(ObjectKey key, long offset, long length) throws IOException;

    /** Reads the whole object and says whether it is what its name says; false also where there is none. */
    boolean verify(ObjectKey key) throws IOException;

    /** The marker of the newest removal; stays when a new object is published. */
    Optional<Marker> marker(ObjectKey key) throws IOException;

    /** Begins a removal of any number of objects under one revision. */
    Removal removal(long revision) throws IOException;

    /**
     * The objects of a type, ordered by key, read lazily; close the stream. Objects that come or go meanwhile may be in it
     * or not. Failures of the medium come as {@link java.io.UncheckedIOException}.
     *
     * @param after where to begin, exclusive
     */
    Stream<StoredObject> list(ObjectType type, Optional<ObjectKey> after) throws IOException;

    /** The newest marker of each key of a type, ordered by key; as {@link #list}. */
    Stream<Marker> markers(ObjectType type, Optional<ObjectKey> after) throws IOException;

    /** Deletes for good what was removed before the moment, and its markers; answers how many entries went. */
    int purge(Instant removedBefore) throws IOException;

    /** The small note that is kept beside the objects; none before the first, or where it is damaged beyond use. */
    Optional<byte[]> note() throws IOException;

    /** Replaces the note, durable when this returns. At most {@link #MAX_NOTE_BYTES}. */
    void note(byte[] bytes) throws IOException;
}

package io.backstay.objects;

import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Where one restic repository's objects lie, as a client of it sees them: the only door through which the repository format
 * reaches storage. Objects are whole or not there, and are never changed.
 *
 * <p>Calls block and may come from any number of threads. All of them may be repeated: {@link #save} of content that is there
 * already and {@link #remove} of what is gone succeed.
 *
 * <p>Failures. Permanent, not worth another attempt: {@link MissingObjectException}, {@link MediumFullException}, and
 * {@code BackstayException} with a permanent code: {@code RANGE_NOT_SATISFIABLE} where a range ends behind the object,
 * {@code TOO_LARGE} where an object is longer than the caller takes, {@code ALREADY_EXISTS} where another {@code config} is
 * there, {@code FORBIDDEN} and {@code APPEND_ONLY} where the credentials do not suffice. Any other {@link IOException} may
 * succeed when it is tried again.
 */
public interface Backend extends AutoCloseable {
    /** How many calls make good use of the backend at once. */
    int connections();

    /** Makes what a new repository needs before its first object; harmless where it is there. */
    void create() throws IOException;

    /**
     * Stores an object, durable when this returns. The caller has computed the key from the content.
     *
     * @param content what is between position and limit; neither is changed
     */
    void save(ObjectKey key, ByteBuffer content) throws IOException;

    /**
     * Reads the whole object.
     *
     * @param limitBytes the longest object that the caller takes; a longer one is refused before it is read
     */
    byte[] load(ObjectKey key, int limitBytes) throws IOException;

    /** Fills the rest of the buffer from a part of the object; the buffer's position is undefined after a failure. */
    void load(ObjectKey key, long offset, ByteBuffer into) throws IOException;

    /** The object's length in bytes. */
    long size(ObjectKey key) throws IOException;

    /**
     * All objects of a type, in no order; empty where there are none. What comes or goes meanwhile may be in it or not.
     * Files whose names are no object's are left out. For {@code config} at most one.
     */
    List<ListedObject> list(ObjectType type) throws IOException;

    /** Deletes an object where it is there. */
    void remove(ObjectKey key) throws IOException;

    /** Where it is, for messages to people; holds no credentials. */
    String location();

    @Override
    void close() throws IOException;
}

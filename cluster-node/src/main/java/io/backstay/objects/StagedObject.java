package io.backstay.objects;

import io.backstay.model.ObjectKey;
import io.backstay.model.Sha256;
import java.io.IOException;

/** A whole, durable object that nobody can see yet. It is published once, or discarded. */
public interface StagedObject extends AutoCloseable {
    /** Where it shall be. */
    ObjectKey key();

    /** Its length. */
    long sizeBytes();

    /** The hash of its content. */
    Sha256 sha256();

    /** Discards it where it was not published; may be called again. */
    @Override
    void close() throws IOException;
}

package io.backstay.objects;

import io.backstay.model.ObjectKey;
import java.io.IOException;

/** A removal of objects under one revision. One thread at a time. What was told to it is durable after the commit. */
public interface Removal {
    /** Moves the object to the trash, where its entry is the marker; a marker alone where there is no object. */
    void trash(ObjectKey key) throws IOException;

    /** Leaves a marker without touching what is there. */
    void mark(ObjectKey key) throws IOException;

    /** Takes the object away without a marker, which would say that it was deleted; its file stays until a purge. */
    void drop(ObjectKey key) throws IOException;

    /** The object was removed before: the commit makes that durable, where it was not. */
    void confirm(ObjectKey key) throws IOException;

    /** Makes all of it durable. */
    void commit() throws IOException;
}

package io.backstay.objects;

import io.backstay.model.ObjectKey;
import java.io.IOException;

/** There is no such object on this medium. */
public final class MissingObjectException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Which one. */
    public MissingObjectException(ObjectKey key) {
        super(key + " is not here");
    }
}

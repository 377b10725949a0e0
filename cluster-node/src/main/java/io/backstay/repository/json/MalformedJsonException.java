package io.backstay.repository.json;

import org.jspecify.annotations.Nullable;

/** A document is not what the format says. Who reads an object of a repository adds the object's name. */
public final class MalformedJsonException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public MalformedJsonException(String what) {
        super(what);
    }

    /** What is wrong, and how it was found. */
    public MalformedJsonException(String what, @Nullable Throwable cause) {
        super(what, cause);
    }
}

package io.backstay.repository.pack;

import org.jspecify.annotations.Nullable;

/** A pack is not what the format says. Who reads a repository adds the pack's name. */
public final class BrokenPackException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public BrokenPackException(String what) {
        super(what);
    }

    /** What is wrong, and how it was found. */
    public BrokenPackException(String what, @Nullable Throwable cause) {
        super(what, cause);
    }
}

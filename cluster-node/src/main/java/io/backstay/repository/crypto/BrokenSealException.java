package io.backstay.repository.crypto;

import org.jspecify.annotations.Nullable;

/**
 * Sealed bytes are not what was sealed, or another key sealed them. Trying again does not help. Who opens an object of a
 * repository adds the object's name.
 */
public final class BrokenSealException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public BrokenSealException(String what) {
        super(what);
    }

    /** What is wrong, and how it was found. */
    public BrokenSealException(String what, @Nullable Throwable cause) {
        super(what, cause);
    }
}

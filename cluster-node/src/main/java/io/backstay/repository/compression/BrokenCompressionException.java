package io.backstay.repository.compression;

import org.jspecify.annotations.Nullable;

/** Bytes are no zstd frame, or one of another length than was said. Who reads an object adds the object's name. */
public final class BrokenCompressionException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public BrokenCompressionException(String what) {
        super(what);
    }

    /** What is wrong, and how it was found. */
    public BrokenCompressionException(String what, @Nullable Throwable cause) {
        super(what, cause);
    }
}

package io.backstay.repository;

import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** What another thread failed with, to be thrown on by the one that waited. */
public final class Failures {
    private Failures() {}

    /** Throws unchecked causes as they are and answers an {@link IOException} to throw. */
    public static IOException unwrap(ExecutionException failure) {
        return cause(failure);
    }

    /** The same. */
    public static IOException unwrap(CompletionException failure) {
        return cause(failure);
    }

    private static IOException cause(Exception failure) {
        return switch (failure.getCause()) {
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> new IOException("a part of the work failed", failure);
        };
    }
}

package io.backstay.repository;

import java.io.IOException;
import java.util.concurrent.ExecutionException;

/** What another thread failed with, to be thrown on by the one that waited. */
public final class Failures {
    private Failures() {}

    /** Throws unchecked causes as they are and answers an {@link IOException} to throw. */
    public static IOException unwrap(ExecutionException failure) {
        return switch (failure.getCause()) {
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> new IOException("a part of the work failed", failure);
        };
    }
}

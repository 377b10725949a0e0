package io.backstay.storage.door;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Turns failures of stages into ours. */
final class Failures {
    private Failures() {}

    /** The failure with its code; one that has none is {@code INTERNAL}, with what happened as its cause. */
    static BackstayException cause(@Nullable Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof BackstayException known
                ? known
                : new BackstayException(
                        ErrorCode.INTERNAL,
                        "an unexpected failure: " + cause,
                        Objects.requireNonNullElseGet(cause, () -> new IllegalStateException("no cause")));
    }
}

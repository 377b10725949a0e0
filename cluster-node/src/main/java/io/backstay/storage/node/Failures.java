package io.backstay.storage.node;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.objects.DamagedObjectException;
import io.backstay.objects.MediumFullException;
import io.backstay.objects.MissingObjectException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** What the disk's failures are called outside. */
final class Failures {
    private Failures() {}

    /** The failure with its code. */
    static BackstayException of(Throwable failure) {
        return switch (failure) {
            case BackstayException coded -> coded;
            case CompletionException wrapped when wrapped.getCause() != null -> of(cause(wrapped));
            case ExecutionException wrapped when wrapped.getCause() != null -> of(cause(wrapped));
            case UncheckedIOException wrapped -> of(cause(wrapped));
            case MissingObjectException missing ->
                new BackstayException(ErrorCode.NOT_FOUND, message(missing), missing);
            case DamagedObjectException damaged -> new BackstayException(ErrorCode.DAMAGED, message(damaged), damaged);
            case MediumFullException full -> new BackstayException(ErrorCode.STORAGE_FULL, message(full), full);
            case IOException io -> new BackstayException(ErrorCode.UNAVAILABLE, "the disk failed: " + message(io), io);
            case TimeoutException late -> new BackstayException(ErrorCode.UNAVAILABLE, "nothing came in time", late);
            case InterruptedException ended ->
                new BackstayException(ErrorCode.UNAVAILABLE, "this node's storage is shutting down", ended);
            default -> new BackstayException(ErrorCode.INTERNAL, "storage failed: " + failure, failure);
        };
    }

    /** What the failure wraps, or itself. */
    static Throwable cause(Throwable failure) {
        return Objects.requireNonNullElse(failure.getCause(), failure);
    }

    /** Whether the disk itself failed, so that it should take nothing more until it was tried. */
    static boolean isDiskFailure(Throwable failure) {
        return failure instanceof IOException
                && !(failure instanceof MissingObjectException
                        || failure instanceof DamagedObjectException
                        || failure instanceof MediumFullException
                        // A thread was interrupted in the middle: this process ends.
                        || failure instanceof ClosedChannelException);
    }

    private static String message(Throwable failure) {
        return String.valueOf(failure.getMessage());
    }
}

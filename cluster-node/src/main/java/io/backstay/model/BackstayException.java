package io.backstay.model;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A failure that carries its {@link ErrorCode}; the message says what happened to whom and never holds a secret. Where the
 * code is not {@linkplain ErrorCode#permanent() permanent} the same request may succeed later.
 */
public final class BackstayException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final long retryAfterSeconds;

    /** A failure with its detail, a sentence without a full stop. */
    public BackstayException(ErrorCode code, String detail) {
        super(detail);
        this.code = code;
        this.retryAfterSeconds = 0;
    }

    /** A failure of which it is known when another attempt makes sense, to the next whole second. */
    public BackstayException(ErrorCode code, String detail, Duration retryAfter) {
        super(detail);
        this.code = code;
        this.retryAfterSeconds = Math.max(1, retryAfter.plusMillis(999).toSeconds());
    }

    /** A failure that another one caused. */
    public BackstayException(ErrorCode code, String detail, Throwable cause) {
        super(detail, cause);
        this.code = code;
        this.retryAfterSeconds = 0;
    }

    /** The detail; never null. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /** What went wrong, for programs. */
    public ErrorCode code() {
        return code;
    }

    /** When another attempt makes sense, in whole seconds; none where that is not known. */
    public Optional<Duration> retryAfter() {
        return retryAfterSeconds == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(retryAfterSeconds));
    }
}

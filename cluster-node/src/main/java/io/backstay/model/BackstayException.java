package io.backstay.model;

import java.util.Objects;

/**
 * A failure that carries its {@link ErrorCode}; the message says what happened to whom and never holds a secret. Where the
 * code is not {@linkplain ErrorCode#permanent() permanent} the same request may succeed later.
 */
public final class BackstayException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /** A failure with its detail, a sentence without a full stop. */
    public BackstayException(ErrorCode code, String detail) {
        super(detail);
        this.code = code;
    }

    /** A failure that another one caused. */
    public BackstayException(ErrorCode code, String detail, Throwable cause) {
        super(detail, cause);
        this.code = code;
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
}

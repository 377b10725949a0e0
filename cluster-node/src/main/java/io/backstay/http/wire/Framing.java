package io.backstay.http.wire;

/** What follows a request's head. */
sealed interface Framing {
    /**
     * A body of so many bytes.
     *
     * @param bytes 0 for none
     */
    record Length(long bytes) implements Framing {}

    /** Chunks up to the one of length 0. */
    record Chunked() implements Framing {}
}

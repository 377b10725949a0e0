package io.backstay.storage.simulation;

import io.backstay.model.ErrorCode;

/** What came of a call. */
sealed interface Outcome<A> {
    record Done<A>(A value) implements Outcome<A> {}

    record Failed<A>(ErrorCode code) implements Outcome<A> {}

    static <A> Outcome<A> done(A value) {
        return new Done<>(value);
    }

    static <A> Outcome<A> failed(ErrorCode code) {
        return new Failed<>(code);
    }
}

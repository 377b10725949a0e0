package io.backstay.repository;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;

/** Reports of what is damaged, all with {@link ErrorCode#REPOSITORY_DAMAGED} and the name of the object or blob. */
final class Damage {
    private Damage() {}

    static BackstayException of(Object what, String how) {
        return new BackstayException(ErrorCode.REPOSITORY_DAMAGED, "%s is damaged: %s".formatted(what, how));
    }

    static BackstayException of(Object what, Exception cause) {
        return new BackstayException(
                ErrorCode.REPOSITORY_DAMAGED, "%s is damaged: %s".formatted(what, cause.getMessage()), cause);
    }
}

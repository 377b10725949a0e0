package io.backstay.manager.state;

import io.backstay.model.JoinTokenId;
import io.backstay.model.Sha256;
import java.time.Instant;

/** A join token; one that is used up stays until it expires, so that a node whose answer was lost may ask again. */
public record JoinTokenRecord(
        JoinTokenId id, Sha256 hash, String label, Instant created, Instant expires, int usesLeft) {
    boolean valid(Instant now) {
        return now.isBefore(expires);
    }

    JoinTokenRecord used() {
        return new JoinTokenRecord(id, hash, label, created, expires, Math.max(0, usesLeft - 1));
    }
}

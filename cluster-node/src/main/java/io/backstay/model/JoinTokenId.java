package io.backstay.model;

import java.util.UUID;

/** The identity of a join token, by which it is listed and revoked. Printed and parsed as a lower-case UUID. */
public record JoinTokenId(UUID value) implements Comparable<JoinTokenId> {

    /**
     * Parses the printed form.
     *
     * @throws BackstayException with {@link ErrorCode#INVALID_IDENTIFIER}
     */
    public static JoinTokenId parse(String text) {
        return new JoinTokenId(Identifiers.parse("join token id", text));
    }

    @Override
    public int compareTo(JoinTokenId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}

package io.backstay.model;

import java.util.UUID;

/** The identity of an application token. Printed and parsed as a lower-case UUID. */
public record TokenId(UUID value) implements Comparable<TokenId> {

    /**
     * Parses the printed form.
     *
     * @throws BackstayException with {@link ErrorCode#INVALID_IDENTIFIER}
     */
    public static TokenId parse(String text) {
        return new TokenId(Identifiers.parse("token id", text));
    }

    @Override
    public int compareTo(TokenId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}

package io.backstay.model;

import java.util.UUID;

/** The identity of a user. Printed and parsed as a lower-case UUID. */
public record UserId(UUID value) implements Comparable<UserId> {

    /**
     * Parses the printed form.
     *
     * @throws BackstayException with {@link ErrorCode#INVALID_IDENTIFIER}
     */
    public static UserId parse(String text) {
        return new UserId(Identifiers.parse("user id", text));
    }

    @Override
    public int compareTo(UserId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}

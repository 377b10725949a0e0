package io.backstay.model;

import java.util.UUID;

/** The identity of a repository; its name may change, its id never. Printed and parsed as a lower-case UUID. */
public record RepositoryId(UUID value) implements Comparable<RepositoryId> {

    /**
     * Parses the printed form.
     *
     * @throws BackstayException with {@link ErrorCode#INVALID_IDENTIFIER}
     */
    public static RepositoryId parse(String text) {
        return new RepositoryId(Identifiers.parse("repository id", text));
    }

    @Override
    public int compareTo(RepositoryId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}

package io.backstay.model;

import java.util.regex.Pattern;

/** A repository's name, one segment of the address that restic is given; unique in a cluster. */
public record RepositoryName(String value) implements Comparable<RepositoryName> {
    private static final Pattern ALLOWED = Pattern.compile("[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?");

    /**
     * Checks the name.
     *
     * @throws BackstayException with {@link ErrorCode#INVALID_NAME}
     */
    public RepositoryName {
        Identifiers.name(
                "repository name",
                ALLOWED,
                "1 to 64 characters of a-z, 0-9, dot, underscore and hyphen, beginning and ending with a letter or"
                        + " digit",
                value);
    }

    @Override
    public int compareTo(RepositoryName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}

package io.backstay.model;

import java.util.regex.Pattern;

/** The name that a user signs in with. No colon, which HTTP basic authentication could not carry. */
public record UserName(String value) implements Comparable<UserName> {
    private static final Pattern ALLOWED = Pattern.compile("[a-z0-9]([a-z0-9._@-]{0,62}[a-z0-9])?");

    /**
     * Checks the name.
     *
     * @throws BackstayException with {@link ErrorCode#INVALID_NAME}
     */
    public UserName {
        Identifiers.name(
                "user name",
                ALLOWED,
                "1 to 64 characters of a-z, 0-9, dot, underscore, at and hyphen, beginning and ending with a letter or"
                        + " digit",
                value);
    }

    @Override
    public int compareTo(UserName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}

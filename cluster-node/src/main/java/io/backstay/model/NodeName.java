package io.backstay.model;

import java.util.regex.Pattern;

/** A node's name as people see it, unique in a cluster; in the form of a host name. */
public record NodeName(String value) implements Comparable<NodeName> {
    private static final Pattern ALLOWED = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");

    /**
     * Checks the name.
     *
     * @throws BackstayException with {@link ErrorCode#INVALID_NAME}
     */
    public NodeName {
        Identifiers.name(
                "node name",
                ALLOWED,
                "1 to 63 characters of a-z, 0-9, dot and hyphen, beginning and ending with a letter or digit",
                value);
    }

    @Override
    public int compareTo(NodeName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}

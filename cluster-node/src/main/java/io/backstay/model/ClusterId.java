package io.backstay.model;

import java.util.UUID;

/** The identity of a cluster, made by {@code backstay cluster init}. Printed and parsed as a lower-case UUID. */
public record ClusterId(UUID value) implements Comparable<ClusterId> {

    /**
     * Parses the printed form.
     *
     * @throws BackstayException with {@link ErrorCode#INVALID_IDENTIFIER}
     */
    public static ClusterId parse(String text) {
        return new ClusterId(Identifiers.parse("cluster id", text));
    }

    @Override
    public int compareTo(ClusterId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}

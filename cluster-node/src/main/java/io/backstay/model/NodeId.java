package io.backstay.model;

import java.util.UUID;

/** The identity of a node, made at its first start and kept in its data folder. Printed and parsed as a lower-case UUID. */
public record NodeId(UUID value) implements Comparable<NodeId> {

    /**
     * Parses the printed form.
     *
     * @throws BackstayException with {@link ErrorCode#INVALID_IDENTIFIER}
     */
    public static NodeId parse(String text) {
        return new NodeId(Identifiers.parse("node id", text));
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}

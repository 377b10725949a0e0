package io.backstay.local.control;

import io.backstay.local.table.NodeRow;
import java.util.List;

/**
 * What the launcher says.
 *
 * @param done whether it was done; else {@code message} says why not
 * @param lines that explain the message
 * @param nodes for {@code STATUS}
 */
record Answer(boolean done, String message, List<String> lines, List<NodeRow> nodes) {
    Answer {
        lines = List.copyOf(lines);
        nodes = List.copyOf(nodes);
    }

    static Answer done(String message) {
        return new Answer(true, message, List.of(), List.of());
    }

    static Answer refused(String message, List<String> lines) {
        return new Answer(false, message, lines, List.of());
    }

    static Answer status(List<NodeRow> nodes) {
        return new Answer(true, "", List.of(), nodes);
    }
}

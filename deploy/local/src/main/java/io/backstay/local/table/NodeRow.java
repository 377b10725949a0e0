package io.backstay.local.table;

import io.backstay.local.cluster.NodeStatus;
import io.backstay.local.node.PlannedNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A node's line: texts as they are shown.
 *
 * @param state {@code running} and so on
 * @param pid a hyphen while it does not run
 */
public record NodeRow(
        String name,
        String state,
        boolean manager,
        String roles,
        String http,
        String management,
        String pid,
        int deaths) {
    /** Of each node. */
    public static List<NodeRow> of(List<NodeStatus> nodes, Optional<String> manager) {
        return nodes.stream().map(node -> of(node, manager)).toList();
    }

    private static NodeRow of(NodeStatus node, Optional<String> manager) {
        return new NodeRow(
                node.name(),
                node.state().name().toLowerCase(Locale.ROOT),
                manager.filter(node.name()::equals).isPresent(),
                node.roles().equals(PlannedNode.ALL_ROLES) ? "all" : String.join(", ", node.roles()),
                node.http(),
                node.management(),
                node.pid().isPresent() ? Long.toString(node.pid().getAsLong()) : "-",
                node.deaths());
    }

    List<String> cells() {
        return List.of(
                name, manager ? state + ", manager" : state, roles, http, management, pid, Integer.toString(deaths));
    }
}

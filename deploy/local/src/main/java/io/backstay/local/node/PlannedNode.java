package io.backstay.local.node;

import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A node as it was decided once.
 *
 * @param name {@code node-1} and so on: its number gives its port for HTTP
 * @param founder whether it began the cluster; the others join
 */
public record PlannedNode(
        String name, List<String> roles, boolean founder, int internalPort, int clusterPort, int managementPort) {
    /** Every role that a node can have. */
    public static final List<String> ALL_ROLES = List.of("cluster-manager", "backup-manager", "backup-storage");

    /** As many as names have numbers for. */
    public static final int MOST_NODES = 999;

    private static final Pattern NAME = Pattern.compile("node-([1-9][0-9]{0,2})");

    /** Copies the list. */
    public PlannedNode {
        roles = List.copyOf(roles);
    }

    /** The name of the node with the number. */
    public static String name(int number) {
        return "node-" + number;
    }

    /** The number in a name; none where nodes are not called so here. */
    public static OptionalInt number(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches() ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
    }

    /** Its port for users, where the first node has the one given. */
    public int httpPort(int first) {
        return first + number(name).orElseThrow() - 1;
    }
}

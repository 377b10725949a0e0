package io.backstay.cluster.join;

import io.backstay.model.NodeId;
import io.backstay.model.NodeName;
import io.backstay.model.Role;
import java.util.Set;

/**
 * What a node says of itself when it joins and each time it announces itself to a manager.
 *
 * @param zone failure zone, empty where none is named
 * @param http address that users reach, as {@code http://host:8420}
 * @param internal address of node-to-node transfer, as {@code http://host:8421}
 */
public record NodeDescription(NodeId id, NodeName name, Set<Role> roles, String zone, String http, String internal) {
    /** Copies the set. */
    public NodeDescription {
        roles = Set.copyOf(roles);
    }
}

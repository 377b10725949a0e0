package io.backstay.manager.command;

import io.backstay.model.NodeId;
import io.backstay.model.NodeName;
import io.backstay.model.Role;
import java.util.Set;

/**
 * What a node says of itself.
 *
 * @param zone failure zone, empty where none is named
 * @param http address that users reach, as {@code http://host:8420}
 * @param internal address of node-to-node transfer, as {@code http://host:8421}
 */
public record NodeAnnouncement(NodeId id, NodeName name, Set<Role> roles, String zone, String http, String internal) {
    /** Copies the set. */
    public NodeAnnouncement {
        roles = Set.copyOf(roles);
    }
}

package io.backstay.cluster.view;

import io.backstay.model.NodeId;
import io.backstay.model.NodeName;
import io.backstay.model.Role;
import java.util.Set;

/**
 * A node as every other knows it.
 *
 * @param zone failure zone, empty where none is named
 * @param http address that users reach, as {@code http://host:8420}
 * @param internal address of node-to-node transfer, as {@code http://host:8421}
 * @param certificate SHA-256 fingerprint of its certificate, lower-case hexadecimal
 * @param admitted false once it was removed: its id never comes back and its certificate is refused
 */
public record NodeView(
        NodeId id,
        NodeName name,
        Set<Role> roles,
        String zone,
        String http,
        String internal,
        String certificate,
        boolean admitted) {
    /** Copies the set. */
    public NodeView {
        roles = Set.copyOf(roles);
    }

    /** Whether it is one of S: admitted with the role {@code backup-storage}, up or not. */
    public boolean storesObjects() {
        return admitted && roles.contains(Role.BACKUP_STORAGE);
    }
}

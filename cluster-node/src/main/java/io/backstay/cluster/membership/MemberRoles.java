package io.backstay.cluster.membership;

import io.backstay.model.BackstayException;
import io.backstay.model.NodeId;
import io.backstay.model.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.cluster.Member;

/**
 * What a Pekko member's roles say: Backstay's roles by {@link Role#text()}, the node's id as {@code node-<id>}, and {@code
 * founder} of a node that may begin a cluster.
 */
public final class MemberRoles {
    private static final String NODE = "node-";
    /** Of a node that may begin a cluster. */
    static final String FOUNDER = "founder";

    private MemberRoles() {}

    /** The Pekko roles of a node. */
    public static List<String> of(NodeId node, Set<Role> roles, boolean founds) {
        List<String> texts =
                new ArrayList<>(roles.stream().map(Role::text).sorted().toList());
        texts.add(NODE + node);
        if (founds) {
            texts.add(FOUNDER);
        }
        return texts;
    }

    /** Which node the member is; none where it is no node of Backstay's. */
    public static Optional<NodeId> node(Member member) {
        for (String role : member.getRoles()) {
            if (role.startsWith(NODE)) {
                try {
                    return Optional.of(NodeId.parse(role.substring(NODE.length())));
                } catch (BackstayException e) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }
}

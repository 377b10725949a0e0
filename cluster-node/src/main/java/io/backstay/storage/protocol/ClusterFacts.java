package io.backstay.storage.protocol;

import io.backstay.model.NodeId;
import io.backstay.model.Replication;
import java.util.List;
import java.util.Set;

/**
 * What an entity knows of the world at the moment of an input.
 *
 * @param nowMillis milliseconds since 1970
 * @param storage S: the admitted storage nodes, up or not
 * @param up the nodes that are up and reachable
 * @param writable the nodes that take writes: not full, not failing
 * @param policyReplicas what the repository's policy asks for
 */
public record ClusterFacts(
        long nowMillis, List<Placement.Candidate> storage, Set<NodeId> up, Set<NodeId> writable, int policyReplicas) {
    /** Copies the collections. */
    public ClusterFacts {
        storage = List.copyOf(storage);
        up = Set.copyOf(up);
        writable = Set.copyOf(writable);
    }

    /** R and W at this moment. */
    public Replication replication() {
        return Replication.of(policyReplicas, storage.size());
    }

    /** The same under another policy. */
    ClusterFacts withPolicy(int replicas) {
        return new ClusterFacts(nowMillis, storage, up, writable, replicas);
    }

    /** Whether the node is one of S. */
    public boolean stores(NodeId node) {
        return storage.stream().anyMatch(candidate -> candidate.node().equals(node));
    }

    /** The number of nodes that is more than half of S. */
    public int majority() {
        return storage.size() / 2 + 1;
    }
}

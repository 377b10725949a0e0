package io.backstay.cluster.agent;

import io.backstay.cluster.join.NodeDescription;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Where a node announces itself: the manager, seen from here. */
@FunctionalInterface
public interface NodeRegistry {
    /**
     * Tells the manager how the node is; safe to do twice. The stage never fails: it is empty where the manager has taken it,
     * otherwise it says why not, and the same may be told again later.
     *
     * @param certificatePem the node's certificate
     */
    CompletionStage<Optional<String>> announce(NodeDescription node, String certificatePem);
}

package io.backstay.cluster.view;

import io.backstay.model.NodeId;
import java.util.Set;

/** Which nodes are up and reachable members as this node sees it. Safe for use by many threads. */
public interface Reachability {
    /** The nodes that are up and reachable, this one included while it is a member. */
    Set<NodeId> up();

    /** Calls the listener after each change until the answer is run; it must not block. */
    Runnable subscribe(Runnable listener);
}

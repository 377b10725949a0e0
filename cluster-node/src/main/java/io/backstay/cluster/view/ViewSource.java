package io.backstay.cluster.view;

import java.util.Optional;
import java.util.function.Consumer;

/** The newest view that this node has. Safe for use by many threads. */
public interface ViewSource {
    /** The newest view; none before the node has ever been a member. */
    Optional<ClusterView> current();

    /** Calls the listener with each newer view, and at once with the current one; it must not block. */
    void subscribe(Consumer<ClusterView> listener);
}

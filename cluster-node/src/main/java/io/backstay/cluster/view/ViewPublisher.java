package io.backstay.cluster.view;

/** Takes what the manager decided to every node. Safe for use by many threads. */
public interface ViewPublisher {
    /**
     * Spreads a view, at once to this node's {@link ViewSource} and soon to every other's. Returns without waiting. A view
     * that is not newer than the newest known is ignored, so that publishing twice is harmless; every manager publishes
     * once after its recovery, whatever was published before.
     */
    void publish(ClusterView view);
}

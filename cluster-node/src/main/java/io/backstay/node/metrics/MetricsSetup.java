package io.backstay.node.metrics;

import org.apache.pekko.actor.setup.Setup;

/** Gives a cluster system the figures of its process. */
public final class MetricsSetup extends Setup {
    private final NodeMetrics metrics;

    /** For {@link MetricsRoutes} in that system. */
    public MetricsSetup(NodeMetrics metrics) {
        this.metrics = metrics;
    }

    NodeMetrics metrics() {
        return metrics;
    }
}

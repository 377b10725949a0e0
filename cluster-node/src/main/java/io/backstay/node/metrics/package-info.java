/**
 * What a node measures of itself, as Prometheus reads it: {@link io.backstay.node.metrics.NodeMetrics} has the figures of a
 * process, {@link io.backstay.node.metrics.MetricsRoutes} shows them beside the endpoints of Pekko Management. What each
 * means is in {@code docs/operations/metrics.md}.
 */
@NullMarked
package io.backstay.node.metrics;

import org.jspecify.annotations.NullMarked;

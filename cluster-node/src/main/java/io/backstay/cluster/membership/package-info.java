/**
 * The cluster's actor system on this node: {@link io.backstay.cluster.membership.ClusterRuntime} starts it, starts it again
 * when it has ended for any reason but the process's end, and has it leave; who is up is in
 * {@link io.backstay.cluster.membership.ReachableNodes}, which outlives each system. Timing stands in {@code cluster.conf},
 * its reasons in {@code docs/RATIONALE.md}. May import {@code model}, {@code cluster.identity}, {@code cluster.tls},
 * {@code cluster.view}.
 */
@NullMarked
package io.backstay.cluster.membership;

import org.jspecify.annotations.NullMarked;

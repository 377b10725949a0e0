/**
 * What a node does about its own membership: {@link io.backstay.cluster.agent.NodeAgent} announces it to the manager until the
 * view shows it as it is, and acts on removals. May import {@code model}, {@code cluster.join}, {@code cluster.membership},
 * {@code cluster.view}.
 */
@NullMarked
package io.backstay.cluster.agent;

import org.jspecify.annotations.NullMarked;

/**
 * How a node gets its certificate: {@link io.backstay.cluster.join.JoinRequest} and
 * {@link io.backstay.cluster.join.JoinAnswer} are the bodies of {@code POST /api/v1/nodes/join}, which any member serves;
 * {@link io.backstay.cluster.join.NodeDescription} is how a node describes itself there and to the manager. May import
 * {@code model}, {@code cluster.identity}.
 */
@NullMarked
package io.backstay.cluster.join;

import org.jspecify.annotations.NullMarked;

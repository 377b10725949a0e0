/**
 * Who a node is and how it proves it: the node's key pair and certificate
 * ({@link io.backstay.cluster.identity.NodeIdentity}), the cluster's own authority
 * ({@link io.backstay.cluster.identity.Authority}), the master key that seals what must not lie open
 * ({@link io.backstay.cluster.identity.MasterKey}), join tokens, and the folder that {@code backstay cluster init} writes.
 * Secrets never appear in {@code toString} or a message. May import {@code model}, {@code cluster.files}, BouncyCastle.
 */
@NullMarked
package io.backstay.cluster.identity;

import org.jspecify.annotations.NullMarked;

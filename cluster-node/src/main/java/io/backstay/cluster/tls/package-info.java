/**
 * Mutual TLS between nodes: {@link io.backstay.cluster.tls.MutualTls} is what Artery makes its connections with. Both sides
 * show a certificate of the cluster's authority, and a node that the view knows as removed is kept out. May import
 * {@code model}, {@code cluster.identity}, {@code cluster.view}.
 */
@NullMarked
package io.backstay.cluster.tls;

import org.jspecify.annotations.NullMarked;

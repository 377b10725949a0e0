/**
 * How views spread: {@link io.backstay.cluster.replication.ViewExchange}, one actor a node, announces by Distributed Data which
 * view is the newest and fetches its body from the node that published it, in chunks that fit Artery's frames. May import
 * {@code model}, {@code cluster.view}.
 */
@NullMarked
package io.backstay.cluster.replication;

import org.jspecify.annotations.NullMarked;

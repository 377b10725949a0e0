/**
 * A node's own disk under the storage protocol's rules. Entry: {@link io.backstay.storage.node.StorageNode}, this node's
 * {@link io.backstay.storage.transfer.StoragePeer}. What may be placed and removed is decided by
 * {@link io.backstay.storage.protocol.NodeRules}; here are the locks, the disk and the clock around it.
 *
 * <p>Invariants: an epoch is on disk before it is answered; a revision is in the standing on disk before a sidecar or a
 * marker shows it; deciding and renaming are one step under the key's lock; disk work runs on virtual threads, so many at
 * once as the gate allows, never on a dispatcher of actors. May import {@code model}, {@code objects},
 * {@code cluster.view}, {@code storage.protocol}, {@code storage.transfer}'s interface.
 */
@NullMarked
package io.backstay.storage.node;

import org.jspecify.annotations.NullMarked;

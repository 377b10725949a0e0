/**
 * How one node reaches the objects on another node's disk, or its own: {@link io.backstay.storage.transfer.StoragePeer}
 * is the one interface, streamed HTTP with a MAC the one remote implementation.
 */
@NullMarked
package io.backstay.storage.transfer;

import org.jspecify.annotations.NullMarked;

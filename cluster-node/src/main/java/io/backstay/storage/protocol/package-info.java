/**
 * The storage protocol as pure state machines: what keeps an acknowledged object. {@link
 * io.backstay.storage.protocol.EntityMachine} is the repository's single writer, {@link
 * io.backstay.storage.protocol.Catalogue} its persistent state, {@link io.backstay.storage.protocol.NodeRules} what a
 * storage node accepts, {@link io.backstay.storage.protocol.UploadQuorum} when a door may acknowledge, {@link
 * io.backstay.storage.protocol.Placement} where objects belong.
 *
 * <p>Nothing here knows actors, HTTP, disks or clocks: time and the state of the cluster are arguments. Production runs
 * these classes inside actors, the simulator runs the same classes under injected faults.
 */
@NullMarked
package io.backstay.storage.protocol;

import org.jspecify.annotations.NullMarked;

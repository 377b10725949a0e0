/**
 * A whole cluster in one thread, driven by one seed: the classes of {@code storage.protocol} are the real ones; actors, HTTP,
 * disks, journal and clocks are simple models that crash, pause, lose, delay, duplicate, reorder, fill up and corrupt.
 * Begin reading at {@link io.backstay.storage.simulation.Simulation}; what must hold is in {@link
 * io.backstay.storage.simulation.Oracle}; {@link io.backstay.storage.simulation.Mutation} takes one rule away at a time, to
 * show that its loss is seen.
 *
 * <p>Everything is a function of the {@link io.backstay.storage.simulation.Plan} and its seed: no wall clock, no iteration in
 * the order of identity hashes, no threads.
 */
@NullMarked
package io.backstay.storage.simulation;

import org.jspecify.annotations.NullMarked;

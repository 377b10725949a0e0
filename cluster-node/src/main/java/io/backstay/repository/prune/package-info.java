/**
 * Giving room back: {@link io.backstay.repository.prune.PrunePlanner} looks and decides, {@link
 * io.backstay.repository.prune.PrunePlan} says what would be done, {@link io.backstay.repository.prune.Prune} does it.
 *
 * <p>Invariants: nothing is planned where something that is needed is missing; what is kept is durable in its new pack and
 * listed before the old one goes; so that an interruption at any point loses nothing. Execution needs an exclusive lock. May
 * import the format's packages, {@code write} and the root.
 */
@NullMarked
package io.backstay.repository.prune;

import org.jspecify.annotations.NullMarked;

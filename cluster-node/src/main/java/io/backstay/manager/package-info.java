/**
 * The cluster's one manager: it decides on users, nodes, repositories and tokens, and publishes the view that every node
 * holds. Others reach it through {@link io.backstay.manager.ManagerGateway}. {@code command} has what can be asked and
 * answered, {@code state} the rules (pure), {@code journal} how events and snapshots are stored, {@code mirror} the copy of
 * the state outside of the journal. May import {@code model} and {@code cluster}.
 *
 * <p>Invariants: nothing changes but by an event that the journal took; a manager that is not the newest epoch's persists
 * nothing; secrets lie in the state only as hashes or sealed.
 */
@NullMarked
package io.backstay.manager;

import org.jspecify.annotations.NullMarked;

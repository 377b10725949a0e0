/**
 * The manager's rules, pure: {@link io.backstay.manager.state.ManagerState} decides a command (which events, or why not) and
 * applies events. No clock, no randomness, no I/O: what must be computed outside is named as
 * {@link io.backstay.manager.state.Work} and comes back as {@link io.backstay.manager.state.Evidence}.
 *
 * <p>Invariants, held by each event that a decision gives: names of users, repositories and admitted nodes are unique; an
 * enabled admin exists; tokens, grants and ownership name what exists; the revision grows by one with each event; applying
 * the same events gives the same state and the same chain. A refusal changes nothing.
 *
 * <p>May import {@code model}, {@code cluster.view}, {@code manager.command}; no Pekko, no HTTP, no Jackson.
 */
@NullMarked
package io.backstay.manager.state;

import org.jspecify.annotations.NullMarked;

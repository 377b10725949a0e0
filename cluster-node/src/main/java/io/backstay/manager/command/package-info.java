/**
 * What can be asked of the manager ({@link io.backstay.manager.command.ManagerCommand}), on whose behalf
 * ({@link io.backstay.manager.command.Initiator}), and what it answers ({@link io.backstay.manager.command.ManagerReply}).
 * These records travel between nodes; nothing in an answer is secret but what the command asked for. May import
 * {@code model}, {@code cluster.view}, {@code cluster.join} and Jackson's annotations.
 */
@NullMarked
package io.backstay.manager.command;

import org.jspecify.annotations.NullMarked;

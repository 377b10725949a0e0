/** The parts of the {@code backstay} command that run a node and make a cluster. Knows {@code node} and what it wires. */
@NullMarked
package io.backstay.node.command;

import org.jspecify.annotations.NullMarked;

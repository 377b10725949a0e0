/**
 * The node as a whole: {@link io.backstay.node.Main} is where the {@code backstay} command begins,
 * {@link io.backstay.node.Node} starts and stops all rooms in order. The only room that sees every other; none imports it.
 */
@NullMarked
package io.backstay.node;

import org.jspecify.annotations.NullMarked;

/**
 * A node as anybody sees it from outside: its configuration and command ({@link io.backstay.local.node.NodeProgram}), its
 * readiness and its API ({@link io.backstay.local.node.NodeProbe}).
 */
@NullMarked
package io.backstay.local.node;

import org.jspecify.annotations.NullMarked;

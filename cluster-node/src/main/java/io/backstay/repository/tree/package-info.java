/**
 * Folders: {@link io.backstay.repository.tree.TreeJson} reads and writes them byte for byte as restic does, since a folder's id
 * is the hash of these bytes; {@link io.backstay.repository.tree.Node} is one entry. Invariants: nodes are in the order of
 * their names' bytes and no name is there twice; a name is never taken for a path. May import {@code model}, {@code json},
 * Jackson.
 */
@NullMarked
package io.backstay.repository.tree;

import org.jspecify.annotations.NullMarked;

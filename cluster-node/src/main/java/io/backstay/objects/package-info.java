/**
 * Objects of a restic repository on a medium, from two sides.
 *
 * <p>{@link io.backstay.objects.ObjectStore} is the server's: one repository's objects on one disk of a node, with revisions,
 * checksums of blocks and markers of removals; {@link io.backstay.objects.ObjectMedium} is where the repositories of a node
 * lie. Implementations: {@code disk} and {@code memory}.
 *
 * <p>{@link io.backstay.objects.Backend} is the client's: save, load, list and remove, as restic's clients know storage, and
 * none of what only a cluster's disks need. Implementations: {@code local} (a folder in restic's layout) and {@code memory}.
 *
 * <p>One contract suite holds for all implementations of each. Invariants: nothing half-written is ever visible; no file is
 * written in place; every length read from a medium is bounded before it is used. May import {@code model} only.
 */
@NullMarked
package io.backstay.objects;

import org.jspecify.annotations.NullMarked;

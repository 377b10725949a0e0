/**
 * Objects of a restic repository on a medium. {@link io.backstay.objects.ObjectStore} is the only door to storage: one
 * repository's objects; {@link io.backstay.objects.ObjectMedium} is where the repositories of a node lie. Implementations:
 * {@code disk} and {@code memory}; one contract suite holds for both.
 *
 * <p>Invariants: nothing half-written is ever visible; no file is written in place; no byte is handed out before its block
 * was verified; every length read from a medium is bounded before it is used. May import {@code model} only.
 */
@NullMarked
package io.backstay.objects;

import org.jspecify.annotations.NullMarked;

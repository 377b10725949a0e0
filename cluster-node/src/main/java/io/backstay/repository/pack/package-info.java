/**
 * Packs: blobs one behind the other and a sealed header that lists them (restic {@code doc/design.rst}, "Pack Format").
 * {@link io.backstay.repository.pack.PackBuilder} writes one, {@link io.backstay.repository.pack.PackHeader} reads the list.
 * Invariants: a header is read again before a pack is given out; every length that a header names is checked against the
 * pack's before it is used. May import {@code model}, {@code crypto}.
 */
@NullMarked
package io.backstay.repository.pack;

import org.jspecify.annotations.NullMarked;

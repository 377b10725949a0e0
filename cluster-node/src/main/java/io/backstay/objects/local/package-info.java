/**
 * A restic repository in a folder of this machine, in the layout of restic's local backend ({@code doc/design.rst},
 * "Repository Layout"): {@link io.backstay.objects.local.LocalBackend}. Invariants: a file is written under a temporary name,
 * synced, renamed, and its folder synced; no file is ever written in place. May import {@code model} and {@code objects}.
 */
@NullMarked
package io.backstay.objects.local;

import org.jspecify.annotations.NullMarked;

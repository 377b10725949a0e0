/**
 * A real Postgres from the embedded binaries, {@code fsync} on, its data kept: {@link io.backstay.local.postgres.Postgres}.
 * Runs as root too: in a user namespace of its own, where the server is nobody.
 */
@NullMarked
package io.backstay.local.postgres;

import org.jspecify.annotations.NullMarked;

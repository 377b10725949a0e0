/**
 * Who asks: {@link io.backstay.http.auth.Authenticator} turns credentials into a {@link io.backstay.http.auth.Principal}, by
 * this node's view alone, so that backups and restores go on while no manager is there. May import {@code model},
 * {@code cluster.view}, {@code cluster.credentials}.
 */
@NullMarked
package io.backstay.http.auth;

import org.jspecify.annotations.NullMarked;

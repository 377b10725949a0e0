/**
 * Credentials: how passwords, application tokens and sessions are made, checked and remembered, and how guessing them is
 * made slow. Each node checks by itself, from its view. Entries: {@link io.backstay.cluster.credentials.PasswordHasher},
 * {@link io.backstay.cluster.credentials.ApplicationTokenSecret}, {@link io.backstay.cluster.credentials.Sessions},
 * {@link io.backstay.cluster.credentials.FailureLimiter}, {@link io.backstay.cluster.credentials.CredentialCache}.
 *
 * <p>Secrets never appear in {@code toString} or in an exception's message, and are compared in constant time. May import
 * {@code model}, {@code cluster.view} and BouncyCastle.
 */
@NullMarked
package io.backstay.cluster.credentials;

import org.jspecify.annotations.NullMarked;

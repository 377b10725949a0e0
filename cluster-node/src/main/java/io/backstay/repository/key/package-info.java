/**
 * Key files: each opens the repository's master key with one password (restic {@code doc/design.rst}, "Keys, Encryption and
 * MAC"). {@link io.backstay.repository.key.KeyFile} is one; {@link io.backstay.repository.key.ScryptParameters} says how much
 * work a password costs. Invariants: the work that a key file asks for is bounded before it is done; passwords and keys are
 * never printed. May import {@code model}, {@code crypto}, {@code json} and Bouncy Castle.
 */
@NullMarked
package io.backstay.repository.key;

import org.jspecify.annotations.NullMarked;

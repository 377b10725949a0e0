/**
 * Encryption of everything in a repository (restic {@code doc/design.rst}, "Keys, Encryption and MAC"): AES-256 in counter
 * mode, authenticated by Poly1305-AES over the ciphertext. Begin with {@link io.backstay.repository.crypto.SealingKey}.
 * Invariants: nothing is decrypted before its MAC was found right; keys are never printed. May import {@code model} only.
 */
@NullMarked
package io.backstay.repository.crypto;

import org.jspecify.annotations.NullMarked;

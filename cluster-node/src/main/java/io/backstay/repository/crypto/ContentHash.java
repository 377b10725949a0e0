package io.backstay.repository.crypto;

import io.backstay.model.Sha256;
import java.security.MessageDigest;

/**
 * SHA-256 of arrays, over and over. Not safe for use by several threads. Takes small steps, for the same reason as
 * {@link Sealer}: so that the JVM's fast way is compiled soon.
 */
public final class ContentHash {
    private static final int STEP_BYTES = 16 * 1024;

    private final MessageDigest digest = Sha256.digest();

    /** The hash of a part of an array. */
    public Sha256 of(byte[] bytes, int from, int length) {
        int end = from + length;
        for (int at = from; at < end; at += STEP_BYTES) {
            digest.update(bytes, at, Math.min(STEP_BYTES, end - at));
        }
        return Sha256.of(digest.digest(), 0);
    }

    /** The hash of a whole array. */
    public Sha256 of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }
}

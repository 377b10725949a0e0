package io.backstay.repository.crypto;

import java.security.SecureRandom;
import java.util.Arrays;

/**
 * A key that seals and opens: 32 bytes for AES-256, and for Poly1305-AES 16 bytes {@code k} and 16 bytes {@code r}, the latter
 * as they are stored, not clamped. Immutable, for use by any number of threads; each takes a {@link Sealer} of its own.
 */
public final class SealingKey {
    /** Length of the encryption key. */
    public static final int ENCRYPTION_BYTES = 32;

    /** Length of each of the MAC's two keys. */
    public static final int MAC_BYTES = 16;

    private final byte[] encryption;
    private final byte[] macK;
    private final byte[] macR;

    private SealingKey(byte[] encryption, byte[] macK, byte[] macR) {
        this.encryption = encryption;
        this.macK = macK;
        this.macR = macR;
    }

    /**
     * The key of these bytes.
     *
     * @throws BrokenSealException where a length is wrong or a part is all zero, as no key is
     */
    public static SealingKey of(byte[] encryption, byte[] macK, byte[] macR) throws BrokenSealException {
        if (encryption.length != ENCRYPTION_BYTES || macK.length != MAC_BYTES || macR.length != MAC_BYTES) {
            throw new BrokenSealException("a key's part has the wrong length");
        }
        if (allZero(encryption) || allZero(macK) || allZero(macR)) {
            throw new BrokenSealException("a key's part is all zero");
        }
        return new SealingKey(encryption.clone(), macK.clone(), macR.clone());
    }

    /** A new key. */
    public static SealingKey random(SecureRandom random) {
        byte[] bytes = new byte[ENCRYPTION_BYTES + 2 * MAC_BYTES];
        random.nextBytes(bytes);
        return new SealingKey(
                Arrays.copyOf(bytes, ENCRYPTION_BYTES),
                Arrays.copyOfRange(bytes, ENCRYPTION_BYTES, ENCRYPTION_BYTES + MAC_BYTES),
                Arrays.copyOfRange(bytes, ENCRYPTION_BYTES + MAC_BYTES, bytes.length));
    }

    /** What one thread seals and opens with. */
    public Sealer sealer() {
        return new Sealer(this, new SecureRandom());
    }

    /** A copy of the encryption key. */
    public byte[] encryption() {
        return encryption.clone();
    }

    /** A copy of the MAC's AES key. */
    public byte[] macK() {
        return macK.clone();
    }

    /** A copy of the MAC's polynomial key. */
    public byte[] macR() {
        return macR.clone();
    }

    /** Says nothing of the key. */
    @Override
    public String toString() {
        return "SealingKey";
    }

    private static boolean allZero(byte[] bytes) {
        int sum = 0;
        for (byte b : bytes) {
            sum |= b;
        }
        return sum == 0;
    }
}

package io.backstay.repository.crypto;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals and opens with one key: {@code IV (16) || ciphertext || MAC (16)}. Source and target may be the same array. Not safe
 * for use by several threads; keeps its buffers, so that sealing allocates nothing of the content's length.
 */
public final class Sealer {
    /** By how much sealed bytes are longer than plain ones. */
    public static final int OVERHEAD_BYTES = 32;

    private static final int IV_BYTES = 16;

    /**
     * What is given to the cipher at once. The JVM's fast AES is for callers that are compiled, and they are after many
     * calls, not after many bytes: with 1 MiB at once it took a gigabyte to get from 0.5 to 8 GB/s, with this a few dozen MB.
     */
    private static final int STEP_BYTES = 16 * 1024;

    private final SecureRandom random;
    private final Cipher counterMode;
    private final Cipher nonceCipher;
    private final SecretKeySpec encryption;
    private final Poly1305 poly1305 = new Poly1305();
    private final byte[] iv = new byte[IV_BYTES];
    private final byte[] oneTimeKey = new byte[Poly1305.KEY_BYTES];
    private final byte[] tag = new byte[Poly1305.TAG_BYTES];

    Sealer(SealingKey key, SecureRandom random) {
        this.random = random;
        this.encryption = new SecretKeySpec(key.encryption(), "AES");
        System.arraycopy(key.macR(), 0, oneTimeKey, 0, SealingKey.MAC_BYTES);
        try {
            counterMode = Cipher.getInstance("AES/CTR/NoPadding");
            nonceCipher = Cipher.getInstance("AES/ECB/NoPadding");
            nonceCipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key.macK(), "AES"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no AES", e);
        }
    }

    /** The sealed bytes of the whole array. */
    public byte[] seal(byte[] plain) {
        byte[] sealed = new byte[plain.length + OVERHEAD_BYTES];
        seal(plain, 0, plain.length, sealed, 0);
        return sealed;
    }

    /**
     * Seals a part of an array under a fresh random IV and answers how many bytes were written: {@link #OVERHEAD_BYTES} more
     * than were read. Within one array the plain bytes may lie where the ciphertext goes: {@code from == at + 16}.
     */
    public int seal(byte[] plain, int from, int length, byte[] into, int at) {
        do {
            random.nextBytes(iv);
        } while (isZero(iv));
        crypt(plain, from, length, into, at + IV_BYTES);
        System.arraycopy(iv, 0, into, at, IV_BYTES);
        authenticate(into, at + IV_BYTES, length, into, at + IV_BYTES + length);
        return length + OVERHEAD_BYTES;
    }

    /** What the whole array has sealed. */
    public byte[] open(byte[] sealed) throws BrokenSealException {
        byte[] plain = new byte[Math.max(0, sealed.length - OVERHEAD_BYTES)];
        open(sealed, 0, sealed.length, plain, 0);
        return plain;
    }

    /**
     * Opens a part of an array and answers how many bytes were written: {@link #OVERHEAD_BYTES} fewer than were read. Target
     * and source may be the same place as {@code at == from + 16}.
     *
     * @throws BrokenSealException where the MAC is wrong; nothing was written then
     */
    public int open(byte[] sealed, int from, int length, byte[] into, int at) throws BrokenSealException {
        int plainLength = length - OVERHEAD_BYTES;
        if (plainLength < 0) {
            throw new BrokenSealException("only %d bytes, a seal alone has %d".formatted(length, OVERHEAD_BYTES));
        }
        System.arraycopy(sealed, from, iv, 0, IV_BYTES);
        if (isZero(iv)) {
            throw new BrokenSealException("the IV is zero");
        }
        authenticate(sealed, from + IV_BYTES, plainLength, tag, 0);
        int tagAt = from + IV_BYTES + plainLength;
        if (!MessageDigest.isEqual(tag, Arrays.copyOfRange(sealed, tagAt, tagAt + Poly1305.TAG_BYTES))) {
            throw new BrokenSealException("the MAC does not fit");
        }
        crypt(sealed, from + IV_BYTES, plainLength, into, at);
        return plainLength;
    }

    private void crypt(byte[] source, int from, int length, byte[] into, int at) {
        try {
            counterMode.init(Cipher.ENCRYPT_MODE, encryption, new IvParameterSpec(iv));
            int done = 0;
            while (length - done > STEP_BYTES) {
                done += counterMode.update(source, from + done, STEP_BYTES, into, at + done);
            }
            counterMode.doFinal(source, from + done, length - done, into, at + done);
        } catch (ShortBufferException e) {
            throw new IllegalArgumentException("the target has no room for " + length + " bytes at " + at, e);
        } catch (InvalidKeyException | InvalidAlgorithmParameterException e) {
            throw new IllegalStateException("AES refuses its key or IV", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES in counter mode needs no padding", e);
        }
    }

    private void authenticate(byte[] message, int from, int length, byte[] into, int at) {
        try {
            nonceCipher.doFinal(iv, 0, IV_BYTES, oneTimeKey, SealingKey.MAC_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES refuses a block", e);
        }
        poly1305.tag(oneTimeKey, message, from, length, into, at);
    }

    private static boolean isZero(byte[] bytes) {
        int sum = 0;
        for (byte b : bytes) {
            sum |= b;
        }
        return sum == 0;
    }
}

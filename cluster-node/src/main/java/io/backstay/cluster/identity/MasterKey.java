package io.backstay.cluster.identity;

import io.backstay.cluster.files.DurableFile;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The cluster's master key: 256 bits that seal other secrets (the authority's key, managed repositories' passwords). It
 * lies in a file of nodes that may be manager, never in a database. Immutable and safe for use by many threads.
 *
 * <p>Sealed bytes: one byte version (1), 8 bytes key id, 12 bytes nonce, then AES-256-GCM's ciphertext with its 16 byte
 * tag. Version, key id and the purpose are authenticated, so that what was sealed for one purpose opens for no other.
 */
public final class MasterKey {
    /** Bytes of a key. */
    public static final int KEY_BYTES = 32;

    private static final byte VERSION = 1;
    private static final int ID_BYTES = 8;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final int HEADER_BYTES = 1 + ID_BYTES + NONCE_BYTES;
    private static final int MAX_FILE_BYTES = 1024;

    private final SecretKey key;
    private final byte[] id;
    private final SecureRandom random;

    private MasterKey(byte[] key, SecureRandom random) {
        this.key = new SecretKeySpec(key, "AES");
        this.id = keyId(key);
        this.random = random;
    }

    /** A key of the given 32 bytes. */
    public static MasterKey of(byte[] key, SecureRandom random) {
        if (key.length != KEY_BYTES) {
            throw new BackstayException(
                    ErrorCode.INVALID_REQUEST, "a master key has %d bytes, not %d".formatted(KEY_BYTES, key.length));
        }
        return new MasterKey(key, random);
    }

    /**
     * Loads a file with the base64 of 32 bytes.
     *
     * @throws IOException where the file cannot be read or holds something else
     */
    public static MasterKey load(Path file, SecureRandom random) throws IOException {
        String text = new String(DurableFile.read(file, MAX_FILE_BYTES), StandardCharsets.US_ASCII).strip();
        byte[] key;
        try {
            key = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " does not hold base64", e);
        }
        if (key.length != KEY_BYTES) {
            throw new IOException("%s holds %d bytes, a master key has %d".formatted(file, key.length, KEY_BYTES));
        }
        return new MasterKey(key, random);
    }

    /** Names the key without revealing it: 16 hexadecimal digits. */
    public String id() {
        return HexFormat.of().formatHex(id);
    }

    /** Encrypts for a purpose, which must be named again to open it. */
    public byte[] seal(byte[] plain, String purpose) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BYTES * 8, nonce));
            cipher.updateAAD(associatedData(purpose));
            byte[] sealed = cipher.doFinal(plain);
            return ByteBuffer.allocate(HEADER_BYTES + sealed.length)
                    .put(VERSION)
                    .put(id)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
    }

    /**
     * Opens what {@link #seal} made for the same purpose.
     *
     * @throws BackstayException with {@link ErrorCode#DAMAGED} where it was sealed by another key, for another purpose, or
     *     was changed; trying again does not help
     */
    public byte[] unseal(byte[] sealed, String purpose) {
        if (sealed.length < HEADER_BYTES + TAG_BYTES || sealed[0] != VERSION) {
            throw new BackstayException(ErrorCode.DAMAGED, "these are not sealed bytes (" + purpose + ")");
        }
        ByteBuffer bytes = ByteBuffer.wrap(sealed, 1, sealed.length - 1);
        byte[] sealedBy = new byte[ID_BYTES];
        byte[] nonce = new byte[NONCE_BYTES];
        bytes.get(sealedBy).get(nonce);
        if (!MessageDigest.isEqual(sealedBy, id)) {
            throw new BackstayException(
                    ErrorCode.DAMAGED,
                    "%s was sealed by master key %s, this is %s"
                            .formatted(purpose, HexFormat.of().formatHex(sealedBy), id()));
        }
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BYTES * 8, nonce));
            cipher.updateAAD(associatedData(purpose));
            return cipher.doFinal(sealed, HEADER_BYTES, sealed.length - HEADER_BYTES);
        } catch (AEADBadTagException e) {
            throw new BackstayException(ErrorCode.DAMAGED, purpose + " was changed or sealed for something else", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
    }

    /** A key of 32 bytes for another purpose than sealing: HMAC-SHA256 of the purpose. It tells nothing of this one. */
    public byte[] derive(String purpose) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getEncoded(), "HmacSHA256"));
            return mac.doFinal(("backstay derived key: " + purpose).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA256", e);
        }
    }

    private byte[] associatedData(String purpose) {
        byte[] text = purpose.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + ID_BYTES + text.length)
                .put(VERSION)
                .put(id)
                .put(text)
                .array();
    }

    private static byte[] keyId(byte[] key) {
        MessageDigest digest = Sha256.digest();
        digest.update("backstay master key id".getBytes(StandardCharsets.US_ASCII));
        return Arrays.copyOf(digest.digest(key), ID_BYTES);
    }

    @Override
    public String toString() {
        return "MasterKey[" + id() + "]";
    }
}

package io.backstay.model;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 digest as four big-endian words, so that a catalogue of a million of them stays small. */
public record Sha256(long a, long b, long c, long d) implements Comparable<Sha256> {
    /** Length of a digest in bytes. */
    public static final int BYTES = 32;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final HexFormat HEX = HexFormat.of();

    /**
     * The digest whose 32 bytes begin at {@code offset}.
     *
     * @throws IndexOutOfBoundsException where fewer than 32 bytes are left
     */
    public static Sha256 of(byte[] bytes, int offset) {
        return new Sha256(
                (long) LONG.get(bytes, offset),
                (long) LONG.get(bytes, offset + 8),
                (long) LONG.get(bytes, offset + 16),
                (long) LONG.get(bytes, offset + 24));
    }

    /**
     * Parses exactly 64 lower-case hexadecimal digits.
     *
     * @throws BackstayException with {@link ErrorCode#INVALID_IDENTIFIER}
     */
    public static Sha256 parse(String hex) {
        if (!isHex(hex)) {
            throw new BackstayException(
                    ErrorCode.INVALID_IDENTIFIER, "not a SHA-256 (64 lower-case hexadecimal digits are expected)");
        }
        return of(HEX.parseHex(hex), 0);
    }

    /** Whether the text is 64 lower-case hexadecimal digits. */
    public static boolean isHex(String text) {
        if (text.length() != 2 * BYTES) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    /** A fresh SHA-256 computation; every JDK has one. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256", e);
        }
    }

    /** The digest of the bytes. */
    public static Sha256 hash(byte[] bytes) {
        return of(digest().digest(bytes), 0);
    }

    /** The 32 bytes. */
    public byte[] bytes() {
        byte[] bytes = new byte[BYTES];
        LONG.set(bytes, 0, a);
        LONG.set(bytes, 8, b);
        LONG.set(bytes, 16, c);
        LONG.set(bytes, 24, d);
        return bytes;
    }

    @Override
    public int compareTo(Sha256 other) {
        int order = Long.compareUnsigned(a, other.a);
        if (order == 0) {
            order = Long.compareUnsigned(b, other.b);
        }
        if (order == 0) {
            order = Long.compareUnsigned(c, other.c);
        }
        return order != 0 ? order : Long.compareUnsigned(d, other.d);
    }

    @Override
    public String toString() {
        return HEX.formatHex(bytes());
    }
}

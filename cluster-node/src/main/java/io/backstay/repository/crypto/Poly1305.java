package io.backstay.repository.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The one-time authenticator Poly1305 (RFC 8439, section 2.5). The accumulator is three limbs of 44, 44 and 42 bits. A
 * product's upper part comes from one signed {@code multiplyHigh} of factors that were shifted left by 20 bits in sum, its
 * lower 44 bits from a plain multiplication; so no carry needs a comparison. One instance a thread.
 */
final class Poly1305 {
    static final int TAG_BYTES = 16;
    static final int KEY_BYTES = 32;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int BLOCK = 16;

    /** Taken by one call: small, so that the method is soon compiled as a whole. */
    private static final int STEP_BYTES = 16 * 1024;

    private static final long MASK44 = (1L << 44) - 1;
    private static final long MASK42 = (1L << 42) - 1;
    private static final long CLAMP_LOW = 0x0ffffffc0fffffffL;
    private static final long CLAMP_HIGH = 0x0ffffffc0ffffffcL;

    /** Left shift of the key's factors; the accumulator's are shifted by the rest of 20. */
    private static final int KEY_SHIFT = 14;

    private static final int SUM_SHIFT = 20 - KEY_SHIFT;

    private final byte[] last = new byte[BLOCK];
    private long r0;
    private long r1;
    private long r2;
    private long padLow;
    private long padHigh;
    private long h0;
    private long h1;
    private long h2;

    /** Writes the tag of a part of the message. The key's first half is clamped here. */
    void tag(byte[] key, byte[] message, int offset, int length, byte[] into, int intoOffset) {
        begin(key);
        int whole = length & -BLOCK;
        for (int at = 0; at < whole; at += STEP_BYTES) {
            blocks(message, offset + at, Math.min(STEP_BYTES, whole - at), 1L << 40);
        }
        if (whole < length) {
            java.util.Arrays.fill(last, (byte) 0);
            System.arraycopy(message, offset + whole, last, 0, length - whole);
            last[length - whole] = 1;
            blocks(last, 0, BLOCK, 0);
        }
        finish(into, intoOffset);
    }

    private void begin(byte[] key) {
        long low = (long) LONG.get(key, 0) & CLAMP_LOW;
        long high = (long) LONG.get(key, 8) & CLAMP_HIGH;
        r0 = low & MASK44;
        r1 = (low >>> 44 | high << 20) & MASK44;
        r2 = high >>> 24;
        padLow = (long) LONG.get(key, 16);
        padHigh = (long) LONG.get(key, 24);
        h0 = 0;
        h1 = 0;
        h2 = 0;
    }

    /** Takes whole blocks; {@code mark} is the bit above each block, as it stands in the highest limb. */
    private void blocks(byte[] message, int offset, int length, long mark) {
        final long k0 = r0;
        final long k1 = r1;
        final long k2 = r2;
        // 2^130 is 5, and the limbs' places are 132 bits: hence 5 << 2.
        final long s1 = k1 * 20;
        final long s2 = k2 * 20;
        final long shiftedK0 = k0 << KEY_SHIFT;
        final long shiftedK1 = k1 << KEY_SHIFT;
        final long shiftedK2 = k2 << KEY_SHIFT;
        final long shiftedS1 = s1 << KEY_SHIFT;
        final long shiftedS2 = s2 << KEY_SHIFT;
        long a0 = h0;
        long a1 = h1;
        long a2 = h2;
        for (int at = offset; at < offset + length; at += BLOCK) {
            long low = (long) LONG.get(message, at);
            long high = (long) LONG.get(message, at + 8);
            a0 += low & MASK44;
            a1 += (low >>> 44 | high << 20) & MASK44;
            a2 += high >>> 24 | mark;

            long shifted0 = a0 << SUM_SHIFT;
            long shifted1 = a1 << SUM_SHIFT;
            long shifted2 = a2 << SUM_SHIFT;

            long d0 = (a0 * k0 & MASK44) + (a1 * s2 & MASK44) + (a2 * s1 & MASK44);
            long d1 = (a0 * k1 & MASK44) + (a1 * k0 & MASK44) + (a2 * s2 & MASK44);
            long d2 = (a0 * k2 & MASK44) + (a1 * k1 & MASK44) + (a2 * k0 & MASK44);
            long c0 = Math.multiplyHigh(shifted0, shiftedK0)
                    + Math.multiplyHigh(shifted1, shiftedS2)
                    + Math.multiplyHigh(shifted2, shiftedS1);
            long c1 = Math.multiplyHigh(shifted0, shiftedK1)
                    + Math.multiplyHigh(shifted1, shiftedK0)
                    + Math.multiplyHigh(shifted2, shiftedS2);
            long c2 = Math.multiplyHigh(shifted0, shiftedK2)
                    + Math.multiplyHigh(shifted1, shiftedK1)
                    + Math.multiplyHigh(shifted2, shiftedK0);

            d1 += c0 + (d0 >>> 44);
            a0 = d0 & MASK44;
            d2 += c1 + (d1 >>> 44);
            a1 = d1 & MASK44;
            // The highest limb has 42 bits; what lies above counts five times at the bottom.
            a2 = d2 & MASK42;
            a0 += ((c2 << 2) + (d2 >>> 42)) * 5;
            a1 += a0 >>> 44;
            a0 &= MASK44;
        }
        h0 = a0;
        h1 = a1;
        h2 = a2;
    }

    private void finish(byte[] into, int offset) {
        carry();
        carry();
        // h - p, that is h + 5 - 2^130: taken where it is not negative.
        long g0 = h0 + 5;
        long g1 = h1 + (g0 >>> 44);
        g0 &= MASK44;
        long g2 = h2 + (g1 >>> 44) - (1L << 42);
        g1 &= MASK44;
        long keep = g2 >> 63;
        long f0 = h0 & keep | g0 & ~keep;
        long f1 = h1 & keep | g1 & ~keep;
        long f2 = h2 & keep | g2 & ~keep;

        f0 += padLow & MASK44;
        f1 += ((padLow >>> 44 | padHigh << 20) & MASK44) + (f0 >>> 44);
        f0 &= MASK44;
        f2 += (padHigh >>> 24) + (f1 >>> 44);
        f1 &= MASK44;
        LONG.set(into, offset, f0 | f1 << 44);
        LONG.set(into, offset + 8, f1 >>> 20 | f2 << 24);
    }

    private void carry() {
        h1 += h0 >>> 44;
        h0 &= MASK44;
        h2 += h1 >>> 44;
        h1 &= MASK44;
        h0 += (h2 >>> 42) * 5;
        h2 &= MASK42;
    }
}

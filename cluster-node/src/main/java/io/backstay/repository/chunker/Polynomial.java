package io.backstay.repository.chunker;

import java.util.random.RandomGenerator;

/**
 * A polynomial over the field of two elements, whose coefficients are the bits of a number. A repository has one of
 * {@linkplain #DEGREE degree 53} that is irreducible; it decides where files are cut.
 */
public record Polynomial(long bits) {
    /** The degree of a repository's polynomial. */
    public static final int DEGREE = 53;

    /** A new one for a repository. */
    public static Polynomial random(RandomGenerator random) {
        while (true) {
            long bits = random.nextLong() & (1L << DEGREE) - 1 | 1L << DEGREE | 1;
            Polynomial candidate = new Polynomial(bits);
            if (candidate.isIrreducible()) {
                return candidate;
            }
        }
    }

    /**
     * Reads hexadecimal digits without a prefix, as they stand in a repository's configuration.
     *
     * @throws NumberFormatException where they are none
     */
    public static Polynomial parse(String hex) {
        return new Polynomial(Long.parseUnsignedLong(hex, 16));
    }

    /** The degree, -1 for zero. */
    public int degree() {
        return 63 - Long.numberOfLeadingZeros(bits);
    }

    /** Whether it can cut files of a repository: its degree is right, and it has no factors. */
    public boolean isUsable() {
        return degree() == DEGREE && isIrreducible();
    }

    /** Ben-Or's test: no common factor with x^(2^i) - x for any i up to half the degree. */
    public boolean isIrreducible() {
        if (degree() < 1) {
            return false;
        }
        long power = remainder(2, bits);
        for (int i = 1; i <= degree() / 2; i++) {
            power = multiply(power, power, bits);
            if (greatestCommonDivisor(bits, power ^ remainder(2, bits)) != 1) {
                return false;
            }
        }
        return true;
    }

    /** Hexadecimal digits without a prefix. */
    @Override
    public String toString() {
        return Long.toHexString(bits);
    }

    /** What is left of a polynomial after division by another. */
    static long remainder(long dividend, long divisor) {
        int degree = 63 - Long.numberOfLeadingZeros(divisor);
        long rest = dividend;
        int difference = 63 - Long.numberOfLeadingZeros(rest) - degree;
        while (difference >= 0 && rest != 0) {
            rest ^= divisor << difference;
            difference = 63 - Long.numberOfLeadingZeros(rest) - degree;
        }
        return rest;
    }

    /** Product of two polynomials of lower degree than the modulus, whose degree is at most 62. */
    private static long multiply(long a, long b, long modulus) {
        int degree = 63 - Long.numberOfLeadingZeros(modulus);
        long product = 0;
        long factor = a;
        for (long rest = b; rest != 0; rest >>>= 1) {
            if ((rest & 1) != 0) {
                product ^= factor;
            }
            factor <<= 1;
            if ((factor >>> degree & 1) != 0) {
                factor ^= modulus;
            }
        }
        return product;
    }

    private static long greatestCommonDivisor(long a, long b) {
        long x = a;
        long y = b;
        while (y != 0) {
            long rest = remainder(x, y);
            x = y;
            y = rest;
        }
        return x;
    }
}

package io.backstay.repository.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class Poly1305Test {
    private static final BigInteger PRIME = BigInteger.ONE.shiftLeft(130).subtract(BigInteger.valueOf(5));
    private static final BigInteger CLAMP = new BigInteger("0ffffffc0ffffffc0ffffffc0fffffff", 16);

    /** RFC 8439, section 2.5.2. */
    @Test
    void givesThePublishedTag() {
        byte[] key = HexFormat.of().parseHex("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b");
        byte[] message = "Cryptographic Forum Research Group".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        assertThat(HexFormat.of().formatHex(tag(key, message))).isEqualTo("a8061dc1305136c6c22b8baf0c0127a9");
    }

    @Test
    void agreesWithArithmeticOnBigNumbers() {
        Random random = new Random(1305);
        for (int i = 0; i < 3_000; i++) {
            byte[] key = new byte[32];
            byte[] message = new byte[random.nextInt(200)];
            fill(random, key);
            fill(random, message);
            assertThat(tag(key, message)).as("message %d", i).isEqualTo(naive(key, message));
        }
    }

    /** Random bytes; one time in three all ones, so that carries run through everything. */
    private static void fill(Random random, byte[] bytes) {
        if (random.nextInt(3) == 0) {
            java.util.Arrays.fill(bytes, (byte) 0xff);
        } else {
            random.nextBytes(bytes);
        }
    }

    private static byte[] tag(byte[] key, byte[] message) {
        byte[] tag = new byte[16];
        new Poly1305().tag(key, message, 0, message.length, tag, 0);
        return tag;
    }

    private static byte[] naive(byte[] key, byte[] message) {
        BigInteger r = littleEndian(key, 0, 16).and(CLAMP);
        BigInteger sum = BigInteger.ZERO;
        for (int at = 0; at < message.length; at += 16) {
            int length = Math.min(16, message.length - at);
            sum = sum.add(littleEndian(message, at, length))
                    .add(BigInteger.ONE.shiftLeft(8 * length))
                    .multiply(r)
                    .mod(PRIME);
        }
        BigInteger tag = sum.add(littleEndian(key, 16, 16));
        byte[] bytes = new byte[16];
        for (int i = 0; i < 16; i++) {
            bytes[i] = tag.shiftRight(8 * i).byteValue();
        }
        return bytes;
    }

    private static BigInteger littleEndian(byte[] bytes, int from, int length) {
        BigInteger number = BigInteger.ZERO;
        for (int i = length - 1; i >= 0; i--) {
            number = number.shiftLeft(8).or(BigInteger.valueOf(bytes[from + i] & 0xff));
        }
        return number;
    }
}

package io.backstay.repository.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SealerTest {
    private static final HexFormat HEX = HexFormat.of();

    /** The known answer in restic's own tests ({@code crypto_int_test.go}). */
    @Test
    void opensWhatResticSealed() throws BrokenSealException {
        SealingKey key = SealingKey.of(
                HEX.parseHex("303e8687b1d7db18421bdc6bb8588ccadac4d59ee87b8ff70c44e635790cafef"),
                HEX.parseHex("ef4d8824cb80b2bcc5fbff8a9b12a42c"),
                HEX.parseHex("cc8d4b948ee0ebfe1d415de921d10353"));
        byte[] sealed = HEX.parseHex(
                "69fb41c62d12def4593bd71757138606338f621aeaeb39da0fe4f99233f8037a54ea63338a813bcf3f75d8c3cc75dddf8750");
        assertThat(new String(key.sealer().open(sealed), StandardCharsets.US_ASCII))
                .isEqualTo("Dies ist ein Test!");
    }

    @Test
    void opensWhatItSealedAtAnyLength() throws BrokenSealException {
        Sealer sealer = SealingKey.random(new SecureRandom()).sealer();
        Random random = new Random(7);
        for (int length : new int[] {0, 1, 15, 16, 17, 63, 64, 65, 4_097, 1_000_000}) {
            byte[] plain = new byte[length];
            random.nextBytes(plain);
            byte[] sealed = sealer.seal(plain);
            assertThat(sealed).hasSize(length + Sealer.OVERHEAD_BYTES);
            assertThat(sealer.open(sealed)).isEqualTo(plain);
        }
    }

    @Test
    void sealsAndOpensWithinOneArray() throws BrokenSealException {
        Sealer sealer = SealingKey.random(new SecureRandom()).sealer();
        byte[] plain = new byte[100_001];
        new Random(8).nextBytes(plain);
        byte[] both = new byte[plain.length + 40];
        System.arraycopy(plain, 0, both, 4 + 16, plain.length);
        int length = sealer.seal(both, 4 + 16, plain.length, both, 4);
        assertThat(sealer.open(Arrays.copyOfRange(both, 4, 4 + length))).isEqualTo(plain);
        sealer.open(both, 4, length, both, 4 + 16);
        assertThat(Arrays.copyOfRange(both, 20, 20 + plain.length)).isEqualTo(plain);
    }

    @Test
    void noticesEveryFlippedBit() {
        Sealer sealer = SealingKey.random(new SecureRandom()).sealer();
        byte[] sealed = sealer.seal("some text of thirty-three bytes..".getBytes(StandardCharsets.US_ASCII));
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            byte[] damaged = sealed.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatExceptionOfType(BrokenSealException.class).isThrownBy(() -> sealer.open(damaged));
        }
    }

    @Test
    void refusesWhatIsTooShort() {
        Sealer sealer = SealingKey.random(new SecureRandom()).sealer();
        for (int length = 0; length < Sealer.OVERHEAD_BYTES; length++) {
            byte[] shorter = new byte[length];
            assertThatExceptionOfType(BrokenSealException.class).isThrownBy(() -> sealer.open(shorter));
        }
    }

    @Test
    void refusesKeysOfZeros() {
        byte[] zeros = new byte[32];
        byte[] half = HEX.parseHex("00112233445566778899aabbccddeeff");
        assertThatExceptionOfType(BrokenSealException.class).isThrownBy(() -> SealingKey.of(zeros, half, half));
    }

    @Test
    void neverSealsTwiceAlike() {
        Sealer sealer = SealingKey.random(new SecureRandom()).sealer();
        assertThat(sealer.seal(new byte[20])).isNotEqualTo(sealer.seal(new byte[20]));
    }
}

package io.backstay.repository.chunker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ChunkerTest {
    private static final Polynomial POLYNOMIAL = Polynomial.parse("3da3358b4dc173");

    /** The second of the published tests of restic's chunker ({@code chunker_test.go}): only zeros, cut at the minimum. */
    @Test
    void cutsZerosAtTheMinimum() {
        assertThat(cut(new byte[4 * Chunker.MINIMUM_BYTES], 1 << 20))
                .containsExactly(
                        Chunker.MINIMUM_BYTES, Chunker.MINIMUM_BYTES, Chunker.MINIMUM_BYTES, Chunker.MINIMUM_BYTES);
    }

    @Test
    void cutsAtTheMaximumWhereNothingElseDoes() {
        byte[] repeated = new byte[2 * Chunker.MAXIMUM_BYTES + 5];
        java.util.Arrays.fill(repeated, (byte) 'y');
        assertThat(cut(repeated, 1 << 20)).containsExactly(Chunker.MAXIMUM_BYTES, Chunker.MAXIMUM_BYTES, 5);
    }

    @Test
    void cutsAlikeWhateverTheLengthOfThePieces() {
        byte[] data = random(23, 12 << 20);
        List<Integer> expected = cut(data, data.length);
        assertThat(expected).hasSizeGreaterThan(5);
        for (int piece : new int[] {1, 63, 64, 65, 4_096, 524_224, 524_225, 524_288}) {
            assertThat(cut(data, piece)).as("pieces of %d", piece).isEqualTo(expected);
        }
    }

    @Test
    void cutsWhereTheDefinitionSays() {
        for (int seed = 0; seed < 3; seed++) {
            byte[] data = random(seed, 6 << 20);
            assertThat(cut(data, 1 << 18)).as("seed %d", seed).isEqualTo(naive(data));
        }
    }

    private static List<Integer> cut(byte[] data, int piece) {
        List<Integer> lengths = new ArrayList<>();
        Chunker chunker = new Chunker(POLYNOMIAL);
        int start = 0;
        for (int from = 0; from < data.length; from += piece) {
            int to = Math.min(data.length, from + piece);
            int at = from;
            while (at < to) {
                int cut = chunker.next(data, at, to);
                if (cut < 0) {
                    break;
                }
                lengths.add(cut - start);
                start = cut;
                at = cut;
            }
        }
        if (start < data.length) {
            lengths.add(data.length - start);
        }
        return lengths;
    }

    /** Straight from the definition: the window as a polynomial, reduced anew for each byte. */
    private static List<Integer> naive(byte[] data) {
        List<Integer> lengths = new ArrayList<>();
        int start = 0;
        while (start < data.length) {
            int end = start + Chunker.MINIMUM_BYTES;
            while (end < Math.min(data.length, start + Chunker.MAXIMUM_BYTES)
                    && (fingerprint(data, end) & 0xfffff) != 0) {
                end++;
            }
            end = Math.min(end, data.length);
            lengths.add(end - start);
            start = end;
        }
        return lengths;
    }

    private static long fingerprint(byte[] data, int end) {
        long hash = 0;
        for (int i = end - 64; i < end; i++) {
            hash = Polynomial.remainder(hash << 8 | data[i] & 0xff, POLYNOMIAL.bits());
        }
        return hash;
    }

    private static byte[] random(int seed, int length) {
        byte[] data = new byte[length];
        new Random(seed).nextBytes(data);
        return data;
    }
}

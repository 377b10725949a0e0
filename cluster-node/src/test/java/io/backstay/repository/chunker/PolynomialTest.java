package io.backstay.repository.chunker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class PolynomialTest {
    /** From the published tests of restic's chunker ({@code polynomials_test.go}). */
    @Test
    void tellsIrreducibleFromReducible() {
        for (String irreducible : new String[] {"3da3358b4dc173", "7", "b", "11b"}) {
            assertThat(Polynomial.parse(irreducible).isIrreducible())
                    .as(irreducible)
                    .isTrue();
        }
        for (String reducible :
                new String[] {"38f1e565e288df", "30a8295b9d5c91", "3143d0464b3299", "0", "1", "5", "3da3358b4dc172"}) {
            assertThat(Polynomial.parse(reducible).isIrreducible())
                    .as(reducible)
                    .isFalse();
        }
    }

    /** Every product of two polynomials is reducible; those of small degree can all be tried. */
    @Test
    void agreesWithTrialDivision() {
        for (long bits = 2; bits < 4096; bits++) {
            boolean irreducible = true;
            for (long divisor = 2; divisor < bits && irreducible; divisor++) {
                boolean lower = Long.numberOfLeadingZeros(divisor) > Long.numberOfLeadingZeros(bits);
                irreducible = !(lower && Polynomial.remainder(bits, divisor) == 0);
            }
            assertThat(new Polynomial(bits).isIrreducible())
                    .as(Long.toHexString(bits))
                    .isEqualTo(irreducible);
        }
    }

    @Test
    void makesUsableOnes() {
        for (int i = 0; i < 20; i++) {
            assertThat(Polynomial.random(new Random(i)).isUsable()).isTrue();
        }
        assertThat(Polynomial.parse("7").isUsable()).isFalse();
    }
}

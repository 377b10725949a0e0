package io.backstay.repository.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backstay.repository.json.ByteString;
import io.backstay.repository.json.MalformedJsonException;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class GoQuoteTest {
    /** Stock restic 0.19.1 leaves so many characters from U+0080 on as they are; see {@link GoPrintable}. */
    @Test
    void takesAsManyCharactersForPrintableAsGoDoes() {
        assertThat(IntStream.rangeClosed(0x80, Character.MAX_CODE_POINT)
                        .filter(GoPrintable::isPrintable)
                        .count())
                .isEqualTo(148_903);
        assertThat(IntStream.range(0, 0x80).filter(GoPrintable::isPrintable).count())
                .isEqualTo(95);
    }

    @Test
    void readsWhatItWrote() throws MalformedJsonException {
        Random random = new Random(41);
        for (int i = 0; i < 20_000; i++) {
            byte[] name = new byte[1 + random.nextInt(12)];
            random.nextBytes(name);
            ByteString given = ByteString.of(name);
            ByteString quoted = GoQuote.quote(given);
            assertThat(quoted.isUtf8()).isTrue();
            assertThat(GoQuote.unquote(quoted.toString())).isEqualTo(given);
        }
    }

    @Test
    void refusesWhatGoRefuses() {
        for (String wrong : new String[] {
            "\\", "\\q", "\\x1", "\\xg0", "a\"b", "a\nb", "\\u12", "\\ud800", "\\U00110000", "\\'", "\\400"
        }) {
            assertThatExceptionOfType(MalformedJsonException.class).as(wrong).isThrownBy(() -> GoQuote.unquote(wrong));
        }
    }
}

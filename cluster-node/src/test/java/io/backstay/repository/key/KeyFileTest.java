package io.backstay.repository.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backstay.repository.crypto.SealingKey;
import io.backstay.repository.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;

final class KeyFileTest {
    private static final ScryptParameters CHEAP = new ScryptParameters(2, 8, 1);
    private static final byte[] PASSWORD = KeyFile.password("päss wörd");

    @Test
    void opensWithItsPasswordOnly() throws MalformedJsonException {
        SealingKey master = SealingKey.random(new SecureRandom());
        KeyFile file = KeyFile.parse(seal(master).bytes());
        assertThat(file.open(PASSWORD))
                .hasValueSatisfying(opened -> assertThat(opened.encryption()).isEqualTo(master.encryption()))
                .hasValueSatisfying(opened -> assertThat(opened.macR()).isEqualTo(master.macR()));
        assertThat(file.open(KeyFile.password("password"))).isEmpty();
    }

    @Test
    void writesWhatItRead() throws MalformedJsonException {
        byte[] bytes = seal(SealingKey.random(new SecureRandom())).bytes();
        assertThat(KeyFile.parse(bytes).bytes()).isEqualTo(bytes);
    }

    @Test
    void refusesParametersThatWouldTakeTooMuch() {
        for (String change :
                new String[] {"\"N\":1073741824", "\"N\":3", "\"N\":0", "\"N\":-2", "\"N\":1e99", "\"N\":\"2\""}) {
            String text = new String(seal(SealingKey.random(new SecureRandom())).bytes(), StandardCharsets.UTF_8)
                    .replace("\"N\":2", change);
            assertThatExceptionOfType(MalformedJsonException.class)
                    .as(change)
                    .isThrownBy(() -> KeyFile.parse(text.getBytes(StandardCharsets.UTF_8)));
        }
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new ScryptParameters(2, 1 << 20, 1 << 9));
    }

    @Test
    void refusesEveryTruncation() {
        byte[] bytes = seal(SealingKey.random(new SecureRandom())).bytes();
        for (int length = 0; length < bytes.length; length++) {
            byte[] shorter = java.util.Arrays.copyOf(bytes, length);
            assertThatExceptionOfType(MalformedJsonException.class).isThrownBy(() -> KeyFile.parse(shorter));
        }
    }

    @Test
    void printsNothingSecret() {
        assertThat(seal(SealingKey.random(new SecureRandom())))
                .hasToString("key of someone@somewhere, created 2026-01-02T03:04:05.000000006+01:00");
    }

    private static KeyFile seal(SealingKey master) {
        return KeyFile.seal(
                master,
                PASSWORD,
                CHEAP,
                OffsetDateTime.parse("2026-01-02T03:04:05.000000006+01:00"),
                "someone",
                "somewhere",
                new SecureRandom());
    }
}

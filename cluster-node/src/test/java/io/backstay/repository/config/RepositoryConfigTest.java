package io.backstay.repository.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.repository.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

final class RepositoryConfigTest {
    private static final String GOOD =
            "{\"version\":2,\"id\":\"%s\",\"chunker_polynomial\":\"3da3358b4dc173\"}".formatted("0a".repeat(32));

    @Test
    void writesWhatItRead() throws MalformedJsonException {
        assertThat(new String(parse(GOOD).json(), StandardCharsets.UTF_8)).isEqualTo(GOOD);
        RepositoryConfig random = RepositoryConfig.random(new SecureRandom());
        assertThat(RepositoryConfig.parse(random.json())).isEqualTo(random);
    }

    @Test
    void refusesAPolynomialThatDoesNotCut() {
        for (String polynomial : new String[] {"3da3358b4dc175", "0", "3", "", "x", "ffffffffffffffff", "-1"}) {
            assertThatExceptionOfType(MalformedJsonException.class)
                    .as(polynomial)
                    .isThrownBy(() -> parse(GOOD.replace("3da3358b4dc173", polynomial)));
        }
    }

    @Test
    void refusesVersionsThatItDoesNotKnow() {
        assertThatExceptionOfType(BackstayException.class)
                .isThrownBy(() -> parse(GOOD.replace(":2,", ":3,")))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.REPOSITORY_UNSUPPORTED));
        assertThatExceptionOfType(MalformedJsonException.class)
                .isThrownBy(() -> parse(GOOD.replace("\"version\":2,", "")));
    }

    private static RepositoryConfig parse(String json) throws MalformedJsonException {
        return RepositoryConfig.parse(json.getBytes(StandardCharsets.UTF_8));
    }
}

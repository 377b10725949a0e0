package io.backstay.cluster.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHasherTest {
    private static final PasswordHasher.Costs CHEAP = new PasswordHasher.Costs(64, 1, 1);

    private final PasswordHasher hasher = new PasswordHasher(CHEAP, 2, 100, new SecureRandom());

    @AfterEach
    void close() {
        hasher.close();
    }

    @Test
    void agreesWithReferenceImplementation() {
        // github.com/P-H-C/phc-winner-argon2, src/test.c: version 0x13, t=2, m=16, p=1.
        String reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assertThat(hasher.verify("password", reference).toCompletableFuture().join())
                .isTrue();
        assertThat(hasher.verify("passwort", reference).toCompletableFuture().join())
                .isFalse();
    }

    @Test
    void verifiesWhatItHashedAndNothingElse() {
        String phc = hasher.hash("correct horse").toCompletableFuture().join();
        assertThat(phc).startsWith("$argon2id$v=19$m=64,t=1,p=1$");
        assertThat(hasher.verify("correct horse", phc).toCompletableFuture().join())
                .isTrue();
        assertThat(hasher.verify("correct horsf", phc).toCompletableFuture().join())
                .isFalse();
        assertThat(hasher.hash("correct horse").toCompletableFuture().join()).isNotEqualTo(phc);
    }

    @Test
    void composedAndDecomposedLettersAreTheSamePassword() {
        String phc = hasher.hash("caf\u00e9 au lait").toCompletableFuture().join();
        assertThat(hasher.verify("cafe\u0301 au lait", phc)
                        .toCompletableFuture()
                        .join())
                .isTrue();
    }

    @Test
    void nobodysPasswordNeverMatches() {
        assertThat(hasher.verifyNobodys("").toCompletableFuture().join()).isFalse();
        assertThat(hasher.verify(
                                "x".repeat(513),
                                hasher.hash("x".repeat(513))
                                        .toCompletableFuture()
                                        .join())
                        .toCompletableFuture()
                        .join())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$",
                "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=9999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=65536,t=99,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
            })
    void refusesHashesOfNoKnownFormOrEndlessCost(String phc) {
        assertThatThrownBy(() -> hasher.verify("x", phc).toCompletableFuture().join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        BackstayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED));
    }

    @Test
    void refusesMoreThanMayWait() {
        var slow = new PasswordHasher.Costs(32 * 1024, 4, 1);
        try (var narrow = new PasswordHasher(slow, 1, 1, new SecureRandom())) {
            List<CompletableFuture<String>> hashes = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                hashes.add(narrow.hash("password").toCompletableFuture());
            }
            List<ErrorCode> refusals = new ArrayList<>();
            int done = 0;
            for (CompletableFuture<String> hash : hashes) {
                try {
                    hash.join();
                    done++;
                } catch (CompletionException e) {
                    assertThat(e).hasCauseInstanceOf(BackstayException.class);
                    if (e.getCause() instanceof BackstayException refusal) {
                        refusals.add(refusal.code());
                    }
                }
            }
            assertThat(done).isGreaterThanOrEqualTo(2);
            assertThat(refusals).isNotEmpty().containsOnly(ErrorCode.TOO_MANY_REQUESTS);
        }
    }
}

package io.backstay.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.Sha256;
import io.backstay.objects.local.LocalBackend;
import io.backstay.repository.key.KeyFile;
import io.backstay.repository.key.ScryptParameters;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeysTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    @Test
    void changesAPasswordByAddingAndRemoving() throws Exception {
        LocalBackend backend = new LocalBackend(folder.resolve("repository"));
        Repository first = TestRepositories.create(backend);
        Sha256 oldKey = first.keyId();
        byte[] password = KeyFile.password("neues Paßwort");
        Sha256 newKey = Keys.add(
                first,
                password,
                new ScryptParameters(1024, 8, 1),
                OffsetDateTime.parse("2026-01-02T03:04:05Z"),
                "someone",
                "machine");
        assertThat(Keys.all(first)).extracting(Keys.Named::id).containsExactlyInAnyOrder(oldKey, newKey);
        assertThatExceptionOfType(BackstayException.class)
                .isThrownBy(() -> Keys.remove(first, oldKey))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.CONFLICT));
        // Stock restic opens it with the old password, which is still there, and knows both.
        StockRestic restic = new StockRestic(folder.resolve("repository"), folder.resolve("cache"));
        assertThat(restic.run("key", "list")).contains(newKey.toString().substring(0, 8));

        Repository second = Repository.open(backend, password);
        Keys.remove(second, oldKey);
        assertThatExceptionOfType(BackstayException.class)
                .isThrownBy(() -> Repository.open(backend, StockRestic.password()))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.WRONG_PASSWORD));
        assertThat(Repository.open(backend, password).config()).isEqualTo(first.config());
    }
}

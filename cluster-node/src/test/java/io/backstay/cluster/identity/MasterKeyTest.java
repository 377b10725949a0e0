package io.backstay.cluster.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backstay.model.BackstayException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MasterKeyTest {
    private static final byte[] SECRET = "a secret".getBytes(StandardCharsets.UTF_8);

    private final SecureRandom random = new SecureRandom();
    private final MasterKey key = newKey();

    @Test
    void opensWhatItSealedForTheSamePurpose() {
        byte[] sealed = key.seal(SECRET, "purpose");
        assertThat(key.unseal(sealed, "purpose")).isEqualTo(SECRET);
        assertThat(key.seal(SECRET, "purpose")).isNotEqualTo(sealed);
    }

    @Test
    void opensNothingForAnotherPurpose() {
        byte[] sealed = key.seal(SECRET, "purpose");
        assertThatThrownBy(() -> key.unseal(sealed, "another")).isInstanceOf(BackstayException.class);
    }

    @Test
    void refusesEachChangedByteAndEachTruncation() {
        byte[] sealed = key.seal(SECRET, "purpose");
        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> key.unseal(changed, "purpose")).isInstanceOf(BackstayException.class);
            byte[] cut = java.util.Arrays.copyOf(sealed, i);
            assertThatThrownBy(() -> key.unseal(cut, "purpose")).isInstanceOf(BackstayException.class);
        }
    }

    @Test
    void namesTheOtherKeyThatSealed() {
        MasterKey other = newKey();
        assertThatThrownBy(() -> other.unseal(key.seal(SECRET, "purpose"), "purpose"))
                .hasMessageContaining(key.id())
                .hasMessageContaining(other.id());
    }

    @Test
    void refusesAFileThatHoldsNoKey(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("master.key");
        Files.writeString(file, Base64.getEncoder().encodeToString(new byte[31]));
        assertThatThrownBy(() -> MasterKey.load(file, random)).isInstanceOf(IOException.class);
        Files.writeString(file, "no base64!");
        assertThatThrownBy(() -> MasterKey.load(file, random)).isInstanceOf(IOException.class);
        Files.write(file, new byte[5000]);
        assertThatThrownBy(() -> MasterKey.load(file, random)).isInstanceOf(IOException.class);
    }

    private MasterKey newKey() {
        byte[] bytes = new byte[MasterKey.KEY_BYTES];
        random.nextBytes(bytes);
        return MasterKey.of(bytes, random);
    }
}

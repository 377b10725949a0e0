package io.backstay.local.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;

/** Generated secrets, each in a file of its own, which only its owner can read. */
public final class SecretFile {
    private static final int SECRET_BYTES = 18;

    private SecretFile() {}

    /** What the file holds; where there is none it gets a new secret of 24 letters, digits, hyphens and underscores. */
    public static String readOrMake(Path file, SecureRandom random) throws IOException {
        if (Files.notExists(file)) {
            byte[] bytes = new byte[SECRET_BYTES];
            random.nextBytes(bytes);
            AtomicFile.write(file, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes) + "\n");
        }
        return Files.readString(file).strip();
    }
}

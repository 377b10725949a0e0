package io.backstay.repository.key;

import io.backstay.repository.crypto.BrokenSealException;
import io.backstay.repository.crypto.SealingKey;
import io.backstay.repository.json.GoJson;
import io.backstay.repository.json.JsonDocument;
import io.backstay.repository.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * A key file: who made it, how the password is stretched, and the repository's master key, sealed. It is stored as it is; its
 * name is the SHA-256 of its bytes.
 *
 * @param data the sealed master key
 */
public record KeyFile(
        OffsetDateTime created,
        String username,
        String hostname,
        ScryptParameters parameters,
        byte[] salt,
        byte[] data) {
    /** The longest key file that is read; usual ones have about 450 bytes. */
    public static final int MAXIMUM_BYTES = 1 << 20;

    private static final String SCRYPT = "scrypt";

    /** Seals a master key with a password, which is text in UTF-8. */
    public static KeyFile seal(
            SealingKey master,
            byte[] password,
            ScryptParameters parameters,
            OffsetDateTime created,
            String username,
            String hostname,
            SecureRandom random) {
        byte[] salt = new byte[ScryptParameters.SALT_BYTES];
        random.nextBytes(salt);
        byte[] plain = new GoJson()
                .beginObject()
                .name("mac")
                .beginObject()
                .name("k")
                .base64(master.macK())
                .name("r")
                .base64(master.macR())
                .endObject()
                .name("encrypt")
                .base64(master.encryption())
                .endObject()
                .bytes();
        try {
            byte[] data = parameters.derive(password, salt).sealer().seal(plain);
            return new KeyFile(created, username, hostname, parameters, salt, data);
        } catch (BrokenSealException e) {
            throw new IllegalStateException("scrypt gave a key of zeros", e);
        }
    }

    /** Reads a key file. */
    public static KeyFile parse(byte[] json) throws MalformedJsonException {
        JsonDocument document = JsonDocument.parse(json);
        String function = document.text("kdf");
        if (!function.equals(SCRYPT)) {
            throw new MalformedJsonException("the key derivation is not scrypt");
        }
        try {
            ScryptParameters parameters = new ScryptParameters(
                    (int) document.number("N", 0, Integer.MAX_VALUE),
                    (int) document.number("r", 0, Integer.MAX_VALUE),
                    (int) document.number("p", 0, Integer.MAX_VALUE));
            byte[] salt = document.base64("salt");
            if (salt.length != ScryptParameters.SALT_BYTES) {
                throw new MalformedJsonException("the salt has %d bytes instead of 64".formatted(salt.length));
            }
            return new KeyFile(
                    document.time("created"),
                    document.optionalText("username").orElse(""),
                    document.optionalText("hostname").orElse(""),
                    parameters,
                    salt,
                    document.base64("data"));
        } catch (IllegalArgumentException e) {
            throw new MalformedJsonException("scrypt's parameters are refused: " + e.getMessage(), e);
        }
    }

    /**
     * The master key; none where the password is another key file's.
     *
     * @throws MalformedJsonException where the password fits and the sealed part still is no key
     */
    public Optional<SealingKey> open(byte[] password) throws MalformedJsonException {
        byte[] plain;
        try {
            plain = parameters.derive(password, salt).sealer().open(data);
        } catch (BrokenSealException e) {
            return Optional.empty();
        }
        JsonDocument master = JsonDocument.parse(plain);
        JsonDocument mac = master.object("mac").orElseThrow(() -> new MalformedJsonException("there is no \"mac\""));
        try {
            return Optional.of(SealingKey.of(master.base64("encrypt"), mac.base64("k"), mac.base64("r")));
        } catch (BrokenSealException e) {
            throw new MalformedJsonException("the master key is none", e);
        }
    }

    /** The file's bytes. */
    public byte[] bytes() {
        return new GoJson()
                .beginObject()
                .name("created")
                .value(created)
                .name("username")
                .value(username)
                .name("hostname")
                .value(hostname)
                .name("kdf")
                .value(SCRYPT)
                .name("N")
                .unsigned(parameters.n())
                .name("r")
                .unsigned(parameters.r())
                .name("p")
                .unsigned(parameters.p())
                .name("salt")
                .base64(salt)
                .name("data")
                .base64(data)
                .endObject()
                .bytes();
    }

    /** A password's bytes. */
    public static byte[] password(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Says who made it and when, nothing secret. */
    @Override
    public String toString() {
        return "key of %s@%s, created %s".formatted(username, hostname, created);
    }
}

package io.backstay.repository.config;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.Sha256;
import io.backstay.repository.chunker.Polynomial;
import io.backstay.repository.json.GoJson;
import io.backstay.repository.json.JsonDocument;
import io.backstay.repository.json.MalformedJsonException;
import java.security.SecureRandom;

/**
 * What a repository is: the version of its format, its random id, and the polynomial by which files are cut. Versions 1 and 2
 * are read and written; version 2 compresses.
 *
 * @param id 32 random bytes
 */
public record RepositoryConfig(int version, Sha256 id, Polynomial polynomial) {
    /** The version of new repositories. */
    public static final int NEWEST_VERSION = 2;

    /** The longest config that is read; a usual one has about 155 bytes. */
    public static final int MAXIMUM_BYTES = 1 << 20;

    /** A new repository's. */
    public static RepositoryConfig random(SecureRandom random) {
        byte[] id = new byte[Sha256.BYTES];
        random.nextBytes(id);
        return new RepositoryConfig(NEWEST_VERSION, Sha256.of(id, 0), Polynomial.random(random));
    }

    /**
     * Reads the plain JSON.
     *
     * @throws BackstayException with {@code REPOSITORY_UNSUPPORTED} where the version is a newer one
     */
    public static RepositoryConfig parse(byte[] json) throws MalformedJsonException {
        JsonDocument document = JsonDocument.parse(json);
        long version = document.number("version", 0, Long.MAX_VALUE);
        if (version < 1) {
            throw new MalformedJsonException("there is no version");
        }
        if (version > NEWEST_VERSION) {
            throw new BackstayException(
                    ErrorCode.REPOSITORY_UNSUPPORTED, "the repository has version %d of the format".formatted(version));
        }
        Polynomial polynomial;
        try {
            polynomial = Polynomial.parse(document.text("chunker_polynomial"));
        } catch (NumberFormatException e) {
            throw new MalformedJsonException("the polynomial is no hexadecimal number", e);
        }
        if (!polynomial.isUsable()) {
            throw new MalformedJsonException("the polynomial is reducible or not of degree 53");
        }
        Sha256 id = document.id("id").orElseThrow(() -> new MalformedJsonException("there is no id"));
        return new RepositoryConfig((int) version, id, polynomial);
    }

    /** Whether packs and other files may be compressed. */
    public boolean compresses() {
        return version >= 2;
    }

    /** The plain JSON. */
    public byte[] json() {
        return new GoJson()
                .beginObject()
                .name("version")
                .unsigned(version)
                .name("id")
                .value(id)
                .name("chunker_polynomial")
                .value(polynomial.toString())
                .endObject()
                .bytes();
    }
}

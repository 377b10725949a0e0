package io.backstay.repository;

import io.backstay.model.ObjectType;
import io.backstay.objects.Backend;
import io.backstay.objects.ListedObject;
import io.backstay.objects.memory.MemoryBackend;
import io.backstay.repository.config.RepositoryConfig;
import io.backstay.repository.crypto.SealingKey;
import io.backstay.repository.key.KeyFile;
import io.backstay.repository.key.ScryptParameters;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.OffsetDateTime;

/** New repositories with a cheap key, and copies. */
public final class TestRepositories {
    private TestRepositories() {}

    /** A new one, whose password is {@link StockRestic#PASSWORD}. */
    public static Repository create(Backend backend) throws IOException {
        SecureRandom random = new SecureRandom();
        SealingKey master = SealingKey.random(random);
        KeyFile key = KeyFile.seal(
                master,
                StockRestic.password(),
                new ScryptParameters(1024, 8, 1),
                OffsetDateTime.parse("2026-01-02T03:04:05Z"),
                "someone",
                "machine",
                random);
        return Repository.create(backend, RepositoryConfig.random(random), master, key);
    }

    /** All objects of another backend, in memory. */
    public static MemoryBackend copy(Backend backend) throws IOException {
        MemoryBackend copy = new MemoryBackend();
        for (ObjectType type : ObjectType.values()) {
            for (ListedObject listed : backend.list(type)) {
                copy.save(listed.key(), ByteBuffer.wrap(backend.load(listed.key(), 1 << 27)));
            }
        }
        return copy;
    }
}

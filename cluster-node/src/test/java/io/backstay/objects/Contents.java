package io.backstay.objects;

import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;

/** Content for tests, and the short ways to write and read it. */
public final class Contents {
    private Contents() {}

    /** Random bytes that the seed determines. */
    public static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** The key of content of a type that is named by its hash. */
    public static ObjectKey keyOf(ObjectType type, byte[] content) {
        return new ObjectKey(type, Sha256.hash(content));
    }

    public static StagedObject stage(ObjectStore store, ObjectKey key, byte[] content, int step) throws IOException {
        Staging staging = store.stage(key, content.length);
        for (int at = 0; at < content.length; at += step) {
            staging.write(ByteBuffer.wrap(content, at, Math.min(step, content.length - at)));
        }
        return staging.seal(Optional.empty());
    }

    public static StoredObject save(ObjectStore store, ObjectKey key, byte[] content, long revision)
            throws IOException {
        try (StagedObject staged = stage(store, key, content, 100_000)) {
            return store.publish(staged, revision);
        }
    }

    public static ObjectKey saveData(ObjectStore store, byte[] content) throws IOException {
        ObjectKey key = keyOf(ObjectType.DATA, content);
        save(store, key, content, 1);
        return key;
    }

    public static byte[] load(ObjectStore store, ObjectKey key, long offset, long length) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (RangeReader reader = store.open(key, offset, length)) {
            for (ByteBuffer part = reader.read(); part.hasRemaining(); part = reader.read()) {
                out.write(part.array(), part.arrayOffset() + part.position(), part.remaining());
            }
        }
        return out.toByteArray();
    }

    public static void trash(ObjectStore store, ObjectKey key, long revision) throws IOException {
        Removal removal = store.removal(revision);
        removal.trash(key);
        removal.commit();
    }
}

package io.backstay.repository;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.objects.Backend;
import io.backstay.objects.MissingObjectException;
import io.backstay.repository.compression.BrokenCompressionException;
import io.backstay.repository.compression.Level;
import io.backstay.repository.config.RepositoryConfig;
import io.backstay.repository.crypto.BrokenSealException;
import io.backstay.repository.crypto.SealingKey;
import io.backstay.repository.json.MalformedJsonException;
import io.backstay.repository.key.KeyFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An open repository: its configuration, its master key, and the files of it that are no packs. Safe for use by many threads.
 * Failures: those of {@link Backend}; {@code REPOSITORY_DAMAGED} with the name of what is not what was written.
 */
public final class Repository implements AutoCloseable {
    /** The longest index, snapshot or lock that is read. */
    private static final int MAXIMUM_FILE_BYTES = 256 << 20;

    private final Backend backend;
    private final RepositoryConfig config;
    private final SealingKey key;
    private final Sha256 keyId;

    private Repository(Backend backend, RepositoryConfig config, KeyRing.Opened opened) {
        this.backend = backend;
        this.config = config;
        this.key = opened.master();
        this.keyId = opened.keyId();
    }

    /**
     * Opens a repository with a password, which is text in UTF-8.
     *
     * @throws BackstayException with {@code NOT_FOUND} where there is no repository, {@code WRONG_PASSWORD},
     *     {@code REPOSITORY_UNSUPPORTED} or {@code REPOSITORY_DAMAGED}
     */
    public static Repository open(Backend backend, byte[] password) throws IOException {
        byte[] sealed;
        try {
            sealed = backend.load(ObjectKey.config(), RepositoryConfig.MAXIMUM_BYTES);
        } catch (MissingObjectException e) {
            throw new BackstayException(
                    ErrorCode.NOT_FOUND, "there is no repository at %s".formatted(backend.location()), e);
        }
        KeyRing.Opened opened = KeyRing.open(backend, password);
        try {
            byte[] json = opened.master().sealer().open(sealed);
            return new Repository(backend, RepositoryConfig.parse(json), opened);
        } catch (BrokenSealException | MalformedJsonException e) {
            throw Damage.of(ObjectKey.config(), e);
        }
    }

    /**
     * Makes a repository: its first key, and then its configuration, which makes it one.
     *
     * @param master the new repository's master key, which the key file seals
     * @throws BackstayException with {@code ALREADY_EXISTS} where there is one
     */
    public static Repository create(Backend backend, RepositoryConfig config, SealingKey master, KeyFile keyFile)
            throws IOException {
        backend.create();
        if (!backend.list(ObjectType.CONFIG).isEmpty()) {
            throw new BackstayException(
                    ErrorCode.ALREADY_EXISTS, "there is a repository at %s".formatted(backend.location()));
        }
        byte[] keyBytes = keyFile.bytes();
        Sha256 keyId = Sha256.hash(keyBytes);
        backend.save(new ObjectKey(ObjectType.KEYS, keyId), ByteBuffer.wrap(keyBytes));
        backend.save(ObjectKey.config(), ByteBuffer.wrap(master.sealer().seal(config.json())));
        return new Repository(backend, config, new KeyRing.Opened(keyId, master));
    }

    /** Where its objects lie. */
    public Backend backend() {
        return backend;
    }

    /** What it is. */
    public RepositoryConfig config() {
        return config;
    }

    /** The key file that opened it. */
    public Sha256 keyId() {
        return keyId;
    }

    /** The key that seals everything in it. */
    public SealingKey key() {
        return key;
    }

    /** What one thread seals and opens blobs with; close it. */
    public BlobCodec codec(Level level) {
        return new BlobCodec(key, config.compresses(), level);
    }

    /** The JSON of an index, a lock or a snapshot, after it was compared with its name. */
    public byte[] loadFile(ObjectKey name) throws IOException {
        byte[] sealed = backend.load(name, MAXIMUM_FILE_BYTES);
        if (!Sha256.hash(sealed).equals(name.name())) {
            throw Damage.of(name, "its content does not hash to its name");
        }
        try (BlobCodec codec = codec(Level.DEFAULT)) {
            return codec.openFile(sealed);
        } catch (BrokenSealException | BrokenCompressionException e) {
            throw Damage.of(name, e);
        }
    }

    /**
     * Stores the JSON of an index, a lock or a snapshot and answers its name. It is opened again before it is stored.
     *
     * @throws IllegalStateException where it opens to something else: memory or processor fails
     */
    public ObjectKey saveFile(ObjectType type, byte[] json) throws IOException {
        byte[] sealed;
        try (BlobCodec codec = codec(Level.DEFAULT)) {
            sealed = codec.sealFile(json);
            if (!java.util.Arrays.equals(codec.openFile(sealed), json)) {
                throw new IllegalStateException("a file reads otherwise than it was written");
            }
        } catch (BrokenSealException | BrokenCompressionException e) {
            throw new IllegalStateException("a file cannot be read back", e);
        }
        ObjectKey name = new ObjectKey(type, Sha256.hash(sealed));
        backend.save(name, ByteBuffer.wrap(sealed));
        return name;
    }

    @Override
    public void close() throws IOException {
        backend.close();
    }
}

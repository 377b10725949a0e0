package io.backstay.repository;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.objects.ListedObject;
import io.backstay.repository.json.MalformedJsonException;
import io.backstay.repository.key.KeyFile;
import io.backstay.repository.key.ScryptParameters;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * The passwords of a repository: each key file opens the same master key with one of them. To change a password is to add one
 * and to remove the other; the master key stays, so who has once had it can still read what comes later.
 */
public final class Keys {
    private Keys() {}

    /** A key file and its name. */
    public record Named(Sha256 id, KeyFile file) {}

    /** All of them. */
    public static List<Named> all(Repository repository) throws IOException {
        List<Named> keys = new ArrayList<>();
        for (ListedObject listed : repository.backend().list(ObjectType.KEYS)) {
            try {
                keys.add(new Named(listed.key().name(), KeyRing.load(repository.backend(), listed.key())));
            } catch (MalformedJsonException e) {
                throw Damage.of(listed.key(), e);
            }
        }
        return keys;
    }

    /** Adds a password and answers the new key file's name. The file is opened again before it is stored. */
    public static Sha256 add(
            Repository repository,
            byte[] password,
            ScryptParameters parameters,
            OffsetDateTime created,
            String username,
            String hostname)
            throws IOException {
        KeyFile file =
                KeyFile.seal(repository.key(), password, parameters, created, username, hostname, new SecureRandom());
        byte[] bytes = file.bytes();
        try {
            if (KeyFile.parse(bytes).open(password).isEmpty()) {
                throw new IllegalStateException("a key file cannot be opened with its own password");
            }
        } catch (MalformedJsonException e) {
            throw new IllegalStateException("a key file cannot be read back", e);
        }
        Sha256 id = Sha256.hash(bytes);
        repository.backend().save(new ObjectKey(ObjectType.KEYS, id), ByteBuffer.wrap(bytes));
        return id;
    }

    /**
     * Removes a password.
     *
     * @throws BackstayException with {@code CONFLICT} where the repository was opened with it: so one always stays
     */
    public static void remove(Repository repository, Sha256 id) throws IOException {
        if (id.equals(repository.keyId())) {
            throw new BackstayException(ErrorCode.CONFLICT, "the key that opened the repository is not removed");
        }
        repository.backend().remove(new ObjectKey(ObjectType.KEYS, id));
    }
}

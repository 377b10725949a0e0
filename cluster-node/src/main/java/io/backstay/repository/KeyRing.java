package io.backstay.repository;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.objects.Backend;
import io.backstay.objects.ListedObject;
import io.backstay.repository.crypto.SealingKey;
import io.backstay.repository.json.MalformedJsonException;
import io.backstay.repository.key.KeyFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The key files of a repository: finds the one that a password opens. */
final class KeyRing {
    /** So many are tried, as restic does; each costs half a second. */
    private static final int MAXIMUM_TRIED = 20;

    private KeyRing() {}

    /** A key file's name and the master key in it. */
    record Opened(Sha256 keyId, SealingKey master) {}

    /**
     * Tries one key file after the other.
     *
     * @throws BackstayException with {@code WRONG_PASSWORD}, or {@code REPOSITORY_DAMAGED} where none fits and one cannot be
     *     read
     */
    static Opened open(Backend backend, byte[] password) throws IOException {
        List<BackstayException> damaged = new ArrayList<>();
        List<ListedObject> keys = backend.list(ObjectType.KEYS);
        for (ListedObject listed : keys.subList(0, Math.min(keys.size(), MAXIMUM_TRIED))) {
            try {
                Optional<SealingKey> master = load(backend, listed.key()).open(password);
                if (master.isPresent()) {
                    return new Opened(listed.key().name(), master.get());
                }
            } catch (MalformedJsonException e) {
                damaged.add(Damage.of(listed.key(), e));
            } catch (BackstayException e) {
                damaged.add(e);
            }
        }
        if (!damaged.isEmpty()) {
            BackstayException first = damaged.getFirst();
            damaged.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
        throw new BackstayException(
                ErrorCode.WRONG_PASSWORD,
                "none of %d keys of %s is opened by this password".formatted(keys.size(), backend.location()));
    }

    /** Reads a key file and compares it with its name. */
    static KeyFile load(Backend backend, ObjectKey key) throws IOException, MalformedJsonException {
        byte[] bytes = backend.load(key, KeyFile.MAXIMUM_BYTES);
        if (!Sha256.hash(bytes).equals(key.name())) {
            throw Damage.of(key, "its content does not hash to its name");
        }
        return KeyFile.parse(bytes);
    }
}

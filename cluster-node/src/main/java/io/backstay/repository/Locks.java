package io.backstay.repository;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.objects.ListedObject;
import io.backstay.objects.MissingObjectException;
import io.backstay.repository.json.MalformedJsonException;
import io.backstay.repository.lock.LockFile;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The locks that lie in a repository. */
public final class Locks {
    private Locks() {}

    /** A lock and its file. */
    public record Named(ObjectKey key, LockFile lock) {}

    /**
     * All of them. An empty file is none: a process died while it wrote it.
     *
     * @throws BackstayException with {@code REPOSITORY_DAMAGED} where one cannot be read, which blocks as a lock would
     */
    public static List<Named> all(Repository repository) throws IOException {
        List<Named> locks = new ArrayList<>();
        for (ListedObject listed : repository.backend().list(ObjectType.LOCKS)) {
            if (listed.sizeBytes() > 0) {
                load(repository, listed.key()).ifPresent(locks::add);
            }
        }
        return locks;
    }

    private static Optional<Named> load(Repository repository, ObjectKey key) throws IOException {
        try {
            return Optional.of(new Named(key, LockFile.parse(repository.loadFile(key))));
        } catch (MissingObjectException e) {
            // Its holder removed or refreshed it; if refreshed, the new one shows when the list is read again.
            return Optional.empty();
        } catch (MalformedJsonException e) {
            throw Damage.of(key, e);
        }
    }

    /**
     * Removes those whose holders are dead by their time, or by their process where that is known; answers how many.
     *
     * @param hostname of this machine, whose processes can be asked for
     */
    public static int removeStale(Repository repository, Clock clock, String hostname) throws IOException {
        int removed = 0;
        for (Named named : all(repository)) {
            boolean gone = named.lock().hostname().equals(hostname)
                    && ProcessHandle.of(named.lock().pid()).isEmpty();
            if (gone || named.lock().isStale(clock.instant())) {
                repository.backend().remove(named.key());
                removed++;
            }
        }
        return removed;
    }

    /**
     * Refuses where a lock is there that does not go with another.
     *
     * @throws BackstayException with {@code REPOSITORY_LOCKED}
     */
    static void refuseConflicts(Repository repository, LockFile wanted, ObjectKey own) throws IOException {
        for (Named named : all(repository)) {
            if (!named.key().equals(own) && !named.lock().goesWith(wanted)) {
                throw new BackstayException(
                        ErrorCode.REPOSITORY_LOCKED,
                        "the repository is locked by %s (lock %s)"
                                .formatted(named.lock().holder(), named.key().name()));
            }
        }
    }
}

package io.backstay.repository;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.objects.ListedObject;
import io.backstay.repository.json.MalformedJsonException;
import io.backstay.repository.snapshot.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The snapshots of a repository. */
public final class Snapshots {
    private Snapshots() {}

    /** A snapshot and its id. */
    public record Named(Sha256 id, Snapshot snapshot) {}

    /** All of them, the oldest first. */
    public static List<Named> all(Repository repository) throws IOException {
        List<Named> snapshots = new ArrayList<>();
        for (ListedObject listed : repository.backend().list(ObjectType.SNAPSHOTS)) {
            snapshots.add(
                    new Named(listed.key().name(), load(repository, listed.key().name())));
        }
        snapshots.sort(
                Comparator.comparing((Named named) -> named.snapshot().time().toInstant())
                        .thenComparing(Named::id));
        return snapshots;
    }

    /** One of them. */
    public static Snapshot load(Repository repository, Sha256 id) throws IOException {
        ObjectKey key = new ObjectKey(ObjectType.SNAPSHOTS, id);
        try {
            return Snapshot.parse(repository.loadFile(key));
        } catch (MalformedJsonException e) {
            throw Damage.of(key, e);
        }
    }

    /**
     * The one whose id begins so; {@code latest} is the newest.
     *
     * @throws BackstayException with {@code NOT_FOUND} where there is none, {@code CONFLICT} where there are several
     */
    public static Named find(Repository repository, String idOrLatest) throws IOException {
        if (idOrLatest.equals("latest")) {
            List<Named> all = all(repository);
            if (all.isEmpty()) {
                throw new BackstayException(ErrorCode.NOT_FOUND, "there are no snapshots");
            }
            return all.getLast();
        }
        List<Sha256> fitting = repository.backend().list(ObjectType.SNAPSHOTS).stream()
                .map(listed -> listed.key().name())
                .filter(id -> id.toString().startsWith(idOrLatest))
                .toList();
        if (idOrLatest.isEmpty() || fitting.isEmpty()) {
            throw new BackstayException(
                    ErrorCode.NOT_FOUND, "no snapshot's id begins with \"%s\"".formatted(idOrLatest));
        }
        if (fitting.size() > 1) {
            throw new BackstayException(
                    ErrorCode.CONFLICT,
                    "the ids of %d snapshots begin with \"%s\"".formatted(fitting.size(), idOrLatest));
        }
        return new Named(fitting.getFirst(), load(repository, fitting.getFirst()));
    }
}

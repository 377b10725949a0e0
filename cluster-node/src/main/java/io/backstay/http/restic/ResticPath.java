package io.backstay.http.restic;

import io.backstay.model.BackstayException;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.RepositoryName;
import io.backstay.model.Sha256;
import java.util.Optional;

/** What an address below {@code /restic/} names. */
public sealed interface ResticPath {
    /** Which repository, by its name. */
    RepositoryName repository();

    /** The repository itself. */
    record Root(RepositoryName repository) implements ResticPath {}

    /** All objects of a type. */
    record Folder(RepositoryName repository, ObjectType type) implements ResticPath {}

    /** One object, {@code config} among them. */
    record Item(RepositoryName repository, ObjectKey key) implements ResticPath {}

    /** Where all of them begin. */
    String PREFIX = "/restic/";

    /**
     * Reads a path as it came over the wire, not decoded: no valid one has anything to decode. None for anything else: another
     * type, dot segments, empty segments, a name that is no lower-case SHA-256.
     */
    static Optional<ResticPath> parse(String rawPath) {
        if (!rawPath.startsWith(PREFIX)) {
            return Optional.empty();
        }
        String[] segments = rawPath.substring(PREFIX.length()).split("/", -1);
        Optional<RepositoryName> name = name(segments[0]);
        if (name.isEmpty()) {
            return Optional.empty();
        }
        RepositoryName repository = name.get();
        boolean bare = segments.length == 1 || (segments.length == 2 && segments[1].isEmpty());
        if (bare) {
            return Optional.of(new Root(repository));
        }
        Optional<ObjectType> type = ObjectType.ofPath(segments[1]);
        if (type.isEmpty() || segments.length > 3) {
            return Optional.empty();
        }
        if (type.get() == ObjectType.CONFIG) {
            return segments.length == 2 ? Optional.of(new Item(repository, ObjectKey.config())) : Optional.empty();
        }
        if (segments.length == 2 || segments[2].isEmpty()) {
            return Optional.of(new Folder(repository, type.get()));
        }
        return Sha256.isHex(segments[2])
                ? Optional.of(new Item(repository, new ObjectKey(type.get(), Sha256.parse(segments[2]))))
                : Optional.empty();
    }

    private static Optional<RepositoryName> name(String text) {
        try {
            return Optional.of(new RepositoryName(text));
        } catch (BackstayException e) {
            return Optional.empty();
        }
    }
}

package io.backstay.objects.disk;

import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.RepositoryId;
import io.backstay.model.Sha256;
import java.nio.file.Path;
import java.util.Optional;

/** Where a repository's files lie; see the package's description. */
record DiskLayout(Path tree, Path side) {
    /** The folder beside the trees. */
    static final String SIDE = ".backstay";

    static DiskLayout of(Path root, RepositoryId repository) {
        return new DiskLayout(
                root.resolve(repository.toString()), root.resolve(SIDE).resolve(repository.toString()));
    }

    Path object(ObjectKey key) {
        return folder(tree, key).resolve(fileName(key));
    }

    Path objectFolder(ObjectKey key) {
        return folder(tree, key);
    }

    Path sidecar(ObjectKey key) {
        return folder(sidecars(), key).resolve(fileName(key));
    }

    /** For {@code config}: the sidecar of the file that is about to be renamed into place. */
    Path nextSidecar(ObjectKey key) {
        return folder(sidecars(), key).resolve(fileName(key) + ".next");
    }

    Path sidecarFolder(ObjectKey key) {
        return folder(sidecars(), key);
    }

    Path trash() {
        return side.resolve("trash");
    }

    Path trashFolder(ObjectKey key) {
        Path folder = trash().resolve(key.type().path());
        return key.type() == ObjectType.CONFIG ? folder : folder.resolve(shard(key));
    }

    Path temporary() {
        return side.resolve("tmp");
    }

    Path note() {
        return side.resolve("note");
    }

    private Path sidecars() {
        return side.resolve("sidecars");
    }

    static String fileName(ObjectKey key) {
        return key.type() == ObjectType.CONFIG ? key.type().path() : key.name().toString();
    }

    /** The first two digits of the name. */
    static String shard(ObjectKey key) {
        return key.name().toString().substring(0, 2);
    }

    /** The key of a file of that name in a folder of that type; none for what is no object. */
    static Optional<ObjectKey> keyOf(ObjectType type, String fileName) {
        if (type == ObjectType.CONFIG) {
            return fileName.equals(type.path()) ? Optional.of(ObjectKey.config()) : Optional.empty();
        }
        return Sha256.isHex(fileName) ? Optional.of(new ObjectKey(type, Sha256.parse(fileName))) : Optional.empty();
    }

    private static Path folder(Path base, ObjectKey key) {
        return switch (key.type()) {
            case CONFIG -> base;
            case KEYS, LOCKS, SNAPSHOTS, INDEX -> base.resolve(key.type().path());
            case DATA -> base.resolve(key.type().path()).resolve(shard(key));
        };
    }
}

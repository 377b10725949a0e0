package io.backstay.objects.disk;

import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.objects.ObjectStore;
import io.backstay.objects.StoredObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Walks the tree in the order of keys, one folder in memory at a time. Describes files without reading them. */
final class Listing {
    private final DiskLayout layout;
    private final Sidecars sidecars;

    Listing(DiskLayout layout, Sidecars sidecars) {
        this.layout = layout;
        this.sidecars = sidecars;
    }

    /** The objects of a type behind a key. */
    Stream<StoredObject> objects(ObjectType type, Optional<ObjectKey> after) {
        Path folder = layout.tree().resolve(type.path());
        Stream<ObjectKey> keys = switch (type) {
            case CONFIG -> Stream.of(ObjectKey.config()).filter(key -> Folders.isAfter(key, after));
            case KEYS, LOCKS, SNAPSHOTS, INDEX -> keys(folder, type, after).stream();
            case DATA ->
                Folders.shards(folder, type, after)
                        .flatMap(shard -> keys(shard, type, after).stream()
                                .filter(key -> DiskLayout.shard(key).equals(Folders.name(shard))));
        };
        return keys.map(this::describeUnchecked).flatMap(Optional::stream);
    }

    private static List<ObjectKey> keys(Path folder, ObjectType type, Optional<ObjectKey> after) {
        List<ObjectKey> keys = Folders.read(
                folder,
                entry -> DiskLayout.keyOf(type, Folders.name(entry)).filter(key -> Folders.isAfter(key, after)));
        return keys.stream().sorted().toList();
    }

    /** As its sidecar says; a file without one is described by its name, its length and no revision. */
    Optional<StoredObject> describe(ObjectKey key) throws IOException {
        Path file = layout.object(key);
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                return Optional.empty();
            }
            long size = attributes.size();
            Instant time = attributes.lastModifiedTime().toInstant();
            if (key.type() == ObjectType.CONFIG) {
                return describeConfig(key, file, size, time);
            }
            Optional<Sidecar> sidecar =
                    size > ObjectStore.MAX_OBJECT_BYTES ? Optional.empty() : sidecars.read(key, size);
            return Optional.of(sidecar.map(Sidecar::object).orElse(new StoredObject(key, size, key.name(), 0, time)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private Optional<StoredObject> describeUnchecked(ObjectKey key) {
        try {
            return describe(key);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<StoredObject> describeConfig(ObjectKey key, Path file, long size, Instant time)
            throws IOException {
        if (size > ObjectStore.MAX_CONFIG_BYTES) {
            return Optional.empty();
        }
        byte[] bytes = Files.readAllBytes(file);
        Sha256 sha256 = Sha256.hash(bytes);
        StoredObject unknown = new StoredObject(key, bytes.length, sha256, 0, time);
        return Optional.of(sidecars.readConfig(key, bytes.length, sha256)
                .map(Sidecar::object)
                .orElse(unknown));
    }
}

package io.backstay.objects.disk;

import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.objects.Marker;
import io.backstay.objects.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;

/** The removed files and the markers of one repository. */
final class Trash {
    private static final Sha256 NO_CONTENT = new Sha256(0, 0, 0, 0);
    private static final BinaryOperator<TrashName> NEWER =
            BinaryOperator.maxBy(Comparator.comparingLong(TrashName::revision).thenComparing(TrashName::kind));

    private final DiskFiles files;
    private final DiskLayout layout;

    Trash(DiskFiles files, DiskLayout layout) {
        this.files = files;
        this.layout = layout;
    }

    /** The newest marker of a key. */
    Optional<Marker> newest(ObjectKey key) throws IOException {
        String prefix = TrashName.prefix(key);
        try {
            List<TrashName> names = Folders.read(
                    layout.trashFolder(key),
                    entry -> Folders.name(entry).startsWith(prefix)
                            ? TrashName.parse(key.type(), Folders.name(entry)).filter(TrashName::marks)
                            : Optional.empty());
            return names.stream().reduce(NEWER).map(this::marker);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** The newest marker of each key behind {@code after}, ordered by key. */
    Stream<Marker> markers(ObjectType type, Optional<ObjectKey> after) {
        Path folder = layout.trash().resolve(type.path());
        Stream<Path> folders = type == ObjectType.CONFIG ? Stream.of(folder) : Folders.shards(folder, type, after);
        return folders.flatMap(one -> newestEach(one, type, after).stream()).map(this::marker);
    }

    private static Collection<TrashName> newestEach(Path folder, ObjectType type, Optional<ObjectKey> after) {
        TreeMap<ObjectKey, TrashName> newest = new TreeMap<>();
        for (TrashName name : Folders.read(folder, entry -> TrashName.parse(type, Folders.name(entry)))) {
            if (name.marks() && Folders.isAfter(name.key(), after)) {
                newest.merge(name.key(), name, NEWER);
            }
        }
        return newest.values();
    }

    private Marker marker(TrashName name) {
        ObjectKey key = name.key();
        Sha256 named = key.contentHash().orElse(NO_CONTENT);
        if (name.kind() != TrashName.Kind.FILE) {
            return new Marker(key, 0, named, name.revision(), name.removedAt());
        }
        Path file = layout.trashFolder(key).resolve(name.toString());
        try {
            long size = Files.size(file);
            Sha256 sha256 = key.type() == ObjectType.CONFIG && size <= ObjectStore.MAX_CONFIG_BYTES
                    ? Sha256.hash(Files.readAllBytes(file))
                    : named;
            return new Marker(key, size, sha256, name.revision(), name.removedAt());
        } catch (NoSuchFileException e) {
            return new Marker(key, 0, named, name.revision(), name.removedAt());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes the entries that came before the moment. */
    int purge(Instant removedBefore) throws IOException {
        int purged = 0;
        try {
            for (ObjectType type : ObjectType.values()) {
                for (Path folder : folders(type)) {
                    purged += purge(folder, type, removedBefore);
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return purged;
    }

    private List<Path> folders(ObjectType type) {
        Path folder = layout.trash().resolve(type.path());
        List<Path> folders = new ArrayList<>(List.of(folder));
        if (type != ObjectType.CONFIG) {
            folders.addAll(Folders.read(folder, Optional::of));
        }
        return folders;
    }

    private int purge(Path folder, ObjectType type, Instant removedBefore) throws IOException {
        List<Path> old = Folders.read(
                folder,
                entry -> TrashName.parse(type, Folders.name(entry))
                        .filter(name -> name.removedAt().isBefore(removedBefore))
                        .map(name -> entry));
        for (Path entry : old) {
            files.operations().delete(entry);
        }
        return old.size();
    }
}

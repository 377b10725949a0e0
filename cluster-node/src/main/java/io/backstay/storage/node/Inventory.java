package io.backstay.storage.node;

import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.objects.Marker;
import io.backstay.objects.ObjectStore;
import io.backstay.objects.StoredObject;
import io.backstay.storage.protocol.EntityInput.LockFile;
import io.backstay.storage.transfer.StoragePeer;
import io.backstay.storage.transfer.StoragePeer.InventoryEntry;
import io.backstay.storage.transfer.StoragePeer.InventoryPage;
import io.backstay.storage.transfer.StoragePeer.ReplicaInfo;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Merges files and markers into pages ordered by key. */
final class Inventory {
    /** Somewhat longer than locks count as held, since the clocks of nodes differ. */
    private static final Duration YOUNG = Duration.ofMinutes(35);

    private Inventory() {}

    /** A page; at the disk. */
    static InventoryPage page(ObjectStore store, Optional<ObjectKey> after, int limit) throws IOException {
        List<InventoryEntry> entries = new ArrayList<>();
        for (ObjectType type : StoragePeer.INVENTORY_ORDER) {
            if (after.isPresent() && after.get().type().compareTo(type) > 0) {
                continue;
            }
            try (Stream<StoredObject> objects = store.list(type, after);
                    Stream<Marker> markers = store.markers(type, after)) {
                Ahead<StoredObject> files = new Ahead<>(objects.iterator());
                Ahead<Marker> removals = new Ahead<>(markers.iterator());
                while (files.next.isPresent() || removals.next.isPresent()) {
                    if (entries.size() == limit) {
                        return new InventoryPage(List.copyOf(entries), true);
                    }
                    entries.add(take(files, removals));
                }
            }
        }
        return new InventoryPage(List.copyOf(entries), false);
    }

    /** The locks that are young, each read through. At the disk. */
    static List<LockFile> youngLocks(ObjectStore store, Instant now) throws IOException {
        List<StoredObject> young;
        try (Stream<StoredObject> locks = store.list(ObjectType.LOCKS, Optional.empty())) {
            young = locks.filter(lock -> lock.storedAt().isAfter(now.minus(YOUNG)))
                    .toList();
        }
        List<LockFile> found = new ArrayList<>();
        for (StoredObject lock : young) {
            boolean whole = store.verify(lock.key());
            if (whole || store.peek(lock.key()).isPresent()) {
                found.add(new LockFile(
                        lock.key(), lock.sizeBytes(), lock.storedAt().toEpochMilli(), whole));
            }
        }
        return found;
    }

    private static InventoryEntry take(Ahead<StoredObject> files, Ahead<Marker> removals) {
        Optional<ObjectKey> file = files.next.map(StoredObject::key);
        Optional<ObjectKey> removal = removals.next.map(Marker::key);
        boolean hasFile = file.isPresent() && (removal.isEmpty() || file.get().compareTo(removal.get()) <= 0);
        boolean hasMarker =
                removal.isPresent() && (file.isEmpty() || removal.get().compareTo(file.get()) <= 0);
        Optional<Marker> marker = hasMarker ? removals.take() : Optional.empty();
        Optional<StoredObject> object = hasFile ? files.take() : Optional.empty();
        long removed = marker.map(Marker::revision).orElse(0L);
        return object.map(present -> new InventoryEntry(
                        present.key(),
                        Optional.of(replica(present, removed)),
                        present.storedAt().toEpochMilli(),
                        removed))
                .or(() -> marker.map(gone -> new InventoryEntry(
                        gone.key(), Optional.empty(), gone.removedAt().toEpochMilli(), removed)))
                .orElseThrow();
    }

    /** A file beside a marker was placed after it: it is at least as late, even where its own revision was lost. */
    private static ReplicaInfo replica(StoredObject object, long removedRevision) {
        return new ReplicaInfo(
                object.key(), object.sizeBytes(), object.sha256(), Math.max(object.revision(), removedRevision));
    }

    /** An iterator that shows what comes next. */
    private static final class Ahead<T> {
        private final Iterator<T> source;
        private Optional<T> next;

        private Ahead(Iterator<T> source) {
            this.source = source;
            this.next = source.hasNext() ? Optional.of(source.next()) : Optional.empty();
        }

        private Optional<T> take() {
            Optional<T> taken = next;
            next = source.hasNext() ? Optional.of(source.next()) : Optional.empty();
            return taken;
        }
    }
}

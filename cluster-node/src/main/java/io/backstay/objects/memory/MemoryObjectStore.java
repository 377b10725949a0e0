package io.backstay.objects.memory;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.objects.Marker;
import io.backstay.objects.MissingObjectException;
import io.backstay.objects.ObjectStore;
import io.backstay.objects.RangeReader;
import io.backstay.objects.Removal;
import io.backstay.objects.StagedObject;
import io.backstay.objects.Staging;
import io.backstay.objects.StoredObject;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** One repository's objects in memory. What is removed keeps its room until it is purged, as on a disk. */
final class MemoryObjectStore implements ObjectStore {
    private static final Sha256 NO_CONTENT = new Sha256(0, 0, 0, 0);

    private final MemoryMedium medium;
    private final Clock clock;
    private final ConcurrentSkipListMap<ObjectKey, MemoryObject> objects = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<ObjectKey, List<Marker>> markers = new ConcurrentSkipListMap<>();
    private volatile Optional<byte[]> note = Optional.empty();

    MemoryObjectStore(MemoryMedium medium, Clock clock) {
        this.medium = medium;
        this.clock = clock;
    }

    @Override
    public Staging stage(ObjectKey key, long sizeBytes) throws IOException {
        return MemoryStaging.begin(medium, key, sizeBytes);
    }

    @Override
    public StoredObject publish(StagedObject staged, long revision) {
        if (!(staged instanceof MemoryStaging.Sealed sealed)) {
            throw new IllegalArgumentException("staged in another store");
        }
        StoredObject object =
                new StoredObject(sealed.key(), sealed.sizeBytes(), sealed.sha256(), revision, clock.instant());
        MemoryObject before = objects.put(sealed.key(), new MemoryObject(object, sealed.keep(), sealed.blocks()));
        if (before != null) {
            medium.give(before.object().sizeBytes());
        }
        return object;
    }

    @Override
    public Optional<StoredObject> stat(ObjectKey key) {
        return Optional.ofNullable(objects.get(key)).map(MemoryObject::object);
    }

    @Override
    public Optional<StoredObject> peek(ObjectKey key) {
        return stat(key);
    }

    @Override
    public RangeReader open(ObjectKey key, long offset, long length) throws MissingObjectException {
        MemoryObject found = objects.get(key);
        if (found == null) {
            throw new MissingObjectException(key);
        }
        long size = found.object().sizeBytes();
        if (offset < 0 || length < 0 || offset > size || length > size - offset) {
            throw new BackstayException(
                    ErrorCode.RANGE_NOT_SATISFIABLE,
                    "%d bytes from %d of %s, which has %d".formatted(length, offset, key, size));
        }
        return new MemoryRangeReader(found, offset, length);
    }

    @Override
    public boolean verify(ObjectKey key) {
        MemoryObject found = objects.get(key);
        return found != null && found.hash().equals(found.object().sha256());
    }

    @Override
    public Optional<Marker> marker(ObjectKey key) {
        return Optional.ofNullable(markers.get(key)).flatMap(MemoryObjectStore::newest);
    }

    private static Optional<Marker> newest(List<Marker> markers) {
        return markers.stream().max(Comparator.comparingLong(Marker::revision).thenComparingLong(Marker::sizeBytes));
    }

    @Override
    public Removal removal(long revision) {
        Instant now = clock.instant();
        return new Removal() {
            @Override
            public void trash(ObjectKey key) {
                MemoryObject removed = objects.remove(key);
                if (removed == null) {
                    mark(key);
                } else {
                    StoredObject object = removed.object();
                    remember(new Marker(key, object.sizeBytes(), object.sha256(), revision, now));
                }
            }

            @Override
            public void mark(ObjectKey key) {
                remember(new Marker(key, 0, key.contentHash().orElse(NO_CONTENT), revision, now));
            }

            @Override
            public void drop(ObjectKey key) {
                MemoryObject dropped = objects.remove(key);
                if (dropped != null) {
                    medium.give(dropped.object().sizeBytes());
                }
            }

            @Override
            public void confirm(ObjectKey key) {
                // Memory has nothing more durable than itself.
            }

            @Override
            public void commit() {
                // Memory has nothing more durable than itself.
            }
        };
    }

    private void remember(Marker marker) {
        markers.computeIfAbsent(marker.key(), key -> new CopyOnWriteArrayList<>())
                .add(marker);
    }

    @Override
    public Stream<StoredObject> list(ObjectType type, Optional<ObjectKey> after) {
        return objects.values().stream()
                .map(MemoryObject::object)
                .filter(object -> isWanted(object.key(), type, after));
    }

    @Override
    public Stream<Marker> markers(ObjectType type, Optional<ObjectKey> after) {
        return markers.values().stream()
                .map(MemoryObjectStore::newest)
                .flatMap(Optional::stream)
                .filter(marker -> isWanted(marker.key(), type, after));
    }

    private static boolean isWanted(ObjectKey key, ObjectType type, Optional<ObjectKey> after) {
        return key.type() == type && (after.isEmpty() || key.compareTo(after.get()) > 0);
    }

    @Override
    public int purge(Instant removedBefore) {
        int purged = 0;
        for (List<Marker> entries : markers.values()) {
            List<Marker> old = entries.stream()
                    .filter(marker -> marker.removedAt().isBefore(removedBefore))
                    .toList();
            entries.removeAll(old);
            old.forEach(marker -> medium.give(marker.sizeBytes()));
            purged += old.size();
        }
        return purged;
    }

    @Override
    public Optional<byte[]> note() {
        return note.map(byte[]::clone);
    }

    @Override
    public void note(byte[] bytes) {
        if (bytes.length > MAX_NOTE_BYTES) {
            throw new IllegalArgumentException("a note of " + bytes.length + " bytes");
        }
        note = Optional.of(bytes.clone());
    }

    /** For tests: flips a bit of the content that is kept. */
    void damage(ObjectKey key, long position) {
        MemoryObject found = objects.get(key);
        if (found != null) {
            int at = Math.toIntExact(position);
            found.content().put(at, (byte) (found.content().get(at) ^ 1));
        }
    }
}

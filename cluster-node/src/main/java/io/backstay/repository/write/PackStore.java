package io.backstay.repository.write;

import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.repository.Repository;
import io.backstay.repository.crypto.Sealer;
import io.backstay.repository.pack.BlobType;
import io.backstay.repository.pack.PackBuilder;
import io.backstay.repository.pack.PackedBlob;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * Packs that are being filled, one for each type of blob, and those that are being stored. At most as many are in memory as are
 * filled and stored at once: who adds to a pack waits while all are being stored. Safe for use by many threads.
 */
final class PackStore {
    private final Repository repository;
    private final SaverSettings settings;
    private final Stored stored;
    private final Failure failure;
    private final Semaphore room;
    private final ExecutorService uploads;
    private final Deque<PackBuilder> free = new ArrayDeque<>();
    private final Map<BlobType, Filling> filling = new EnumMap<>(BlobType.class);

    /** Told of each pack when it is durable, by any thread. */
    interface Stored {
        void pack(Sha256 pack, List<PackedBlob> blobs) throws IOException;
    }

    /** A type's pack. */
    private static final class Filling {
        private java.util.Optional<PackBuilder> builder = java.util.Optional.empty();
    }

    PackStore(Repository repository, SaverSettings settings, Stored stored, Failure failure) {
        this.repository = repository;
        this.settings = settings;
        this.stored = stored;
        this.failure = failure;
        this.room = new Semaphore(settings.uploads() + BlobType.values().length);
        this.uploads = Executors.newFixedThreadPool(settings.uploads());
        for (BlobType type : BlobType.values()) {
            filling.put(type, new Filling());
        }
    }

    /** Adds a sealed blob to a pack; stores the pack when it is full. */
    void add(BlobType type, Sha256 id, byte[] sealed, int length, int uncompressedLength, Sealer sealer)
            throws InterruptedException {
        Filling place = filling(type);
        PackBuilder full;
        synchronized (place) {
            PackBuilder builder = place.builder.isPresent() ? place.builder.get() : take();
            place.builder = java.util.Optional.of(builder);
            builder.add(type, id, sealed, 0, length, uncompressedLength);
            if (builder.lengthBytes() < settings.packBytes() && !builder.isFull()) {
                return;
            }
            full = builder;
            place.builder = java.util.Optional.empty();
        }
        store(full, sealer);
    }

    /** Stores what is begun and waits until everything is durable. */
    void finish(Sealer sealer) throws InterruptedException {
        for (BlobType type : BlobType.values()) {
            Filling place = filling(type);
            synchronized (place) {
                place.builder.ifPresent(builder -> store(builder, sealer));
                place.builder = java.util.Optional.empty();
            }
        }
        int all = settings.uploads() + BlobType.values().length;
        room.acquire(all);
        room.release(all);
        failure.check();
    }

    /** Stops; what is begun is lost. */
    void close() {
        uploads.shutdownNow();
    }

    private Filling filling(BlobType type) {
        return java.util.Objects.requireNonNull(filling.get(type));
    }

    private PackBuilder take() throws InterruptedException {
        room.acquire();
        failure.check();
        synchronized (free) {
            PackBuilder builder = free.poll();
            return builder != null ? builder : new PackBuilder(settings.packBytes() + settings.packBytes() / 8);
        }
    }

    private void store(PackBuilder builder, Sealer sealer) {
        PackBuilder.FinishedPack pack = builder.finish(sealer);
        uploads.execute(() -> {
            try {
                failure.check();
                if (!settings.dryRun()) {
                    repository.backend().save(new ObjectKey(ObjectType.DATA, pack.id()), pack.content());
                }
                stored.pack(pack.id(), pack.blobs());
            } catch (IOException | RuntimeException e) {
                failure.note(e);
            } finally {
                builder.clear();
                synchronized (free) {
                    free.push(builder);
                }
                room.release();
            }
        });
    }
}

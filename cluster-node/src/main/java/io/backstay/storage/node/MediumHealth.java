package io.backstay.storage.node;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.objects.ObjectMedium;
import io.backstay.storage.transfer.StoragePeer.Room;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the disk takes writes: it has room above the low-water mark, counted with what uploads have announced, and it has
 * not failed since it was last tried.
 */
final class MediumHealth {
    private static final Logger LOG = LoggerFactory.getLogger(MediumHealth.class);

    private final ObjectMedium medium;
    private final StorageSettings settings;
    private final AtomicLong announcedBytes = new AtomicLong();
    private volatile boolean failing;

    MediumHealth(ObjectMedium medium, StorageSettings settings) {
        this.medium = medium;
        this.settings = settings;
    }

    /** Takes room for an upload; give it back by closing. */
    Reservation reserve(long bytes) throws IOException {
        if (failing) {
            throw new BackstayException(ErrorCode.UNAVAILABLE, "this node's disk has failed");
        }
        Reservation reservation = new Reservation(bytes);
        if (usable(medium.capacity()) < 0) {
            reservation.close();
            throw new BackstayException(ErrorCode.STORAGE_FULL, "this node's disk is full");
        }
        return reservation;
    }

    private long usable(ObjectMedium.Capacity capacity) {
        return capacity.freeBytes() - settings.lowWater(capacity.totalBytes()) - announcedBytes.get();
    }

    Room room() throws IOException {
        ObjectMedium.Capacity capacity = medium.capacity();
        long usable = Math.max(0, usable(capacity));
        return new Room(usable, capacity.totalBytes(), !failing && usable > 0);
    }

    /** A write failed: nothing more is taken until a probe went well. */
    void failed(Throwable failure) {
        if (!failing) {
            LOG.error("The disk has failed; it takes nothing more until a probe goes well", failure);
        }
        failing = true;
    }

    boolean failing() {
        return failing;
    }

    /** Tries a failing disk again. */
    void probe() {
        if (!failing) {
            return;
        }
        try {
            medium.probe();
            failing = false;
            LOG.info("The disk takes writes again");
        } catch (IOException e) {
            LOG.warn("The disk still fails: {}", e.toString());
        }
    }

    /** Room that an upload has announced and not yet used. One thread at a time. */
    final class Reservation implements AutoCloseable {
        private long left;

        private Reservation(long bytes) {
            left = bytes;
            announcedBytes.addAndGet(bytes);
        }

        void used(long bytes) {
            long part = Math.min(bytes, left);
            left -= part;
            announcedBytes.addAndGet(-part);
        }

        @Override
        public void close() {
            used(left);
        }
    }
}

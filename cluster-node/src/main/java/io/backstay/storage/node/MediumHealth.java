package io.backstay.storage.node;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.objects.MediumFullException;
import io.backstay.objects.ObjectMedium;
import io.backstay.storage.transfer.StoragePeer.DiskState;
import io.backstay.storage.transfer.StoragePeer.Room;
import java.io.IOException;
import java.io.SyncFailedException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the disk is fit for. It is full below the low-water mark, counted with what uploads have announced, or when it says
 * so, and then until there is room again for what it refused; it is read-only or failing until it was tried with success;
 * and once it failed to make something durable it is trusted no more while this process lives. Each change of state is one
 * line in the log. Safe for use by many threads.
 */
final class MediumHealth {
    private static final Logger LOG = LoggerFactory.getLogger(MediumHealth.class);

    /** A larger object that finds no room says nothing about the next one: restic's largest packs have so many bytes. */
    private static final long TELLING_BYTES = 128L << 20;

    /** Indexes have up to 8 MiB. */
    private static final long SMALL_BYTES = 16L << 20;

    private record Condition(DiskState state, String reason, long wantedBytes) {
        static final Condition OK = new Condition(DiskState.OK, "", 0);
    }

    private final ObjectMedium medium;
    private final StorageSettings settings;
    private final AtomicLong announcedBytes = new AtomicLong();
    private final AtomicReference<Condition> condition = new AtomicReference<>(Condition.OK);

    MediumHealth(ObjectMedium medium, StorageSettings settings) {
        this.medium = medium;
        this.settings = settings;
    }

    /**
     * Takes room for an upload; give it back by closing. What a full repository needs to be tidied up (locks, indexes,
     * snapshots) may go below the low-water mark.
     */
    Reservation reserve(ObjectKey key, long bytes) throws IOException {
        Condition now = condition.get();
        if (now.state() != DiskState.OK && now.state() != DiskState.FULL) {
            throw refusal(now);
        }
        boolean small = key.type() != ObjectType.DATA && bytes <= SMALL_BYTES;
        ObjectMedium.Capacity capacity = capacity();
        Reservation reservation = new Reservation(bytes);
        long left = small ? capacity.freeBytes() - announcedBytes.get() : usable(capacity);
        boolean refused = left < 0 || (!small && now.state() == DiskState.FULL);
        if (refused) {
            reservation.close();
            if (bytes <= TELLING_BYTES || usable(capacity) < TELLING_BYTES) {
                full(
                        bytes,
                        "%d bytes are free, %d of them are kept".formatted(capacity.freeBytes(), lowWater(capacity)));
            }
            throw refusal(new Condition(DiskState.FULL, "", bytes));
        }
        return reservation;
    }

    private ObjectMedium.Capacity capacity() throws IOException {
        try {
            return medium.capacity();
        } catch (IOException e) {
            failed(e);
            throw e;
        }
    }

    private long lowWater(ObjectMedium.Capacity capacity) {
        return settings.lowWater(capacity.totalBytes());
    }

    private long usable(ObjectMedium.Capacity capacity) {
        return capacity.freeBytes() - lowWater(capacity) - announcedBytes.get();
    }

    private static BackstayException refusal(Condition now) {
        return switch (now.state()) {
            case OK, FULL -> new BackstayException(ErrorCode.STORAGE_FULL, "this node's disk is full");
            case READ_ONLY -> new BackstayException(ErrorCode.UNAVAILABLE, "this node's disk cannot be written to");
            case FAILING -> new BackstayException(ErrorCode.UNAVAILABLE, "this node's disk has failed");
            case UNTRUSTED ->
                new BackstayException(ErrorCode.UNAVAILABLE, "this node's disk lost a write and is trusted no more");
        };
    }

    /** Refuses any change of what is on a disk that is trusted no more. */
    void requireTrusted() {
        Condition now = condition.get();
        if (now.state() == DiskState.UNTRUSTED) {
            throw refusal(now);
        }
    }

    /** What there is to say of the disk now. */
    Room room() throws IOException {
        ObjectMedium.Capacity capacity = capacity();
        long usable = Math.max(0, usable(capacity));
        if (usable == 0) {
            full(0, "%d bytes are free, %d of them are kept".formatted(capacity.freeBytes(), lowWater(capacity)));
        }
        Condition now = condition.get();
        return new Room(usable, capacity.totalBytes(), now.state(), now.reason(), Optional.empty());
    }

    /** A change failed: what that says about the disk decides what it takes from now on. */
    void failed(Throwable failure) {
        switch (failure) {
            case MediumFullException full -> full(0, String.valueOf(full.getMessage()));
            case SyncFailedException lost -> enter(new Condition(DiskState.UNTRUSTED, lost.toString(), 0), lost);
            case IOException io
            when Failures.isDiskFailure(io) -> {
                boolean writable = medium.isWritable();
                enter(new Condition(writable ? DiskState.FAILING : DiskState.READ_ONLY, io.toString(), 0), io);
            }
            default -> {}
        }
    }

    private void full(long wantedBytes, String reason) {
        long wanted = Math.min(wantedBytes, TELLING_BYTES);
        Condition before = condition.get();
        if (before.state() == DiskState.FULL && wanted > before.wantedBytes()) {
            condition.compareAndSet(before, new Condition(DiskState.FULL, before.reason(), wanted));
        }
        enter(new Condition(DiskState.FULL, reason, wanted), null);
    }

    /** A state gives way only to a worse one; to a better one only by {@link #look}. */
    private void enter(Condition next, @Nullable Throwable cause) {
        Condition before = condition.get();
        while (next.state().compareTo(before.state()) > 0) {
            if (condition.compareAndSet(before, next)) {
                switch (next.state()) {
                    case OK -> {}
                    case FULL ->
                        LOG.warn("The disk is full and takes no more objects until there is room: {}", next.reason());
                    case READ_ONLY ->
                        LOG.error("The disk cannot be written to; it takes nothing until it can: {}", next.reason());
                    case FAILING -> LOG.error("The disk has failed; it takes nothing until a try goes well", cause);
                    case UNTRUSTED ->
                        LOG.error(
                                "The disk failed to make a write durable. This node writes nothing more: check the"
                                        + " disk, mount it anew or replace it, then restart the node",
                                cause);
                }
                return;
            }
            before = condition.get();
        }
    }

    /** The disk's state. */
    DiskState state() {
        return condition.get().state();
    }

    /** Looks whether the disk is worse than was known, or takes writes again; to be called every few seconds. */
    void look() throws IOException {
        if (!medium.isWritable()) {
            enter(new Condition(DiskState.READ_ONLY, "the folder of the repositories cannot be written to", 0), null);
        }
        Condition before = condition.get();
        switch (before.state()) {
            case OK, FULL -> {
                ObjectMedium.Capacity capacity = capacity();
                long usable = usable(capacity);
                if (usable <= 0) {
                    room();
                } else if (before.state() == DiskState.FULL
                        && usable >= Math.max(before.wantedBytes(), lowWater(capacity))) {
                    recover(before);
                }
            }
            case READ_ONLY, FAILING -> recover(before);
            case UNTRUSTED -> {}
        }
    }

    private void recover(Condition before) {
        try {
            medium.probe();
        } catch (IOException e) {
            LOG.debug("The disk still takes no writes: {}", e.toString());
            if (e instanceof SyncFailedException) {
                failed(e);
            }
            return;
        }
        if (condition.compareAndSet(before, Condition.OK)) {
            LOG.info("The disk takes writes again");
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

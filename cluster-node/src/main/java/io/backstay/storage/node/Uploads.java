package io.backstay.storage.node;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.Sha256;
import io.backstay.objects.ObjectStore;
import io.backstay.objects.StagedObject;
import io.backstay.objects.Staging;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Takes bodies in: what has come is written on the thread of the upload, so that a slow disk slows its client and an upload
 * holds a few elements in memory, whatever its length.
 */
final class Uploads {
    /** What waits between the stream and the thread; a body from the network has up to 128 KiB in each element. */
    private static final long AHEAD_BYTES = 256 * 1024;

    private final ClassicActorSystemProvider system;
    private final DiskGate gate;
    private final MediumHealth health;
    private final StorageSettings settings;
    private final Semaphore places;

    Uploads(ClassicActorSystemProvider system, DiskGate gate, MediumHealth health, StorageSettings settings) {
        this.system = system;
        this.gate = gate;
        this.health = health;
        this.settings = settings;
        this.places = new Semaphore(settings.uploads());
    }

    /** Ends a body that is not wanted, so that whoever sends it hears of it. */
    void refuse(Source<ByteString, ?> body) {
        body.runWith(Sink.cancelled(), system);
    }

    /** Writes the whole body; what was written is gone where this fails. */
    Received receive(
            ObjectStore store, ObjectKey key, Optional<Sha256> expected, long sizeBytes, Source<ByteString, ?> body)
            throws Exception {
        BodyQueue.Reader elements = body.runWith(Sink.fromGraph(new BodyQueue(AHEAD_BYTES)), system);
        boolean placed = false;
        try {
            placed = places.tryAcquire(settings.uploadIdle().toMillis(), TimeUnit.MILLISECONDS);
            if (!placed) {
                throw new BackstayException(ErrorCode.UNAVAILABLE, "too many uploads at once");
            }
            try (MediumHealth.Reservation room = gate.at(() -> health.reserve(key, sizeBytes))) {
                return write(store, key, expected, sizeBytes, elements, room);
            }
        } catch (IOException e) {
            health.failed(e);
            throw e;
        } finally {
            elements.cancel();
            if (placed) {
                places.release();
            }
        }
    }

    private Received write(
            ObjectStore store,
            ObjectKey key,
            Optional<Sha256> expected,
            long sizeBytes,
            BodyQueue.Reader elements,
            MediumHealth.Reservation room)
            throws Exception {
        Staging staging = gate.at(() -> store.stage(key, sizeBytes));
        try {
            for (List<ByteString> next = take(elements); !next.isEmpty(); next = take(elements)) {
                List<ByteString> bytes = next;
                room.used(gate.at(() -> write(staging, bytes)));
            }
            return new Received(gate, gate.at(() -> staging.seal(expected)));
        } finally {
            gate.at(() -> {
                staging.close();
                return staging;
            });
        }
    }

    /** By their arrays: of a read-only buffer, which an element gives otherwise, the JDK hashes 4 KiB at a time. */
    private static long write(Staging staging, List<ByteString> elements) throws IOException {
        long bytes = 0;
        for (ByteString element : elements) {
            staging.write(ByteBuffer.wrap(element.toArrayUnsafe()));
            bytes += element.size();
        }
        return bytes;
    }

    private List<ByteString> take(BodyQueue.Reader elements) throws InterruptedException {
        try {
            return elements.take(settings.uploadIdle().toNanos());
        } catch (TimeoutException e) {
            throw new BackstayException(
                    ErrorCode.UNAVAILABLE, "the upload brought nothing for " + settings.uploadIdle(), e);
        } catch (ExecutionException e) {
            throw bodyFailure(Failures.cause(e));
        }
    }

    /** A body that fails has ended before its length, unless its source says what it was. */
    private static BackstayException bodyFailure(Throwable cause) {
        return cause instanceof BackstayException coded
                ? coded
                : new BackstayException(ErrorCode.CONTENT_TRUNCATED, "the body broke off: " + cause, cause);
    }

    /** A whole body on disk, not visible; discarded on close where it was not published. */
    record Received(DiskGate gate, StagedObject staged) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            gate.at(() -> {
                staged.close();
                return staged;
            });
        }
    }
}

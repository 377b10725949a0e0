package io.backstay.storage.node;

import io.backstay.model.ObjectType;
import io.backstay.objects.Marker;
import io.backstay.objects.ObjectStore;
import io.backstay.objects.StoredObject;
import io.backstay.storage.protocol.NodeRules.Standing;
import io.backstay.storage.protocol.NodeRules.Told;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the node remembers of one repository, in memory and on disk. Whoever changes the disk under a fence waits until the
 * fence's epoch and revision are durable; many who wait share one write.
 */
final class StandingKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(StandingKeeper.class);

    private final ObjectStore store;
    private final DiskGate gate;
    private final ReentrantLock lock = new ReentrantLock();
    private Standing current;
    private Standing durable;
    private List<CompletableFuture<Standing>> waiting = new ArrayList<>();
    private boolean writing;

    private StandingKeeper(ObjectStore store, DiskGate gate, Standing current, Standing durable) {
        this.store = store;
        this.gate = gate;
        this.current = current;
        this.durable = durable;
    }

    /** Reads the note; where it is lost or damaged, the stamp is found again on what is there. */
    static StandingKeeper load(ObjectStore store, DiskGate gate) throws IOException {
        Optional<byte[]> note = store.note();
        Optional<Standing> known = note.flatMap(StandingFormat::decode);
        if (known.isPresent()) {
            return new StandingKeeper(store, gate, known.get(), known.get());
        }
        Standing found = new Standing(0, highestRevision(store), Told.NOTHING);
        if (note.isPresent() || found.stamp() > 0) {
            LOG.warn("What this node remembered of a repository is lost; its files show revision {}", found.stamp());
        }
        return new StandingKeeper(store, gate, found, Standing.NONE);
    }

    private static long highestRevision(ObjectStore store) throws IOException {
        long highest = 0;
        for (ObjectType type : ObjectType.values()) {
            try (Stream<StoredObject> objects = store.list(type, Optional.empty());
                    Stream<Marker> markers = store.markers(type, Optional.empty())) {
                long ofObjects = objects.mapToLong(StoredObject::revision).max().orElse(0);
                long ofMarkers = markers.mapToLong(Marker::revision).max().orElse(0);
                highest = Math.max(highest, Math.max(ofObjects, ofMarkers));
            }
        }
        return highest;
    }

    Standing current() {
        lock.lock();
        try {
            return current;
        } finally {
            lock.unlock();
        }
    }

    /** Takes over what is later in the standing; it is on disk some time after. Returns what holds now. */
    Standing raise(Standing later) {
        lock.lock();
        try {
            current = current.orLater(later);
            return current;
        } finally {
            lock.unlock();
        }
    }

    /** The same; completes when it is on disk, on the thread that wrote it. */
    CompletableFuture<Standing> raiseDurably(Standing later) {
        CompletableFuture<Standing> done = new CompletableFuture<>();
        lock.lock();
        try {
            Standing raised = raise(later);
            if (durable.covers(later)) {
                done.complete(raised);
                return done;
            }
            waiting.add(done);
            if (!writing) {
                writing = true;
                gate.launch(this::writeWhileWanted, this::stopped);
            }
        } finally {
            lock.unlock();
        }
        return done;
    }

    /** Writes down what is not yet; completes when that is done. */
    CompletableFuture<Standing> flush() {
        return raiseDurably(current());
    }

    private boolean writeWhileWanted() throws IOException {
        while (true) {
            Standing next;
            List<CompletableFuture<Standing>> served;
            lock.lock();
            try {
                if (waiting.isEmpty()) {
                    writing = false;
                    return true;
                }
                next = current;
                served = waiting;
                waiting = new ArrayList<>();
            } finally {
                lock.unlock();
            }
            try {
                gate.at(() -> {
                    store.note(StandingFormat.encode(next));
                    return next;
                });
            } catch (IOException | RuntimeException e) {
                served.forEach(one -> one.completeExceptionally(e));
                throw e;
            }
            lock.lock();
            try {
                durable = next;
            } finally {
                lock.unlock();
            }
            served.forEach(one -> one.complete(next));
        }
    }

    /** After the writer ended, or could not begin: nobody may wait for it any more. */
    private void stopped(Throwable failure) {
        List<CompletableFuture<Standing>> left;
        lock.lock();
        try {
            writing = false;
            left = waiting;
            waiting = new ArrayList<>();
        } finally {
            lock.unlock();
        }
        left.forEach(one -> one.completeExceptionally(failure));
    }
}

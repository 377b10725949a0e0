package io.backstay.storage.node;

import io.backstay.model.BackstayException;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.RepositoryId;
import io.backstay.objects.ObjectMedium;
import io.backstay.objects.ObjectStore;
import io.backstay.objects.StoredObject;
import io.backstay.storage.transfer.StoragePeer;
import io.backstay.storage.transfer.StoragePeer.DiskState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads every file of the disk within a period, at an even pace, and reports what is not what was written, as a reader
 * does: the repository's owner has it read once more, and decides. Goes on where it was after a restart. One thread of its
 * own; what it says may be asked by any.
 */
final class Scrub implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Scrub.class);
    private static final int PAGE = 100;
    private static final Duration KEEP_EVERY = Duration.ofSeconds(30);
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(3);

    private final ObjectMedium medium;
    private final Keeper.Opener opener;
    private final DiskGate gate;
    private final MediumHealth health;
    private final StorageNode.DamageReport report;
    private final ScrubSettings settings;
    private final Clock clock;
    private final Thread thread = Thread.ofVirtual().name("scrub").unstarted(this::run);

    private volatile ScrubProgress progress;
    private Instant kept = Instant.MIN;

    Scrub(
            ObjectMedium medium,
            Keeper.Opener opener,
            DiskGate gate,
            MediumHealth health,
            StorageNode.DamageReport report,
            ScrubSettings settings,
            Clock clock) {
        this.medium = medium;
        this.opener = opener;
        this.gate = gate;
        this.health = health;
        this.report = report;
        this.settings = settings;
        this.clock = clock;
        this.progress = ScrubProgress.begin(clock.instant());
    }

    void start() {
        thread.start();
    }

    StoragePeer.ScrubState state() {
        ScrubProgress now = progress;
        return new StoragePeer.ScrubState(now.begun(), now.ended(), now.bytes(), now.damaged());
    }

    private void run() {
        try {
            resume();
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(settings.untilNext(progress, clock.instant()));
                if (progress.ended().isPresent()) {
                    progress = ScrubProgress.begin(clock.instant());
                }
                pass();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void resume() {
        try {
            gate.at(medium::note).flatMap(ScrubProgress::decode).ifPresent(known -> progress = known);
        } catch (IOException e) {
            LOG.warn("How far the scrub had come cannot be read, so that it begins anew: {}", e.toString());
        }
    }

    /** Reads on to the end of the disk; what fails is tried again a little later. */
    private void pass() throws InterruptedException {
        boolean more = true;
        while (more) {
            try {
                more = step();
            } catch (IOException | UncheckedIOException | BackstayException e) {
                LOG.warn("The scrub cannot go on and tries again: {}", e.toString());
                Thread.sleep(AGAIN_AFTER);
            }
        }
        progress = progress.end(clock.instant());
        keep(true);
        LOG.info(
                "The scrub has read the whole disk: {} bytes since {}, {} damaged copies",
                progress.bytes(),
                progress.begun(),
                progress.damaged());
    }

    /** Reads some objects behind the last one; false at the end. */
    private boolean step() throws IOException, InterruptedException {
        Optional<RepositoryId> from = progress.at().map(ScrubProgress.Position::repository);
        for (RepositoryId repository : new TreeSet<>(gate.at(medium::repositories))) {
            if (from.isPresent() && repository.compareTo(from.get()) < 0) {
                continue;
            }
            ObjectStore store = gate.at(() -> opener.open(repository).store());
            Optional<ObjectKey> after = progress.at()
                    .filter(position -> position.repository().equals(repository))
                    .map(ScrubProgress.Position::key);
            List<StoredObject> next = gate.at(() -> page(store, after));
            for (StoredObject object : next) {
                check(repository, store, object);
            }
            if (!next.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private static List<StoredObject> page(ObjectStore store, Optional<ObjectKey> after) throws IOException {
        for (ObjectType type : StoragePeer.INVENTORY_ORDER) {
            if (after.isPresent() && after.get().type().compareTo(type) > 0) {
                continue;
            }
            try (Stream<StoredObject> objects = store.list(type, after)) {
                List<StoredObject> page = objects.limit(PAGE).toList();
                if (!page.isEmpty()) {
                    return page;
                }
            }
        }
        return List.of();
    }

    private void check(RepositoryId repository, ObjectStore store, StoredObject object)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        ObjectKey key = object.key();
        // What was removed meanwhile is no damage.
        boolean whole = gate.at(() -> store.verify(key) || store.peek(key).isEmpty());
        if (!whole) {
            LOG.warn("Repository {}: this node's copy of {} is damaged", repository, key);
            while (!report.damaged(repository, key)) {
                Thread.sleep(AGAIN_AFTER);
            }
        }
        progress = progress.read(repository, key, object.sizeBytes(), whole);
        keep(false);
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        ObjectMedium.Capacity capacity = gate.at(medium::capacity);
        Thread.sleep(settings.rest(object.sizeBytes(), capacity.totalBytes() - capacity.freeBytes(), took));
    }

    /** A disk that takes no writes is read all the same; after a restart some of it is read twice. */
    private void keep(boolean now) {
        Instant time = clock.instant();
        boolean due = now || kept.isBefore(time.minus(KEEP_EVERY));
        if (due && health.state() == DiskState.OK) {
            kept = time;
            try {
                gate.at(() -> {
                    medium.note(progress.encode());
                    return progress;
                });
            } catch (IOException e) {
                health.failed(e);
                LOG.warn("How far the scrub has come cannot be written down: {}", e.toString());
            }
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}

package io.backstay.storage.entity;

import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.RepositoryId;
import io.backstay.storage.protocol.DiskFindings;
import io.backstay.storage.protocol.EntityInput;
import io.backstay.storage.protocol.EntityOutput;
import io.backstay.storage.transfer.StoragePeer.InventoryEntry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads for a rebuild what all fenced disks hold, one reading at a time, on a thread of its own. A later epoch ends the reading
 * of an earlier one. Where a disk fails nothing comes back, and the entity asks again; whatever comes of it, the next one
 * begins after a rest.
 */
final class DiskReading {
    private static final Logger LOG = LoggerFactory.getLogger(BackupStorage.class);
    private static final Duration REST = Duration.ofSeconds(5);
    private static final int TELL_EVERY_KEYS = 100_000;

    private final RepositoryId repository;
    private final Inventories inventories;
    private final Consumer<EntityInput> entity;
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile long epoch;

    DiskReading(RepositoryId repository, Inventories inventories, Consumer<EntityInput> entity) {
        this.repository = repository;
        this.inventories = inventories;
        this.entity = entity;
    }

    /** A new epoch has begun: what an earlier one reads is of no use any more. */
    void epoch(long newest) {
        epoch = newest;
    }

    /** Begins a reading, unless one is under way or rests. */
    void begin(EntityOutput.TakeInventories wanted, String why) {
        epoch = wanted.epoch();
        if (running.compareAndSet(false, true)) {
            LOG.warn(
                    "Repository {} is closed, {}; reading the disks of {} nodes",
                    repository,
                    why,
                    wanted.nodes().size());
            Thread.ofVirtual().name("rebuild-" + repository).start(() -> {
                try {
                    run(wanted);
                    Thread.sleep(REST);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } finally {
                    running.set(false);
                }
            });
        }
    }

    private void run(EntityOutput.TakeInventories wanted) throws InterruptedException {
        try {
            DiskFindings findings = read(wanted);
            LOG.warn(
                    "Repository {}: the catalogue is made from its disks, with {} objects",
                    repository,
                    findings.objects());
            entity.accept(new EntityInput.Rebuild(wanted.epoch(), wanted.nodes(), findings));
        } catch (OutdatedException e) {
            LOG.info("Repository {}: the reading of its disks ends, since another epoch has begun", repository);
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            LOG.warn("Repository {}: its disks could not be read, which is tried again", repository, e);
        }
    }

    private DiskFindings read(EntityOutput.TakeInventories wanted)
            throws InterruptedException, ExecutionException, TimeoutException {
        DiskFindings findings = new DiskFindings();
        long[] keys = new long[1];
        inventories.visit(wanted.nodes(), stretch -> {
            if (epoch != wanted.epoch()) {
                throw new OutdatedException();
            }
            for (Map.Entry<ObjectKey, Map<NodeId, InventoryEntry>> key : stretch.entrySet()) {
                findings.take(key.getKey(), inventories.trusted(key.getValue()));
                if (++keys[0] % TELL_EVERY_KEYS == 0) {
                    LOG.info("Repository {}: read {} keys of its disks", repository, keys[0]);
                }
            }
        });
        return findings;
    }

    private static final class OutdatedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}

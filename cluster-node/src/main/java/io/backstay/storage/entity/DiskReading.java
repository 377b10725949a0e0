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
 * Reads for a rebuild what all fenced disks hold, one reading at a time, on a thread of its own. Where a disk fails nothing
 * comes back, and the entity asks again.
 */
final class DiskReading {
    private static final Logger LOG = LoggerFactory.getLogger(BackupStorage.class);
    private static final Duration REST_AFTER_FAILURE = Duration.ofSeconds(5);
    private static final int TELL_EVERY_KEYS = 100_000;

    private final RepositoryId repository;
    private final Inventories inventories;
    private final Consumer<EntityInput> entity;
    private final AtomicBoolean running = new AtomicBoolean();

    DiskReading(RepositoryId repository, Inventories inventories, Consumer<EntityInput> entity) {
        this.repository = repository;
        this.inventories = inventories;
        this.entity = entity;
    }

    /** Begins a reading, unless one is under way. */
    void begin(EntityOutput.TakeInventories wanted, String why) {
        if (running.compareAndSet(false, true)) {
            LOG.warn(
                    "Repository {} is closed, {}; reading the disks of {} nodes",
                    repository,
                    why,
                    wanted.nodes().size());
            Thread.ofVirtual().name("rebuild-" + repository).start(() -> {
                try {
                    run(wanted);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } finally {
                    running.set(false);
                }
            });
        }
    }

    private void run(EntityOutput.TakeInventories wanted) throws InterruptedException {
        DiskFindings findings = new DiskFindings();
        try {
            long[] keys = new long[1];
            inventories.visit(wanted.nodes(), stretch -> {
                for (Map.Entry<ObjectKey, Map<NodeId, InventoryEntry>> key : stretch.entrySet()) {
                    findings.take(key.getKey(), inventories.trusted(key.getValue()));
                    if (++keys[0] % TELL_EVERY_KEYS == 0) {
                        LOG.info("Repository {}: read {} keys of its disks", repository, keys[0]);
                    }
                }
            });
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("Repository {}: its disks could not be read, which is tried again: {}", repository, cause(e));
            Thread.sleep(REST_AFTER_FAILURE);
            return;
        }
        LOG.warn(
                "Repository {}: the catalogue is made from its disks, with {} objects", repository, findings.objects());
        entity.accept(new EntityInput.Rebuild(wanted.epoch(), wanted.nodes(), findings));
    }

    private static String cause(Exception e) {
        return e.getCause() == null
                ? String.valueOf(e.getMessage())
                : String.valueOf(e.getCause().getMessage());
    }
}

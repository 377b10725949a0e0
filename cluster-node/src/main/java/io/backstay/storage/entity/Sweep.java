package io.backstay.storage.entity;

import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.storage.protocol.EntityInput;
import io.backstay.storage.protocol.ObjectRecord;
import io.backstay.storage.transfer.StoragePeer.InventoryEntry;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares all disks with the catalogue and hands the entity what differs. It only suspects: the entity decides on its own
 * state of that moment, and has a copy read before it drops it. Runs on a thread of its own, which may block.
 */
final class Sweep {
    private static final Logger LOG = LoggerFactory.getLogger(BackupStorage.class);

    private final long number;
    private final Inventories inventories;
    private final Set<NodeId> nodes;
    private final Function<ObjectType, CompletionStage<Map<ObjectKey, ObjectRecord>>> records;
    private final Consumer<EntityInput> entity;

    /**
     * A sweep, which the entity's machine has been told of.
     *
     * @param records the catalogue's records of a type, as a copy that this sweep may change
     */
    Sweep(
            long number,
            Inventories inventories,
            Set<NodeId> nodes,
            Function<ObjectType, CompletionStage<Map<ObjectKey, ObjectRecord>>> records,
            Consumer<EntityInput> entity) {
        this.number = number;
        this.inventories = inventories;
        this.nodes = nodes;
        this.records = records;
        this.entity = entity;
    }

    /** Runs to its end, or to the first node that fails; the next sweep begins anew. */
    void run() {
        Set<NodeId> whole = Set.of();
        try {
            Progress progress = new Progress();
            inventories.visit(nodes, stretch -> {
                for (Map.Entry<ObjectKey, Map<NodeId, InventoryEntry>> key : stretch.entrySet()) {
                    progress.compare(key.getKey(), key.getValue());
                }
            });
            progress.finish();
            whole = nodes;
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("A sweep was given up: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            entity.accept(new EntityInput.SweepEnded(number, whole));
        }
    }

    private final class Progress {
        private int type = -1;
        private Map<ObjectKey, ObjectRecord> unseen = Map.of();

        void compare(ObjectKey key, Map<NodeId, InventoryEntry> entries) throws InterruptedException {
            while (type < key.type().ordinal()) {
                nextType();
            }
            ObjectRecord record = unseen.remove(key);
            Set<NodeId> extra = new HashSet<>();
            entries.forEach((node, entry) -> {
                if (entry.file().isPresent()
                        && (record == null || !record.holders().contains(node))) {
                    extra.add(node);
                }
            });
            if (record != null) {
                missing(key, record, entries);
            }
            if (!extra.isEmpty()) {
                found(key, entries, extra);
            }
        }

        private void found(ObjectKey key, Map<NodeId, InventoryEntry> entries, Set<NodeId> extra)
                throws InterruptedException {
            try {
                entity.accept(new EntityInput.Found(number, key, inventories.states(entries, extra)));
            } catch (ExecutionException | TimeoutException e) {
                LOG.warn("{} was left out of a sweep: {}", key, e.getMessage());
            }
        }

        private void missing(ObjectKey key, ObjectRecord record, Map<NodeId, InventoryEntry> entries) {
            for (NodeId holder : record.holders()) {
                InventoryEntry entry = entries.get(holder);
                boolean gone =
                        nodes.contains(holder) && (entry == null || entry.file().isEmpty());
                if (gone) {
                    entity.accept(new EntityInput.ReportBad(key, holder, record.revision()));
                }
            }
        }

        private void nextType() throws InterruptedException {
            unseen.forEach((key, record) -> missing(key, record, Map.of()));
            type++;
            try {
                unseen = Inventories.await(records.apply(ObjectType.values()[type]));
            } catch (ExecutionException | TimeoutException e) {
                throw new IllegalStateException("the entity did not give its records", e);
            }
        }

        void finish() throws InterruptedException {
            while (type < ObjectType.values().length - 1) {
                nextType();
            }
            unseen.forEach((key, record) -> missing(key, record, Map.of()));
        }
    }
}

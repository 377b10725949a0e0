package io.backstay.storage.simulation;

import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.storage.protocol.ClusterFacts;
import io.backstay.storage.protocol.EntityInput;
import io.backstay.storage.protocol.EntityInput.FileInfo;
import io.backstay.storage.protocol.EntityInput.FileState;
import io.backstay.storage.protocol.EntityMachine;
import io.backstay.storage.protocol.ObjectRecord;
import io.backstay.storage.protocol.Placement;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Compares all disks with the catalogue, as {@code Sweeps} and {@code Sweep} of {@code storage.entity} do: first the
 * inventories, later the records, later still the suspicious copies are read, and then the entity hears of it.
 */
final class Sweeper {
    private static final long SOON_MILLIS = 3_000;
    private static final long INTERVAL_MILLIS = 15_000;
    private static final long PATIENCE_MILLIS = 10_000;

    private final World world;
    private final Host host;
    private final Entity entity;
    private Set<NodeId> upBefore = Set.of();
    private long dueMillis;
    private long lastSweep;
    private int running;

    Sweeper(World world, Host host, Entity entity) {
        this.world = world;
        this.host = host;
        this.entity = entity;
    }

    void tick(EntityMachine machine, ClusterFacts facts) {
        if (!machine.active()) {
            return;
        }
        long now = world.timeline().nowMillis();
        Set<NodeId> up = new TreeSet<>();
        for (Placement.Candidate candidate : facts.storage()) {
            if (facts.up().contains(candidate.node())) {
                up.add(candidate.node());
            }
        }
        if (!upBefore.containsAll(up)) {
            dueMillis = now + SOON_MILLIS;
        }
        upBefore = up;
        if (running == 0 && now >= dueMillis && !up.isEmpty()) {
            dueMillis = now + INTERVAL_MILLIS;
            machine.beginSweep(++lastSweep);
            begin(lastSweep, up);
        }
    }

    private void begin(long sweep, Set<NodeId> nodes) {
        TreeMap<ObjectKey, Map<NodeId, FileState>> keys = new TreeMap<>();
        int[] missing = {nodes.size()};
        boolean[] failed = new boolean[1];
        running++;
        for (NodeId node : nodes) {
            Host to = world.host(node);
            world.network()
                    .<Map<ObjectKey, FileState>>call(
                            host, to, PATIENCE_MILLIS, reply -> to.storage().inventory(reply), outcome -> {
                                switch (outcome) {
                                    case Outcome.Failed<Map<ObjectKey, FileState>> none -> failed[0] = true;
                                    case Outcome.Done<Map<ObjectKey, FileState>> page ->
                                        page.value()
                                                .forEach((key, state) -> keys.computeIfAbsent(
                                                                key, any -> new TreeMap<>())
                                                        .put(node, state));
                                }
                                if (--missing[0] == 0) {
                                    if (failed[0]) {
                                        end(sweep, Set.of());
                                    } else {
                                        host.after(
                                                world.timeline().between(0, 2_000),
                                                () -> entity.copyRecords(
                                                        records -> compare(sweep, nodes, keys, records)));
                                    }
                                }
                            });
        }
    }

    private void end(long sweep, Set<NodeId> whole) {
        if (--running == 0) {
            entity.tell(new EntityInput.SweepEnded(sweep, whole));
        }
    }

    private void compare(
            long sweep,
            Set<NodeId> nodes,
            Map<ObjectKey, Map<NodeId, FileState>> keys,
            Map<ObjectKey, ObjectRecord> records) {
        records.forEach((key, record) -> {
            Map<NodeId, FileState> states = keys.getOrDefault(key, Map.of());
            for (NodeId holder : new TreeSet<>(record.holders())) {
                FileState state = states.get(holder);
                if (nodes.contains(holder) && (state == null || state.file().isEmpty())) {
                    entity.tell(new EntityInput.ReportBad(key, holder, record.revision()));
                }
            }
        });
        keys.forEach((key, states) -> {
            ObjectRecord record = records.get(key);
            Set<NodeId> extra = new TreeSet<>();
            states.forEach((node, state) -> {
                if (state.file().isPresent()
                        && (record == null || !record.holders().contains(node))) {
                    extra.add(node);
                }
            });
            if (!extra.isEmpty()) {
                verify(sweep, key, states, extra, nodes);
            }
        });
        end(sweep, nodes);
    }

    private void verify(
            long sweep, ObjectKey key, Map<NodeId, FileState> states, Set<NodeId> extra, Set<NodeId> nodes) {
        Map<NodeId, FileState> verified = new TreeMap<>(states);
        int[] missing = {extra.size()};
        boolean[] failed = new boolean[1];
        running++;
        for (NodeId node : extra) {
            Host to = world.host(node);
            world.network()
                    .<EntityInput.Copy>call(
                            host, to, PATIENCE_MILLIS, reply -> to.storage().verify(key, reply), outcome -> {
                                if (outcome instanceof Outcome.Done<EntityInput.Copy> read
                                        && read.value() == EntityInput.Copy.GOOD) {
                                    verified.computeIfPresent(node, (same, state) -> good(state));
                                }
                                failed[0] |= outcome instanceof Outcome.Failed<EntityInput.Copy>;
                                if (--missing[0] == 0) {
                                    if (!failed[0]) {
                                        entity.tell(new EntityInput.Found(sweep, key, verified));
                                    }
                                    end(sweep, nodes);
                                }
                            });
        }
    }

    private static FileState good(FileState state) {
        Optional<FileInfo> file = state.file()
                .map(found -> new FileInfo(
                        found.sizeBytes(), found.sha256(), found.revision(), found.writtenAtMillis(), true));
        return new FileState(file, state.removedRevision());
    }
}

package io.backstay.storage.entity;

import io.backstay.model.RepositoryId;
import io.backstay.storage.protocol.EntityMachine;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How the entities that this process hosts are, as each has told at its last beat. Safe for use by many threads. */
public final class EntityFigures {
    /**
     * One entity.
     *
     * @param open whether requests are served
     * @param rebuilding whether its catalogue is made anew from the disks
     * @param repairs objects that wait for a look or a copy
     */
    public record Figures(boolean open, boolean rebuilding, int repairs) {
        static Figures of(EntityMachine machine) {
            return new Figures(machine.active(), machine.behind(), machine.repairBacklog());
        }
    }

    private final Map<RepositoryId, Figures> all = new ConcurrentHashMap<>();

    void tell(RepositoryId repository, Figures figures) {
        all.put(repository, figures);
    }

    void ended(RepositoryId repository) {
        all.remove(repository);
    }

    /** Those that are hosted here at this moment. */
    public Map<RepositoryId, Figures> all() {
        return Map.copyOf(all);
    }
}

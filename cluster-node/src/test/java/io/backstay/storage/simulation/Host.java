package io.backstay.storage.simulation;

import io.backstay.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A node's process and its disk. A crash takes everything but the disk; a pause holds back whatever would happen, and lets it
 * happen all at once later, with the state of before.
 */
final class Host {
    private enum State {
        RUNNING,
        PAUSED,
        CRASHED
    }

    private final World world;
    private final int index;
    private final NodeId node;
    private final Disk disk;
    private final long skewMillis;
    private State state = State.RUNNING;
    private int incarnation;
    private List<Runnable> heldBack = new ArrayList<>();
    private StorageServer storage;
    private Door door;
    private Optional<Entity> entity = Optional.empty();

    Host(World world, int index, NodeId node, long skewMillis) {
        this.world = world;
        this.index = index;
        this.node = node;
        this.skewMillis = skewMillis;
        this.disk = new Disk();
        this.storage = new StorageServer(world, this);
        this.door = new Door(world, this);
    }

    int index() {
        return index;
    }

    NodeId node() {
        return node;
    }

    Disk disk() {
        return disk;
    }

    StorageServer storage() {
        return storage;
    }

    Door door() {
        return door;
    }

    int incarnation() {
        return incarnation;
    }

    boolean running() {
        return state == State.RUNNING;
    }

    boolean crashed() {
        return state == State.CRASHED;
    }

    /** This host's idea of the time. */
    long clockMillis() {
        return world.timeline().nowMillis() + skewMillis;
    }

    /** Runs something in the process of that incarnation: now, when the pause is over, or never. */
    void run(int ofIncarnation, Runnable action) {
        if (ofIncarnation != incarnation || state == State.CRASHED) {
            return;
        }
        if (state == State.PAUSED) {
            heldBack.add(action);
        } else {
            action.run();
        }
    }

    /** A timer of this process. */
    void after(long delayMillis, Runnable action) {
        int mine = incarnation;
        world.timeline().after(delayMillis, () -> run(mine, action));
    }

    void pause() {
        if (state == State.RUNNING) {
            state = State.PAUSED;
        }
    }

    void resume() {
        if (state != State.PAUSED) {
            return;
        }
        state = State.RUNNING;
        List<Runnable> held = heldBack;
        heldBack = new ArrayList<>();
        for (int i = 0; i < held.size(); i++) {
            if (state == State.PAUSED) {
                heldBack.addAll(held.subList(i, held.size()));
                return;
            }
            run(incarnation, held.get(i));
        }
    }

    void crash() {
        if (state == State.CRASHED) {
            return;
        }
        state = State.CRASHED;
        incarnation++;
        heldBack = new ArrayList<>();
        entity.ifPresent(Entity::stop);
        entity = Optional.empty();
        disk.crash(world.timeline());
    }

    void restart() {
        if (state != State.CRASHED) {
            return;
        }
        state = State.RUNNING;
        storage = new StorageServer(world, this);
        door = new Door(world, this);
    }

    /** The activation that runs here, where one does. */
    Optional<Entity> entity() {
        return entity.filter(Entity::alive);
    }

    /** The activation that runs here, begun where there is none. */
    Entity begunEntity() {
        Optional<Entity> running = entity();
        if (running.isPresent()) {
            return running.get();
        }
        Entity begun = new Entity(world, this);
        entity = Optional.of(begun);
        begun.start();
        return begun;
    }

    @Override
    public String toString() {
        return "n" + index;
    }
}

package io.backstay.storage.simulation;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Says on which host the entity belongs. Each host believes what it heard last; who was cut off or paused hears it late, and
 * its activation goes on meanwhile.
 */
final class Sharding {
    private static final long WATCH_MILLIS = 2_000;

    private final World world;
    private final Timeline timeline;
    private final int[] believed;
    private int owner;
    private long unwellSince = -1;

    Sharding(World world, int hosts) {
        this.world = world;
        this.timeline = world.timeline();
        this.believed = new int[hosts];
        this.owner = timeline.below(hosts);
        Arrays.fill(believed, owner);
    }

    Host owner() {
        return world.hosts().get(owner);
    }

    Host believedOwner(Host host) {
        return world.hosts().get(believed[host.index()]);
    }

    /** The activation on a host that was asked; begun where it belongs there; none where the host knows better. */
    Optional<Entity> entityFor(Host host) {
        Optional<Entity> running = host.entity();
        if (running.isPresent()) {
            return running;
        }
        return believed[host.index()] == host.index() ? Optional.of(host.begunEntity()) : Optional.empty();
    }

    /** Looks again and again whether the owner is well, as the cluster's failure detector would. */
    void watch() {
        timeline.after(WATCH_MILLIS, this::watch);
        if (well(owner())) {
            unwellSince = -1;
        } else if (unwellSince < 0) {
            unwellSince = timeline.nowMillis();
        } else if (timeline.nowMillis() - unwellSince > 4_000) {
            List<Host> others = world.hosts().stream().filter(this::well).toList();
            if (!others.isEmpty()) {
                move(others.get(timeline.below(others.size())), false);
            }
        }
    }

    private boolean well(Host host) {
        long side = world.hosts().stream()
                .filter(other -> world.network().connected(host, other))
                .count();
        return host.running() && 2 * side > world.hosts().size();
    }

    /** The entity moves; who is handed over in an orderly way ends before its successor begins. */
    void move(Host to, boolean orderly) {
        Host from = owner();
        world.say("the entity moves from " + from + " to " + to + (orderly ? "" : " unheard"));
        owner = to.index();
        unwellSince = -1;
        if (orderly && from.running()) {
            from.entity().ifPresent(Entity::stop);
        }
        for (Host host : world.hosts()) {
            learnSoon(host);
        }
    }

    void learnSoon(Host host) {
        timeline.after(timeline.between(0, host.index() == owner ? 500 : 3_000), () -> {
            if (world.network().connected(host, owner())) {
                host.run(host.incarnation(), () -> learn(host));
            } else {
                timeline.after(1_000, () -> learnSoon(host));
            }
        });
    }

    private void learn(Host host) {
        believed[host.index()] = owner;
        if (host.index() == owner) {
            host.begunEntity();
        } else {
            host.entity()
                    .ifPresent(zombie -> host.after(timeline.between(0, 8_000), () -> {
                        if (believed[host.index()] != host.index()) {
                            zombie.stop();
                        }
                    }));
        }
    }
}

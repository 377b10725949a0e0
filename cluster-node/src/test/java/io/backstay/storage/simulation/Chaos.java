package io.backstay.storage.simulation;

import io.backstay.model.ObjectKey;
import io.backstay.storage.protocol.Catalogue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Lets the planned faults happen, and makes all well again. */
final class Chaos {
    private final World world;
    private final Timeline timeline;
    private final Plan plan;
    private boolean over;
    private int unluckyFrom;
    private int unlucky;

    Chaos(World world, Plan plan) {
        this.world = world;
        this.timeline = world.timeline();
        this.plan = plan;
    }

    /** Begins the faults of a round. Disks of at most W − 1 nodes, side by side from one that chance names, may be harmed. */
    void begin(int round) {
        over = false;
        world.network().behave(plan.losing(), plan.doubling(), plan.slow(), plan.slowestMillis());
        unlucky = world.quorum() - 1;
        unluckyFrom = timeline.below(world.admitted());
        for (Plan.Fault fault : plan.faults()) {
            if (fault.round() == round) {
                timeline.after(fault.atMillis(), () -> {
                    if (!over) {
                        happen(fault);
                    }
                });
            }
        }
    }

    /** The faults end: everything comes back, though disks stay as they are. */
    void end() {
        over = true;
        world.say("the faults end");
        world.network().behave(0, 0, 0.05, 100);
        world.network().heal();
        world.journal().away(false);
        world.journal().reachableFrom(-1);
        for (Host host : world.hosts()) {
            host.disk().full(false);
            host.resume();
            world.restart(host);
        }
        world.noticeSoon();
    }

    private void happen(Plan.Fault fault) {
        Host host = world.hosts().get(fault.which() % world.hosts().size());
        switch (fault.kind()) {
            case CRASH -> {
                world.say(host + " crashes for " + fault.durationMillis() + " ms");
                world.crash(host);
                timeline.after(fault.durationMillis(), () -> world.restart(host));
            }
            case PAUSE -> {
                world.say(host + " is paused for " + fault.durationMillis() + " ms");
                host.pause();
                world.noticeSoon();
                timeline.after(fault.durationMillis(), () -> {
                    if (!host.crashed() && !host.running()) {
                        world.say(host + " is resumed");
                    }
                    host.resume();
                    world.noticeSoon();
                });
            }
            case PARTITION -> partition(fault);
            case JOURNAL_AWAY -> {
                world.say("the journal is away for " + fault.durationMillis() + " ms");
                world.journal().away(true);
                timeline.after(fault.durationMillis(), () -> world.journal().away(false));
            }
            case DISK_FULL -> {
                world.say(host + " its disk is full for " + fault.durationMillis() + " ms");
                host.disk().full(true);
                world.noticeSoon();
                timeline.after(fault.durationMillis(), () -> {
                    host.disk().full(false);
                    world.noticeSoon();
                });
            }
            case ENTITY_MOVES -> world.sharding().move(host, fault.choice() % 3 == 0);
            case ENTITY_ENDS -> {
                world.say(host + " its activation is ended");
                if (host.running()) {
                    host.entity().ifPresent(Entity::stop);
                }
            }
            case NODE_IS_ADMITTED -> {
                if (world.admitted() == world.hosts().size()) {
                    return;
                }
                world.admit(world.admitted() + 1);
                world.say("a node is admitted: there are " + world.admitted());
            }
            case COPY_IS_DAMAGED, DISK_IS_LOST, NOTE_IS_TORN -> {
                unluckyHost(fault).ifPresent(unluckyOne -> harm(unluckyOne, fault));
                return;
            }
            case JOURNAL_IS_SET_BACK -> setBack(fault);
            case POLICY_CHANGES -> {
                int replicas = 1 + fault.choice() % 3;
                world.say("the policy asks for " + replicas + " replicas");
                world.policy(replicas);
            }
        }
        world.tally().fault(fault.kind());
    }

    private void harm(Host host, Plan.Fault fault) {
        world.diskHarmed(host);
        if (fault.kind() == Plan.FaultKind.COPY_IS_DAMAGED) {
            List<ObjectKey> keys = new ArrayList<>(host.disk().copies().keySet());
            if (keys.isEmpty()) {
                return;
            }
            ObjectKey key = keys.get(fault.choice() % keys.size());
            if (host.disk().damage(key)) {
                world.say(host + " its copy of " + world.plain(key) + " is damaged");
                world.tally().fault(fault.kind());
            }
            return;
        }
        world.crash(host);
        if (fault.kind() == Plan.FaultKind.DISK_IS_LOST) {
            world.say(host + " crashes for " + fault.durationMillis() + " ms, its disk is lost");
            host.disk().replace();
            world.diskReplaced(host);
        } else {
            world.say(host + " crashes for " + fault.durationMillis() + " ms, its note is torn");
            host.disk().tearNote();
        }
        timeline.after(fault.durationMillis(), () -> world.restart(host));
        world.tally().fault(fault.kind());
    }

    private Optional<Host> unluckyHost(Plan.Fault fault) {
        return unlucky == 0
                ? Optional.empty()
                : Optional.of(world.hosts().get((unluckyFrom + fault.which() % unlucky) % world.admitted()));
    }

    /** Whether the host is one of those whose disks may be harmed in this round. */
    private boolean mayBeHarmed(Host host) {
        int place = Math.floorMod(host.index() - unluckyFrom, world.admitted());
        return plan.harmsDisks() && place < unlucky;
    }

    private void partition(Plan.Fault fault) {
        int[] sides = new int[world.hosts().size()];
        for (int i = 0; i < sides.length; i++) {
            sides[i] = (fault.which() >> i) & 1;
        }
        world.network().split(sides);
        world.journal().reachableFrom(fault.choice() % 3 - 1);
        world.say("a partition for " + fault.durationMillis() + " ms: " + Arrays.toString(sides)
                + ", the journal is reached from " + (fault.choice() % 3 - 1));
        world.noticeSoon();
        timeline.after(fault.durationMillis(), () -> {
            world.network().heal();
            world.journal().reachableFrom(-1);
            world.noticeSoon();
        });
    }

    /**
     * An old backup of the database is restored, while all nodes are stopped or not. It is so old that the disks can know: a
     * majority of the storage nodes has at least one that has seen a later revision.
     */
    private void setBack(Plan.Fault fault) {
        boolean running = fault.which() % 3 == 0;
        if (!running) {
            world.hosts().forEach(world::crash);
        }
        List<Long> stamps = world.storageHosts().stream()
                .map(host -> mayBeHarmed(host) ? 0 : host.disk().note().stamp())
                .sorted()
                .toList();
        long seen = stamps.get(world.admitted() / 2);
        int most = 0;
        while (most < world.journal().size() && world.journal().revisionAt(most) < seen) {
            most++;
        }
        if (most > 0 && world.journal().revisionAt(most) >= seen) {
            most--;
        }
        if (seen > world.journal().revisionAt(0)) {
            int to = fault.choice() % 4 == 0 ? most : fault.choice() % 7 == 0 ? 0 : fault.choice() % (most + 1);
            world.say("the journal is set back from " + world.journal().size() + " to " + to + "; the disks have seen "
                    + seen + (running ? ", nodes are running" : ""));
            world.journal().setBack(to, running);
        }
        timeline.after(fault.durationMillis(), () -> world.hosts().forEach(world::restart));
    }

    Catalogue catalogue() {
        return world.journal().replay(World.REPOSITORY);
    }
}

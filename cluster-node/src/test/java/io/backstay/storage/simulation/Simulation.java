package io.backstay.storage.simulation;

import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.storage.protocol.Catalogue;
import io.backstay.storage.protocol.EntityInput;
import io.backstay.storage.simulation.Violation.Clause;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** One run: the plan's rounds of requests and faults, each followed by a time without faults after which all must be well. */
final class Simulation {
    private static final long LOOK_EVERY_MILLIS = 5_000;
    private static final long DISKS_EVERY_MILLIS = 1_000;
    private static final long NOTICED_WITHIN_MILLIS = 10_000;
    private static final long CLIENTS_DONE_WITHIN_MILLIS = 6_000_000;
    private static final long SETTLED_WITHIN_MILLIS = 600_000;

    private final Plan plan;
    private final World world;
    private final Chaos chaos;
    private final List<Client> clients = new ArrayList<>();

    private Simulation(Plan plan, Rules rules, Trace trace, Tally tally) {
        this.plan = plan;
        this.world = new World(plan, rules, trace, tally);
        this.chaos = new Chaos(world, plan);
        for (int i = 0; i < Plan.CLIENTS; i++) {
            clients.add(new Client(world, i == 0));
        }
    }

    /** Runs a plan; fails with the first {@link Violation}. */
    static Tally run(Plan plan, Mutation mutation, Trace trace) {
        Tally tally = new Tally();
        Simulation simulation = new Simulation(plan, new Rules(mutation), trace, tally);
        simulation.run();
        tally.runs = 1;
        tally.events = simulation.world.timeline().events();
        tally.activations = simulation.chaos.catalogue().epoch();
        return tally;
    }

    private void run() {
        world.say("%d hosts, %d of them storage nodes, %d replicas wanted"
                .formatted(plan.hosts(), plan.admitted(), plan.replicas()));
        world.sharding().watch();
        lookAtDisks();
        world.sharding().entityFor(world.sharding().owner());
        for (int round = 0; round < plan.rounds(); round++) {
            round(round);
        }
    }

    private void lookAtDisks() {
        world.oracle().lookAtDisks();
        world.oracle().lookAtTheUnionOfTheDisks();
        world.timeline().after(DISKS_EVERY_MILLIS, this::lookAtDisks);
    }

    private void round(int round) {
        chaos.begin(round);
        for (int i = 0; i < clients.size(); i++) {
            int client = i;
            clients.get(i)
                    .begin(plan.requests().stream()
                            .filter(request -> request.round() == round && request.client() == client)
                            .toList());
        }
        world.timeline().runUntil(world.timeline().nowMillis() + plan.roundMillis());
        chaos.end();
        world.timeline().runUntil(world.timeline().nowMillis() + NOTICED_WITHIN_MILLIS);
        settle();
        readAll();
        settle();
        world.allIsRepaired();
    }

    /** Lets time pass until the clients are done and all is well; fails with what is not well in the end. */
    private void settle() {
        long bound = world.timeline().nowMillis() + CLIENTS_DONE_WITHIN_MILLIS;
        while (!clients.stream().allMatch(Client::done)) {
            if (world.timeline().nowMillis() >= bound) {
                world.oracle().violated(Clause.SERVES_AGAIN, "clients are still waiting");
            }
            look();
        }
        bound = world.timeline().nowMillis() + SETTLED_WITHIN_MILLIS;
        for (Optional<Violation> left = unsettled(); left.isPresent(); left = unsettled()) {
            if (world.timeline().nowMillis() >= bound) {
                world.oracle().violated(left.get().clause(), left.get().detail());
            }
            look();
        }
    }

    private void look() {
        world.timeline().runUntil(world.timeline().nowMillis() + LOOK_EVERY_MILLIS);
        world.sharding().entityFor(world.sharding().owner());
        scrub();
    }

    /** Reports damaged copies, as a scrub does: nobody else may ever read them. */
    private void scrub() {
        Optional<Entity> entity = world.sharding().owner().entity().filter(Entity::active);
        Catalogue catalogue = chaos.catalogue();
        for (Host host : world.hosts()) {
            host.disk().copies().forEach((key, copy) -> {
                if (copy.damaged()) {
                    catalogue
                            .find(key)
                            .ifPresent(record -> entity.ifPresent(active ->
                                    active.tell(new EntityInput.ReportBad(key, host.node(), record.revision()))));
                }
            });
        }
    }

    /** What is not yet as it must be in the end; told without being a violation, since time may mend it. */
    private Optional<Violation> unsettled() {
        if (world.sharding().owner().entity().filter(Entity::active).isEmpty()) {
            return Optional.of(new Violation(
                    Clause.SERVES_AGAIN,
                    "no activation serves: "
                            + world.sharding()
                                    .owner()
                                    .entity()
                                    .map(Entity::describe)
                                    .orElse("none")));
        }
        Catalogue catalogue = chaos.catalogue();
        if (!catalogue.debtors().isEmpty()) {
            return Optional.of(new Violation(Clause.NO_DEBTS, "removals are still owed by " + catalogue.debtors()));
        }
        for (Host host : world.hosts()) {
            for (Map.Entry<ObjectKey, Disk.Copy> copy : host.disk().copies().entrySet()) {
                boolean counts = catalogue
                        .find(copy.getKey())
                        .filter(record -> record.holders().contains(host.node()))
                        .isPresent();
                if (!counts) {
                    return Optional.of(new Violation(
                            Clause.NO_UNKNOWN_FILES,
                            host + " has " + world.plain(copy.getKey()) + ", which nobody counts"));
                }
            }
        }
        for (Host host : world.storageHosts()) {
            if (host.disk().note().told().quorum() != world.quorum()) {
                return Optional.of(new Violation(
                        Clause.SERVES_AGAIN,
                        host + " has been told " + host.disk().note().told() + " and not that all is on "
                                + world.quorum() + " disks"));
            }
        }
        long now = world.timeline().nowMillis();
        for (ObjectKey key : world.oracle().keys()) {
            Optional<Violation> missing = copies(catalogue, key, now);
            if (missing.isPresent()) {
                return missing;
            }
        }
        return Optional.empty();
    }

    private Optional<Violation> copies(Catalogue catalogue, ObjectKey key, long now) {
        var record = catalogue.find(key);
        if (record.isEmpty()) {
            return world.oracle().mustBeThere(key, now)
                    ? Optional.of(new Violation(
                            Clause.ACKNOWLEDGED_STAYS,
                            world.plain(key) + " was acknowledged and is not in the catalogue"))
                    : Optional.empty();
        }
        if (world.oracle().mustBeGone(key, now)) {
            return Optional.of(new Violation(
                    Clause.DELETED_STAYS_AWAY, world.plain(key) + " was deleted and is in the catalogue"));
        }
        Set<NodeId> good = new TreeSet<>();
        for (Host host : world.storageHosts()) {
            host.disk()
                    .copy(key)
                    .filter(copy ->
                            !copy.damaged() && copy.sha256().equals(record.get().sha256()))
                    .ifPresent(copy -> good.add(host.node()));
        }
        boolean enough = good.size() == world.replicas()
                && good.equals(new TreeSet<>(record.get().holders()));
        return enough
                ? Optional.empty()
                : Optional.of(new Violation(
                        Clause.COPIES_ARE_COMPLETE,
                        "%s has good copies on %s, is recorded on %s, and should have %d"
                                .formatted(world.plain(key), good, record.get().holders(), world.replicas())));
    }

    /** Reads and lists everything at one door; now nothing may be refused. */
    private void readAll() {
        Host host = world.hosts().get(world.timeline().below(world.hosts().size()));
        int[] waiting = new int[1];
        List<String> refused = new ArrayList<>();
        for (ObjectKey key : world.oracle().keys()) {
            waiting[0]++;
            Client.read(world, host, key, outcome -> {
                waiting[0]--;
                boolean answered =
                        !(outcome instanceof Outcome.Failed<?> failed) || failed.code() == ErrorCode.NOT_FOUND;
                if (!answered) {
                    refused.add("a read of " + world.plain(key));
                }
            });
        }
        for (ObjectType type : ObjectType.values()) {
            waiting[0]++;
            Client.list(world, host, anyKey(type), outcome -> {
                waiting[0]--;
                if (outcome instanceof Outcome.Failed<?>) {
                    refused.add("a list of " + type.path());
                }
            });
        }
        world.timeline().runUntil(world.timeline().nowMillis() + 60_000);
        if (waiting[0] > 0 || !refused.isEmpty()) {
            world.oracle().violated(Clause.SERVES_AGAIN, "refused though all is well: " + refused);
        }
    }

    private static ObjectKey anyKey(ObjectType type) {
        return type == ObjectType.CONFIG ? ObjectKey.config() : new ObjectKey(type, new Sha256(1, 1, 1, 1));
    }
}

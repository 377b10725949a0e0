package io.backstay.storage.simulation;

import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.storage.protocol.Catalogue;
import io.backstay.storage.protocol.ClusterFacts;
import io.backstay.storage.protocol.EntityInput;
import io.backstay.storage.protocol.EntityMachine;
import io.backstay.storage.protocol.EntityOutput;
import io.backstay.storage.protocol.EntityReply;
import io.backstay.storage.protocol.ObjectRecord;
import io.backstay.storage.protocol.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * The actor of {@code storage.entity} with its desk: recovers, persists before it acts, holds back what comes meanwhile, begins
 * again when the journal fails it, ends when it sees another's activation. What its effects bring back reaches whatever
 * machine it has by then, as in production.
 */
final class Entity {
    private enum State {
        RECOVERING,
        RUNNING,
        PERSISTING,
        BACKING_OFF,
        STOPPED
    }

    private record Waiting(Runnable ask, Consumer<EntityReply> answer, long deadlineMillis) {}

    private final World world;
    private final Host host;
    private final long incarnation;
    private final EntityEffects effects;
    private final Sweeper sweeper;
    private final ArrayDeque<Runnable> stash = new ArrayDeque<>();
    private final Map<Long, Consumer<EntityReply>> pending = new HashMap<>();
    private final List<EntityInput.Commit> gathered = new ArrayList<>();
    private List<Waiting> waiting = new ArrayList<>();
    private State state = State.RECOVERING;
    private EntityMachine machine;
    private long writer;
    private long lastNumber;
    private boolean activatedBefore;

    Entity(World world, Host host) {
        this.world = world;
        this.host = host;
        this.incarnation = world.nextNumber();
        this.machine = machine(new Catalogue(World.REPOSITORY));
        this.effects = new EntityEffects(world, host, this);
        this.sweeper = new Sweeper(world, host, this);
    }

    private static EntityMachine machine(Catalogue catalogue) {
        return new EntityMachine(catalogue, World.GRACE_MILLIS, World.QUARANTINE_MILLIS, World.REBUILD_PATIENCE_MILLIS);
    }

    /** What it is at; for people. */
    String describe() {
        return "%s on %s, epoch %d at %d: %s"
                .formatted(
                        state,
                        host,
                        machine.catalogue().epoch(),
                        machine.catalogue().journalRevision(),
                        machine.trouble());
    }

    void start() {
        recover();
        host.after(World.TICK_MILLIS, this::tick);
    }

    boolean alive() {
        return state != State.STOPPED;
    }

    /** Whether its catalogue is being rebuilt. */
    boolean behind() {
        return machine.begun() && machine.catalogue().behind().isPresent();
    }

    boolean active() {
        return state == State.RUNNING && machine.active();
    }

    void stop() {
        state = State.STOPPED;
        stash.clear();
    }

    // Recovery

    private void recover() {
        state = State.RECOVERING;
        world.journal().read(host, this::recovered, this::backOff);
    }

    private void backOff() {
        if (state == State.STOPPED) {
            return;
        }
        state = State.BACKING_OFF;
        host.after(world.timeline().between(200, 3_000), () -> {
            if (state == State.BACKING_OFF) {
                recover();
            }
        });
    }

    private void recovered(Journal.Recovered read) {
        if (state != State.RECOVERING) {
            return;
        }
        Catalogue catalogue = new Catalogue(World.REPOSITORY);
        machine = machine(catalogue);
        writer = world.nextNumber();
        read.events().forEach(machine::apply);
        state = State.RUNNING;
        refuseAll("the repository is being opened again");
        gathered.clear();
        boolean someoneElse = activatedBefore
                && catalogue
                        .lastActivation()
                        .filter(newest -> newest.incarnation() != incarnation)
                        .isPresent();
        if (someoneElse) {
            superseded();
            return;
        }
        activatedBefore = true;
        handle(new EntityInput.Recovered(host.node(), incarnation, read.head()));
        drain();
    }

    private void superseded() {
        world.say(host + " its activation has ended");
        refuseAll("another node has taken over this repository");
        stop();
    }

    // The mailbox

    /** Tells the actor a fact. */
    void tell(EntityInput input) {
        enqueue(() -> handle(input));
    }

    private void enqueue(Runnable command) {
        if (state == State.RUNNING && stash.isEmpty()) {
            command.run();
        } else if (state != State.STOPPED) {
            stash.add(command);
        }
    }

    private void drain() {
        while (state == State.RUNNING && !stash.isEmpty()) {
            stash.remove().run();
        }
    }

    private void tick() {
        if (!alive()) {
            return;
        }
        host.after(World.TICK_MILLIS, this::tick);
        enqueue(() -> {
            long now = host.clockMillis();
            List<Waiting> late = waiting.stream()
                    .filter(held -> held.deadlineMillis() <= now)
                    .toList();
            waiting.removeAll(late);
            late.forEach(held -> held.answer().accept(unavailable(machine.trouble())));
            sweeper.tick(machine, facts());
            handle(new EntityInput.Tick());
        });
    }

    /** A door's question; its answer, where there will be one, may come at any time. */
    void ask(LongFunction<EntityInput> question, Consumer<EntityReply> answer) {
        enqueue(() -> {
            if (!machine.active()) {
                waiting.add(new Waiting(
                        () -> ask(question, answer), answer, host.clockMillis() + World.OPEN_TIMEOUT_MILLIS));
                return;
            }
            long number = ++lastNumber;
            pending.put(number, answer);
            EntityInput input = question.apply(number);
            if (input instanceof EntityInput.Commit commit) {
                gather(commit);
            } else {
                handle(input);
            }
        });
    }

    /** Commits that wait while the journal is busy are recorded together, in the turn after the one of the first. */
    private void gather(EntityInput.Commit commit) {
        gathered.add(commit);
        if (gathered.size() == 1) {
            world.timeline()
                    .after(
                            0,
                            () -> host.run(
                                    host.incarnation(),
                                    () -> enqueue(() -> {
                                        EntityInput.Commits commits = new EntityInput.Commits(gathered);
                                        gathered.clear();
                                        handle(commits);
                                    })));
        }
    }

    /** The records of a type at this moment, as a sweep wants them. */
    void copyRecords(Consumer<Map<ObjectKey, ObjectRecord>> copied) {
        enqueue(() -> {
            TreeMap<ObjectKey, ObjectRecord> records = new TreeMap<>();
            for (ObjectType type : ObjectType.values()) {
                machine.catalogue().forEach(type, records::put);
            }
            copied.accept(records);
        });
    }

    private void refuseAll(String why) {
        List<Waiting> held = waiting;
        waiting = new ArrayList<>();
        held.forEach(each -> each.answer().accept(unavailable(why)));
        pending.values().forEach(answer -> answer.accept(unavailable(why)));
        pending.clear();
    }

    private static EntityReply unavailable(String why) {
        return new EntityReply.Refused(ErrorCode.UNAVAILABLE, why);
    }

    // Steps

    private ClusterFacts facts() {
        return world.facts(host);
    }

    private void handle(EntityInput input) {
        if (state != State.RUNNING) {
            enqueue(() -> handle(input));
            return;
        }
        Step step = world.rules().handle(machine, input, facts());
        if (step.events().isEmpty()) {
            afterwards(step);
            return;
        }
        persist(step);
    }

    private void persist(Step step) {
        state = State.PERSISTING;
        EntityMachine mine = machine;
        carryOut(world.rules().tooEarly(mine, step));
        world.journal().append(host, mine.catalogue().journalRevision(), step.events(), writer, appended -> {
            if (state != State.PERSISTING || machine != mine) {
                return;
            }
            if (appended != Journal.Appended.TAKEN) {
                world.say(host + " the journal gave " + appended);
                backOff();
                return;
            }
            step.events().forEach(machine::apply);
            state = State.RUNNING;
            afterwards(world.rules().inTime(step));
            drain();
        });
    }

    private void afterwards(Step step) {
        carryOut(step.outputs());
        carryOut(world.rules().proceed(machine, facts()));
        if (machine.active() && !waiting.isEmpty()) {
            List<Waiting> released = waiting;
            waiting = new ArrayList<>();
            released.forEach(held -> stash.add(held.ask()));
            world.timeline().after(0, () -> host.run(host.incarnation(), this::drain));
        }
    }

    private void carryOut(List<EntityOutput> outputs) {
        for (EntityOutput output : outputs) {
            switch (output) {
                case EntityOutput.Reply reply -> {
                    Consumer<EntityReply> answer = pending.remove(reply.request());
                    if (answer != null) {
                        answer.accept(reply.reply());
                    }
                }
                case EntityOutput.Stop stop -> {
                    world.say(host + " " + stop.why());
                    enqueue(this::superseded);
                }
                default -> effects.carryOut(output);
            }
        }
    }
}

package io.backstay.storage.entity;

import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.RepositoryId;
import io.backstay.storage.protocol.Catalogue;
import io.backstay.storage.protocol.CatalogueEvent;
import io.backstay.storage.protocol.EntityInput;
import io.backstay.storage.protocol.EntityMachine;
import io.backstay.storage.protocol.EntityOutput;
import io.backstay.storage.protocol.ObjectRecord;
import io.backstay.storage.protocol.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.persistence.typed.EventAdapter;
import org.apache.pekko.persistence.typed.EventSeq;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.RecoveryFailed;
import org.apache.pekko.persistence.typed.SnapshotAdapter;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;

/**
 * A repository's entity: runs {@link EntityMachine} over the journal, one activation at a time. It answers doors, has storage
 * nodes remove and copy, and stops when another activation has taken over. What was persisted survives anything; tickets,
 * waiting requests and copies under way die with the activation and are begun again by whoever waits.
 *
 * <p>The state holds the machine, which is mutable: that is safe since events are applied on the actor's own thread and
 * snapshots are encoded there before they leave it. Pekko keeps the empty state and begins with it whenever it reads the journal
 * again, as after an event that could not be persisted; so each reading puts a new machine into it first.
 */
public final class BackupStorage
        extends EventSourcedBehavior<BackupStorage.Command, CatalogueEvent, BackupStorage.Current> {
    /** What the entity is sharded under, and the first part of its persistence id. */
    public static final EntityTypeKey<Command> TYPE = EntityTypeKey.create(Command.class, "backup-storage");

    private static final int SNAPSHOT_EVERY = 20_000;
    private static final int SNAPSHOTS_KEPT = 2;

    /** What it takes: requests from doors, and facts about what it has set off. */
    public sealed interface Command permits EntityWire.Request, Fact, CopyRecords, Turn {}

    /** A fact for the machine. */
    record Fact(EntityInput input) implements Command {}

    /** A sweep wants the records of a type, as a copy that it may change. */
    record CopyRecords(ObjectType type, CompletableFuture<Map<ObjectKey, ObjectRecord>> copy) implements Command {}

    /** Time to look around: the regular beat; to record what was gathered; and the end of an activation. */
    enum Turn implements Command {
        TICK,
        COMMIT,
        SUPERSEDED
    }

    /** What the journal makes, as far as it is read. */
    static final class Current {
        private EntityMachine machine;

        private Current(EntityMachine machine) {
            this.machine = machine;
        }
    }

    private final RepositoryId repository;
    private final StorageSettings settings;
    private final ActorContext<Command> context;
    private final EntityDesk desk;
    private final EntityEffects effects;
    private final ClusterState cluster;
    private final NodeId self;
    private final EntityFigures figures;
    private final long incarnation = ThreadLocalRandom.current().nextLong(Long.MAX_VALUE);
    private final Sweeps sweeps;
    private final List<EntityInput.Commit> gathered = new ArrayList<>();
    private final Current empty;
    private boolean reading = true;
    private boolean activatedBefore;

    /** The behaviour of the entity of a repository. */
    static Behavior<Command> create(RepositoryId repository, StorageDependencies dependencies) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(Turn.TICK, dependencies.settings().tick());
            return new BackupStorage(repository, dependencies, context);
        }));
    }

    /** The persistence id of a repository's entity. */
    public static PersistenceId persistenceId(RepositoryId repository) {
        return PersistenceId.of(TYPE.name(), repository.toString());
    }

    private BackupStorage(RepositoryId repository, StorageDependencies dependencies, ActorContext<Command> context) {
        super(
                persistenceId(repository),
                SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(5), 0.2));
        this.repository = repository;
        this.settings = dependencies.settings();
        this.context = context;
        this.cluster = dependencies.cluster();
        this.self = dependencies.self();
        this.figures = dependencies.figures();
        this.desk = new EntityDesk(repository, cluster, settings);
        this.sweeps = new Sweeps(repository, dependencies, context.getSelf());
        this.effects = new EntityEffects(repository, dependencies, context.getSelf());
        this.empty = new Current(machine(new Catalogue(repository)));
    }

    @Override
    public Current emptyState() {
        return empty;
    }

    /** Something was read from the journal, or it was found empty: the first time in a reading, what was before is thrown away. */
    private void readingGoesOn() {
        if (!reading) {
            reading = true;
            empty.machine = machine(new Catalogue(repository));
        }
    }

    private EntityMachine machine(Catalogue catalogue) {
        return new EntityMachine(
                catalogue,
                settings.repairGrace().toMillis(),
                settings.quarantine().toMillis(),
                settings.rebuildPatience().toMillis());
    }

    @Override
    public EventHandler<Current, CatalogueEvent> eventHandler() {
        return (current, event) -> {
            current.machine.apply(event);
            return current;
        };
    }

    @Override
    public CommandHandler<Command, CatalogueEvent, Current> commandHandler() {
        return (current, command) -> {
            EntityMachine machine = current.machine;
            return switch (command) {
                case EntityWire.Request request -> onRequest(machine, request);
                case Fact fact -> run(machine, machine.handle(fact.input(), cluster.facts(repository)));
                case CopyRecords wanted -> {
                    Map<ObjectKey, ObjectRecord> copy = new HashMap<>();
                    machine.catalogue().forEach(wanted.type(), copy::put);
                    wanted.copy().complete(copy);
                    yield Effect().none();
                }
                case Turn turn ->
                    switch (turn) {
                        case TICK -> onTick(machine);
                        case COMMIT -> onCommit(machine);
                        case SUPERSEDED -> onSuperseded();
                    };
            };
        };
    }

    private Effect<CatalogueEvent, Current> onRequest(EntityMachine machine, EntityWire.Request request) {
        Optional<EntityInput> input = desk.accept(request, machine);
        if (input.isEmpty()) {
            return Effect().none();
        }
        if (input.get() instanceof EntityInput.Commit commit) {
            gather(commit);
            return Effect().none();
        }
        return run(machine, machine.handle(input.get(), cluster.facts(repository)));
    }

    /** Commits that came while the journal was busy lie before this turn's message, and are recorded together. */
    private void gather(EntityInput.Commit commit) {
        gathered.add(commit);
        if (gathered.size() == 1) {
            context.getSelf().tell(Turn.COMMIT);
        }
    }

    private Effect<CatalogueEvent, Current> onCommit(EntityMachine machine) {
        EntityInput.Commits commits = new EntityInput.Commits(gathered);
        gathered.clear();
        return run(machine, machine.handle(commits, cluster.facts(repository)));
    }

    private Effect<CatalogueEvent, Current> onTick(EntityMachine machine) {
        desk.tick(machine);
        figures.tell(repository, EntityFigures.Figures.of(machine));
        sweeps.tick(machine, cluster.facts(repository));
        return run(machine, machine.handle(new EntityInput.Tick(), cluster.facts(repository)));
    }

    private Effect<CatalogueEvent, Current> onSuperseded() {
        context.getLog().info("Repository {}: another activation has taken over, this one ends", repository);
        desk.refuseAll("another node has taken over this repository");
        return Effect().stop();
    }

    /** Persists the step's events, then carries out its outputs and what follows from the new state. */
    private Effect<CatalogueEvent, Current> run(EntityMachine machine, Step step) {
        if (step.events().isEmpty()) {
            afterwards(machine, step);
            return Effect().none();
        }
        return Effect().persist(step.events()).thenRun(same -> afterwards(machine, step));
    }

    private void afterwards(EntityMachine machine, Step step) {
        carryOut(machine, step.outputs());
        carryOut(machine, machine.proceed(cluster.facts(repository)).outputs());
        if (machine.active()) {
            desk.release(context.getSelf());
        }
    }

    private void carryOut(EntityMachine machine, List<EntityOutput> outputs) {
        for (EntityOutput output : outputs) {
            switch (output) {
                case EntityOutput.Reply reply -> desk.reply(reply.request(), reply.reply());
                case EntityOutput.Stop stop -> {
                    context.getLog().info("Repository {}: {}", repository, stop.why());
                    context.getSelf().tell(Turn.SUPERSEDED);
                }
                default -> effects.carryOut(output, machine);
            }
        }
    }

    @Override
    public SignalHandler<Current> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), this::onRecovered)
                .onSignal(RecoveryFailed.class, (current, failed) -> reading = false)
                .onSignal(PreRestart.instance(), current -> reading = false)
                .onSignal(PostStop.instance(), current -> figures.ended(repository))
                .build();
    }

    private void onRecovered(Current current) {
        readingGoesOn();
        reading = false;
        EntityMachine machine = current.machine;
        if (machine.catalogue().journalRevision() > lastSequenceNumber(context)) {
            throw new IllegalStateException("repository %s: %d events were taken in of the %d that its journal has"
                    .formatted(repository, machine.catalogue().journalRevision(), lastSequenceNumber(context)));
        }
        desk.refuseAll("the repository is being opened again");
        gathered.clear();
        boolean someoneElse = activatedBefore
                && machine.catalogue()
                        .lastActivation()
                        .filter(newest -> newest.incarnation() != incarnation)
                        .isPresent();
        if (someoneElse) {
            context.getSelf().tell(Turn.SUPERSEDED);
            return;
        }
        activatedBefore = true;
        context.getSelf().tell(new Fact(new EntityInput.Recovered(self, incarnation, lastSequenceNumber(context))));
    }

    /** After a rebuild the events before it, of which some are lost, need not be read again. */
    @Override
    public boolean shouldSnapshot(Current current, CatalogueEvent event, long number) {
        return event instanceof CatalogueEvent.Rebuilt;
    }

    @Override
    public RetentionCriteria retentionCriteria() {
        return RetentionCriteria.snapshotEvery(SNAPSHOT_EVERY, SNAPSHOTS_KEPT);
    }

    @Override
    public EventAdapter<CatalogueEvent, byte[]> eventAdapter() {
        return new EventAdapter<>() {
            @Override
            public String manifest(CatalogueEvent event) {
                return CatalogueCodec.manifest(event);
            }

            @Override
            public byte[] toJournal(CatalogueEvent event) {
                return CatalogueCodec.encode(event);
            }

            @Override
            public EventSeq<CatalogueEvent> fromJournal(byte[] bytes, String manifest) {
                readingGoesOn();
                return EventSeq.single(CatalogueCodec.decode(manifest, bytes));
            }
        };
    }

    @Override
    public SnapshotAdapter<Current> snapshotAdapter() {
        return new SnapshotAdapter<>() {
            @Override
            public Object toJournal(Current current) {
                return CatalogueSnapshot.encode(current.machine.catalogue());
            }

            @Override
            public Current fromJournal(Object snapshot) {
                readingGoesOn();
                return new Current(machine(CatalogueSnapshot.decode(repository, (byte[]) snapshot)));
            }
        };
    }
}

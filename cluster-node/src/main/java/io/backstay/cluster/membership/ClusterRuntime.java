package io.backstay.cluster.membership;

import com.typesafe.config.Config;
import io.backstay.cluster.identity.NodeIdentity;
import io.backstay.cluster.tls.MutualTls;
import io.backstay.cluster.view.ViewSource;
import io.backstay.model.NodeId;
import io.backstay.model.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.setup.Setup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SpawnProtocol;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.management.cluster.bootstrap.ClusterBootstrap;
import org.apache.pekko.management.javadsl.PekkoManagement;
import org.apache.pekko.management.javadsl.ReadinessCheckSetup;
import org.apache.pekko.remote.artery.tcp.SSLEngineProviderSetup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster's actor system as long as the process lives. The system ends when this node downed itself, was downed,
 * quarantined, or could not join; then another one begins in its place, after a wait that doubles with each short life, and
 * everything that works in it is set up again. Only {@link #leave} ends it for good. Safe for use by many threads.
 */
public final class ClusterRuntime {
    /** The name of each node's cluster system, part of every actor's address. */
    public static final String SYSTEM_NAME = "backstay";

    private static final Logger LOG = LoggerFactory.getLogger(ClusterRuntime.class);
    private static final Duration FIRST_WAIT = Duration.ofMillis(250);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final Duration LONG_LIFE = Duration.ofSeconds(60);
    private static final Duration ASK_NEXT = Duration.ofSeconds(1);
    private static final int LEAST_ASKED = 4;
    private static final int MOST_ASKED = 10;
    private static final Duration LOOK_AT_STATUS = Duration.ofSeconds(1);
    private static final Duration SAY_WAITING_FIRST = Duration.ofSeconds(20);
    private static final Duration SAY_WAITING_AGAIN = Duration.ofSeconds(60);

    private final NodeIdentity identity;
    private final Set<Role> roles;
    private final ClusterSettings settings;
    private final Config further;
    private final ViewSource views;
    private final BooleanSupplier ready;
    private final List<Setup> setups;
    private final Work work;
    private final KnownMembers known;
    private final ReachableNodes reachable = new ReachableNodes();
    private final ScheduledExecutorService supervisor = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("cluster-supervisor").daemon(true).factory());

    private volatile Optional<ActorSystem<SpawnProtocol.Command>> current = Optional.empty();
    private final CompletableFuture<Done> left = new CompletableFuture<>();
    private volatile boolean leaving;
    private Duration wait = FIRST_WAIT;

    /** What is set up in each cluster system, before it joins; throws where it cannot be. */
    @FunctionalInterface
    public interface Work {
        /** Sets up actors in a system that has just begun. */
        void begin(ActorSystem<SpawnProtocol.Command> system);
    }

    /**
     * A runtime that has not begun.
     *
     * @param data where it remembers the other members
     * @param further configuration that other rooms need in the system
     * @param ready whether what else belongs to readiness is there
     * @param setups what other rooms give to the system as objects
     */
    public ClusterRuntime(
            NodeIdentity identity,
            Path data,
            Set<Role> roles,
            ClusterSettings settings,
            Config further,
            ViewSource views,
            BooleanSupplier ready,
            List<Setup> setups,
            Work work) {
        this.identity = identity;
        this.roles = Set.copyOf(roles);
        this.settings = settings;
        this.further = further;
        this.views = views;
        this.ready = ready;
        this.setups = List.copyOf(setups);
        this.work = work;
        this.known = KnownMembers.open(data);
    }

    /**
     * Begins the first system and returns once it is there; it joins meanwhile.
     *
     * @throws RuntimeException where it cannot begin, such as a port that is taken; nothing is left running then
     */
    public void start() {
        begin();
    }

    /** The running system; none while the next one is awaited. */
    public Optional<ActorSystem<SpawnProtocol.Command>> system() {
        return current;
    }

    /** How this node takes part. */
    public ClusterSettings settings() {
        return settings;
    }

    /** Who is up as this node sees it; the same object over all systems. */
    public ReachableNodes reachable() {
        return reachable;
    }

    /** Hands over what this node hosts, leaves the cluster, ends the system. Completes when it has ended; safe to do twice. */
    public synchronized CompletionStage<Done> leave() {
        if (!leaving) {
            leaving = true;
            supervisor.execute(() -> current.<CompletionStage<Done>>map(
                            system -> end(system, CoordinatedShutdown.clusterLeavingReason()))
                    .orElseGet(() -> CompletableFuture.completedFuture(Done.getInstance()))
                    .whenComplete((done, failure) -> {
                        supervisor.shutdown();
                        left.complete(Done.getInstance());
                    }));
        }
        return left;
    }

    /** Ends the system as if it had failed; the next one begins as after any failure. */
    public CompletionStage<Done> restart() {
        return current.<CompletionStage<Done>>map(system -> end(system, CoordinatedShutdown.clusterLeavingReason()))
                .orElseGet(() -> CompletableFuture.completedFuture(Done.getInstance()));
    }

    private static CompletionStage<Done> end(ActorSystem<?> system, CoordinatedShutdown.Reason reason) {
        return CoordinatedShutdown.get(system).runAll(reason).thenCompose(done -> system.getWhenTerminated());
    }

    private void begin() {
        long begun = System.nanoTime();
        ActorSystem<SpawnProtocol.Command> system = ActorSystem.create(
                guardian(), SYSTEM_NAME, setup(MembershipConfig.of(identity.id(), roles, settings, further)));
        EndOfSystem.watch(system);
        try {
            system.systemActorOf(
                    ReachabilityTracker.create(reachable, views, this::remember), "reachability", Props.empty());
            work.begin(system);
            PekkoManagement.get(system).start().whenComplete((address, failure) -> {
                if (failure == null) {
                    find(system, settings.found() ? known.others(identity.id(), views.current()) : List.of(), 0);
                } else {
                    LOG.error("Pekko Management cannot listen on {}: {}", settings.management(), failure.getMessage());
                    system.terminate();
                }
            });
        } catch (RuntimeException e) {
            system.terminate();
            throw e;
        }
        current = Optional.of(system);
        sayIfWaiting(system, SAY_WAITING_FIRST);
        watchJoining(system, system.settings().config().getDuration("backstay.founding.up-within"), Optional.empty());
        system.getWhenTerminated().whenComplete((done, failure) -> {
            current = Optional.empty();
            reachable.set(Set.of());
            if (!leaving) {
                boolean lived = System.nanoTime() - begun > LONG_LIFE.toNanos();
                supervisor.execute(() -> again(lived ? FIRST_WAIT : wait));
            }
        });
    }

    private void remember(Map<NodeId, Address> seen) {
        if (settings.found() && !supervisor.isShutdown()) {
            supervisor.execute(() -> known.remember(seen));
        }
    }

    /**
     * Asks those who were members when this node was last one, in turn; only where none takes it, the contact points. They
     * may all have ended while the others went on: a founder would begin a second cluster beside theirs.
     */
    private void find(ActorSystem<?> system, List<Address> others, int asked) {
        if (system.whenTerminated().isCompleted()
                || !Cluster.get(system).selfMember().status().equals(MemberStatus.removed())) {
            return;
        }
        if (others.isEmpty() || asked >= Math.max(LEAST_ASKED, Math.min(MOST_ASKED, others.size()))) {
            ClusterBootstrap.get(system).start();
            return;
        }
        Cluster.get(system).manager().tell(Join.create(others.get(asked % others.size())));
        var unused =
                supervisor.schedule(() -> find(system, others, asked + 1), ASK_NEXT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Who has joined is up within seconds, unless the cluster lacks the founders that it needs: another one may have them. The
     * system ends then, and the next one looks for it.
     */
    private void watchJoining(ActorSystem<?> system, Duration upWithin, Optional<Long> joinedNanos) {
        if (system.whenTerminated().isCompleted() || leaving) {
            return;
        }
        MemberStatus status = Cluster.get(system).selfMember().status();
        if (status.equals(MemberStatus.up())) {
            return;
        }
        boolean joining = status.equals(MemberStatus.joining()) || status.equals(MemberStatus.weaklyUp());
        Optional<Long> since = joining ? joinedNanos.or(() -> Optional.of(System.nanoTime())) : Optional.empty();
        if (since.filter(joined -> System.nanoTime() - joined > upWithin.toNanos())
                .isPresent()) {
            LOG.warn(
                    "Has joined a cluster that takes nobody up, since it lacks {} founders; looks for another one",
                    settings.requiredContactPoints());
            end(system, CoordinatedShutdown.clusterLeavingReason());
            return;
        }
        var unused = supervisor.schedule(
                () -> watchJoining(system, upWithin, since), LOOK_AT_STATUS.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Who stands outside for long should read why. */
    private void sayIfWaiting(ActorSystem<?> system, Duration after) {
        var unused = supervisor.schedule(
                () -> {
                    boolean runs = !system.whenTerminated().isCompleted();
                    if (runs && !leaving && !reachable.up().contains(identity.id())) {
                        LOG.warn(
                                "Not a member yet: looking for the cluster at {}{}",
                                settings.contactPoints(),
                                settings.found()
                                        ? "; a new one needs %d of them".formatted(settings.requiredContactPoints())
                                        : "");
                    }
                    if (runs && !leaving) {
                        sayIfWaiting(system, SAY_WAITING_AGAIN);
                    }
                },
                after.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private void again(Duration after) {
        LOG.warn("The cluster system has ended; it begins again in {} ms", after.toMillis());
        Duration twice = after.multipliedBy(2);
        wait = twice.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : twice;
        var unused = supervisor.schedule(this::beginAgain, after.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void beginAgain() {
        if (leaving) {
            return;
        }
        try {
            begin();
        } catch (RuntimeException e) {
            LOG.error("The cluster system cannot begin again: {}", e.getMessage());
            again(wait);
        }
    }

    private ActorSystemSetup setup(Config config) {
        List<Setup> all = new ArrayList<>(setups);
        all.addAll(List.of(
                BootstrapSetup.create(config),
                SSLEngineProviderSetup.create(system -> new MutualTls(identity, views)),
                ReadinessCheckSetup.create(system -> List.of(
                        () -> CompletableFuture.completedFuture(ready.getAsBoolean()),
                        () -> CompletableFuture.completedFuture(views.current().isPresent())))));
        return ActorSystemSetup.create(all.toArray(Setup[]::new));
    }

    private static Behavior<SpawnProtocol.Command> guardian() {
        return Behaviors.setup(context -> SpawnProtocol.create());
    }
}

package io.backstay.cluster.membership;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that a cluster system whose end has begun does end. Remoting first waits until each of its connections has
 * completed, which one to a peer that went away at that moment may never do (Pekko 1.2.1, {@code tls-tcp}): the system would
 * keep its port for ever, and no next one could begin.
 */
final class EndOfSystem {
    private static final Logger LOG = LoggerFactory.getLogger(EndOfSystem.class);

    /** Longer than remoting takes to flush, shorter than the phase in which the system ends. */
    private static final Duration PATIENCE = Duration.ofMillis(2500);

    private EndOfSystem() {}

    /** Watches over the end of a system that has just begun. */
    static void watch(ActorSystem<?> system) {
        CoordinatedShutdown.get(system)
                .addTask(CoordinatedShutdown.PhaseActorSystemTerminate(), "end-of-remoting", () -> {
                    CompletableFuture.delayedExecutor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                            .execute(() -> force(system));
                    return CompletableFuture.completedFuture(Done.getInstance());
                });
    }

    /** The system waits for this actor's answer, or for its end; then it ends all others, connections too. */
    private static void force(ActorSystem<?> system) {
        if (!system.whenTerminated().isCompleted()) {
            LOG.warn("Connections to other nodes do not end by themselves; they are closed");
            system.classicSystem()
                    .actorSelection("/system/remoting-terminator")
                    .tell(PoisonPill.getInstance(), ActorRef.noSender());
        }
    }
}

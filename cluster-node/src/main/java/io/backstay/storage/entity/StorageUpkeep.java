package io.backstay.storage.entity;

import io.backstay.cluster.view.ClusterView;
import io.backstay.cluster.view.Reachability;
import io.backstay.cluster.view.ViewSource;
import io.backstay.model.NodeId;
import io.backstay.model.RepositoryId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * What goes on beside requests: asks storage nodes for their room, and wakes the entities of all repositories after a node
 * came or went, so that what is short of copies is found though nobody uses it. One node of the cluster does the waking: the
 * lowest of the storage nodes that are up.
 */
final class StorageUpkeep {
    private static final Duration ROOM_EVERY = Duration.ofSeconds(5);
    private static final Duration WAKE_AFTER = Duration.ofSeconds(3);
    private static final Duration WAKE_NEXT_AFTER = Duration.ofMillis(250);
    private static final int WAKE_AT_ONCE = 20;

    private final ActorSystem<?> system;
    private final NodeId self;
    private final ViewSource views;
    private final Reachability reachability;
    private final Consumer<RepositoryId> wake;
    private final AtomicBoolean waking = new AtomicBoolean();

    StorageUpkeep(
            ActorSystem<?> system,
            NodeId self,
            ViewSource views,
            Reachability reachability,
            Consumer<RepositoryId> wake) {
        this.system = system;
        this.self = self;
        this.views = views;
        this.reachability = reachability;
        this.wake = wake;
    }

    /** Begins; ends with the actor system. */
    void start(RoomWatch rooms) {
        Cancellable room = system.scheduler()
                .scheduleWithFixedDelay(
                        Duration.ZERO, ROOM_EVERY, () -> rooms.refresh(storageUp()), system.executionContext());
        Runnable unsubscribe = reachability.subscribe(this::wakeSoon);
        system.getWhenTerminated().whenComplete((done, failure) -> {
            room.cancel();
            unsubscribe.run();
        });
    }

    private Set<NodeId> storageUp() {
        Set<NodeId> nodes = new TreeSet<>(views.current()
                .map(ClusterView::storageNodes)
                .map(all -> all.keySet())
                .orElse(Set.of()));
        nodes.retainAll(reachability.up());
        return nodes;
    }

    /** Changes come in bursts: one waking a little later answers all of them. */
    private void wakeSoon() {
        boolean ends = system.whenTerminated().isCompleted();
        if (!ends && waking.compareAndSet(false, true)) {
            system.scheduler().scheduleOnce(WAKE_AFTER, this::wakeAll, system.executionContext());
        }
    }

    private void wakeAll() {
        waking.set(false);
        Optional<NodeId> first = storageUp().stream().findFirst();
        if (first.filter(self::equals).isPresent()) {
            views.current()
                    .ifPresent(view -> wakeSome(List.copyOf(view.repositories().keySet())));
        }
    }

    /** A few at a time: each reads its journal and speaks to all storage nodes. */
    private void wakeSome(List<RepositoryId> repositories) {
        int now = Math.min(WAKE_AT_ONCE, repositories.size());
        repositories.subList(0, now).forEach(wake);
        List<RepositoryId> later = repositories.subList(now, repositories.size());
        if (!later.isEmpty() && !system.whenTerminated().isCompleted()) {
            system.scheduler().scheduleOnce(WAKE_NEXT_AFTER, () -> wakeSome(later), system.executionContext());
        }
    }
}

package io.backstay.manager.mirror;

import io.backstay.cluster.view.ViewId;
import io.backstay.manager.state.ManagerState;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a mirror up to date on a thread of its own: the newest state goes out within 50 ms, those between are left out. Where
 * the mirror fails it tries again, each second at most. A mirror that was emptied or set back gets the state again within
 * seconds. {@link #offer} never waits. Safe for use by many threads.
 */
public final class MirrorWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MirrorWriter.class);
    private static final Duration COALESCE = Duration.ofMillis(50);
    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final Duration FINISH_WITHIN = Duration.ofSeconds(2);

    private final StateMirror mirror;
    private final MirrorSeal seal;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("state-mirror").daemon(true).factory());

    private Optional<ManagerState> newest = Optional.empty();
    private Optional<ManagerState> waiting = Optional.empty();
    private long waitingSince;
    private boolean scheduled;
    private Optional<ViewId> mirrored = Optional.empty();
    private Optional<String> problem = Optional.empty();

    /** A writer that owns the mirror and closes it with itself. */
    public MirrorWriter(StateMirror mirror, MirrorSeal seal) {
        this.mirror = mirror;
        this.seal = seal;
        var unused = thread.scheduleWithFixedDelay(
                this::look, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Has the state mirrored soon; an older one that still waits is left out. */
    public synchronized void offer(ManagerState state) {
        if (waiting.isEmpty()) {
            waitingSince = System.nanoTime();
        }
        waiting = Optional.of(state);
        newest = waiting;
        schedule(COALESCE);
    }

    /** Looks after the mirror no more: this node is the manager's no longer, whose next state is newer than what is known here. */
    public synchronized void rest() {
        newest = Optional.empty();
    }

    /** How the mirror is at this moment. */
    public synchronized MirrorStatus status() {
        Duration lag = waiting.isEmpty() ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - waitingSince);
        return new MirrorStatus(mirror.describe(), mirrored, lag, problem);
    }

    /** Ends within two seconds; what waits is tried once more. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(FINISH_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
        mirror.close();
    }

    private synchronized void schedule(Duration delay) {
        if (!scheduled && !thread.isShutdown()) {
            scheduled = true;
            var unused = thread.schedule(this::write, delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void look() {
        Optional<ManagerState> kept;
        synchronized (this) {
            kept = waiting.isPresent() ? Optional.empty() : newest;
        }
        kept.filter(this::isMissing).ifPresent(this::offerAgain);
    }

    /** Unless a newer one was offered meanwhile, or this node is the manager's no longer. */
    @SuppressWarnings("ReferenceEquality") // whether it is still this state, not one like it
    private synchronized void offerAgain(ManagerState state) {
        if (waiting.isEmpty() && newest.filter(known -> known == state).isPresent()) {
            offer(state);
        }
    }

    /** Also where it cannot be told: the attempt to write says why. */
    private boolean isMissing(ManagerState state) {
        try {
            Optional<ViewId> there = mirror.present();
            return there.isEmpty()
                    || state.id().filter(own -> own.newerThan(there.get())).isPresent();
        } catch (IOException | RuntimeException e) {
            LOG.debug("The state mirror {} cannot be looked at", mirror.describe(), e);
            return true;
        }
    }

    private void write() {
        Optional<ManagerState> next;
        synchronized (this) {
            scheduled = false;
            next = waiting;
        }
        next.ifPresent(this::send);
    }

    private void send(ManagerState state) {
        try {
            MirrorCopy copy = seal.seal(state);
            switch (mirror.write(copy)) {
                case STORED, NOT_NEWER -> written(state, copy.id());
                case FOREIGN -> failed("it holds the state of another cluster, which is kept");
                case FORKED -> failed("it holds another history of this cluster, which is kept");
            }
        } catch (IOException | RuntimeException e) {
            failed(String.valueOf(e.getMessage()));
        }
    }

    @SuppressWarnings("ReferenceEquality") // whether it is still this state, not one like it
    private synchronized void written(ManagerState state, ViewId id) {
        mirrored = Optional.of(id);
        if (problem.isPresent()) {
            LOG.info("The state mirror {} is up to date again", mirror.describe());
        }
        problem = Optional.empty();
        if (waiting.filter(newest -> newest == state).isPresent()) {
            waiting = Optional.empty();
        } else {
            waitingSince = System.nanoTime();
            schedule(COALESCE);
        }
    }

    private synchronized void failed(String why) {
        if (!problem.equals(Optional.of(why))) {
            LOG.warn("The state mirror {} is not up to date: {}", mirror.describe(), why);
        }
        problem = Optional.of(why);
        schedule(TRY_AGAIN);
    }
}

package io.backstay.local.process;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A program that is wanted to run. It is started again when it dies, unless it was stopped or its policy says otherwise.
 * Safe for use from several threads; nobody is told of a change while a lock is held.
 */
public final class Supervised {
    /** How it stands. */
    public enum State {
        /** Not wanted, or died and not started again. */
        STOPPED,
        /** Alive. */
        RUNNING,
        /** Alive and frozen. */
        PAUSED,
        /** Died; its next start is near. */
        RESTARTING
    }

    /** Is told what happens, on any thread, in order. */
    public interface Listener {
        /**
         * Something changed.
         *
         * @param message what people should know; empty for what they asked for themselves
         */
        void changed(Supervised which, Optional<String> message);
    }

    private final Program program;
    private final RestartPolicy policy;
    private final ScheduledExecutorService timer;
    private final Listener listener;

    private State state = State.STOPPED;
    private boolean wanted;
    private @Nullable ChildProcess process;
    private CompletableFuture<Void> buried = CompletableFuture.completedFuture(null);
    private Future<?> nextStart = buried;
    private int quickDeaths;
    private int deaths;

    /** Starts nothing yet. */
    public Supervised(Program program, RestartPolicy policy, ScheduledExecutorService timer, Listener listener) {
        this.program = program;
        this.policy = policy;
        this.timer = timer;
        this.listener = listener;
    }

    /** What it runs. */
    public Program program() {
        return program;
    }

    /** Its name. */
    public String name() {
        return program.name();
    }

    /** How it stands now. */
    public synchronized State state() {
        return state;
    }

    /** The running process's id. */
    public synchronized OptionalLong pid() {
        return process == null ? OptionalLong.empty() : OptionalLong.of(process.pid());
    }

    /** How often it died without having been asked to end. */
    public synchronized int deaths() {
        return deaths;
    }

    /**
     * Starts it, where it does not run already.
     *
     * @throws IOException where there is no such program
     */
    public void start() throws IOException {
        synchronized (this) {
            wanted = true;
            if (process != null) {
                return;
            }
            launch();
        }
        listener.changed(this, Optional.empty());
    }

    /**
     * Ends it in an orderly way, by force after {@code within}; it stays down. Waits for its end.
     *
     * @return whether it ended by itself
     */
    public boolean stop(Duration within) throws InterruptedException {
        ChildProcess running;
        synchronized (this) {
            wanted = false;
            nextStart.cancel(false);
            running = process;
            if (running == null) {
                state = State.STOPPED;
            }
        }
        if (running == null) {
            listener.changed(this, Optional.empty());
            return true;
        }
        boolean byItself = running.end(program.stopSignal(), within);
        awaitBuried();
        return byItself;
    }

    /**
     * Ends it at once, as a crash would, and waits for its end.
     *
     * @param stayDown whether not even the policy starts it again
     * @return false where it does not run
     */
    public boolean kill(boolean stayDown, Duration within) throws InterruptedException {
        ChildProcess running;
        synchronized (this) {
            running = process;
            if (stayDown) {
                wanted = false;
                state = running == null ? State.STOPPED : state;
            }
        }
        if (running == null) {
            return false;
        }
        running.signal(Signal.KILL);
        running.awaitEnd(within);
        awaitBuried();
        return true;
    }

    /** Freezes it; false where it does not run. */
    public boolean pause() {
        return signal(Signal.STOP, State.PAUSED);
    }

    /** Ends a freeze; false where it does not run. */
    public boolean resume() {
        return signal(Signal.CONT, State.RUNNING);
    }

    private boolean signal(Signal signal, State then) {
        synchronized (this) {
            if (process == null) {
                return false;
            }
            process.signal(signal);
            state = then;
        }
        listener.changed(this, Optional.empty());
        return true;
    }

    private void launch() throws IOException {
        ChildProcess started = ChildProcess.start(program);
        process = started;
        state = State.RUNNING;
        buried = started.ended().thenAcceptAsync(ending -> died(started, ending));
    }

    /** Waits until the end of the process has been noted, so that a start that follows begins anew. */
    private void awaitBuried() {
        CompletableFuture<Void> noted;
        synchronized (this) {
            noted = buried;
        }
        noted.join();
    }

    private void died(ChildProcess dead, String ending) {
        Optional<String> message = Optional.empty();
        synchronized (this) {
            process = null;
            state = State.STOPPED;
            if (wanted) {
                deaths++;
                boolean quick = Duration.between(dead.started(), Instant.now()).compareTo(RestartPolicy.QUICK) < 0;
                quickDeaths = quick ? quickDeaths + 1 : 1;
                message = Optional.of("%s (pid %d) died: %s; %s".formatted(name(), dead.pid(), ending, next()));
            }
        }
        listener.changed(this, message);
    }

    private String next() {
        if (!policy.restart() || timer.isShutdown()) {
            wanted = false;
            return "it stays down";
        }
        Duration pause = policy.pause(quickDeaths);
        state = State.RESTARTING;
        nextStart = timer.schedule(this::startAgain, pause.toMillis(), TimeUnit.MILLISECONDS);
        return "starting it again in %d s".formatted(pause.toSeconds());
    }

    private void startAgain() {
        String message;
        synchronized (this) {
            if (!wanted || process != null) {
                return;
            }
            try {
                launch();
                message = "%s was started again (pid %d)".formatted(name(), pid().orElseThrow());
            } catch (IOException e) {
                wanted = false;
                state = State.STOPPED;
                message = "%s cannot be started again: %s".formatted(name(), e.getMessage());
            }
        }
        listener.changed(this, Optional.of(message));
    }
}

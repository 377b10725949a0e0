package io.backstay.local.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** One run of a program; or what an earlier launcher left running. Safe for use from several threads. */
public final class ChildProcess {
    /** The kernel counts a process's start in ticks since the machine's, whose own time is known to the second. */
    private static final Duration CLOCK_SLACK = Duration.ofSeconds(2);

    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    private final ProcessHandle handle;
    private final CompletableFuture<String> ended;

    private ChildProcess(ProcessHandle handle, CompletableFuture<String> ended) {
        this.handle = handle;
        this.ended = ended;
    }

    /** Starts the program in a session of its own, its output appended to its log. */
    public static ChildProcess start(Program program) throws IOException {
        Files.createDirectories(program.folder());
        // The shell becomes the program by exec: the pid it notes is the program's.
        List<String> words = new ArrayList<>(List.of("setsid", "sh", "-c", "echo $$ >pid && exec \"$@\"", "sh"));
        words.addAll(program.command());
        Process process = program.builder(words)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(program.log().toFile()))
                .start();
        return new ChildProcess(process.toHandle(), process.onExit().thenApply(ChildProcess::ending));
    }

    /**
     * The process that an earlier launcher started in the folder and that still runs. A process that only happens to have
     * its pid now is told apart: it works in another folder, or began after the pid was noted.
     */
    public static Optional<ChildProcess> leftIn(Path folder) throws IOException {
        Path file = Program.pidFile(folder);
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        String text = Files.readString(file).strip();
        if (!text.matches("[1-9][0-9]{0,8}")) {
            return Optional.empty();
        }
        Instant noted = Files.getLastModifiedTime(file).toInstant();
        return ProcessHandle.of(Long.parseLong(text))
                .filter(ProcessHandle::isAlive)
                .filter(handle -> handle.info()
                        .startInstant()
                        .map(start -> !start.isAfter(noted.plus(CLOCK_SLACK)))
                        .orElse(false))
                .filter(handle -> worksIn(handle, folder))
                .map(handle -> new ChildProcess(handle, endOfStranger(handle, folder)));
    }

    /** Nobody may collect the status of a process whose launcher was killed: what remains of it then works nowhere. */
    private static CompletableFuture<String> endOfStranger(ProcessHandle handle, Path folder) {
        CompletableFuture<String> ended = new CompletableFuture<>();
        Thread.ofVirtual().name("end-of-" + handle.pid()).start(() -> {
            while (handle.isAlive() && worksIn(handle, folder)) {
                LockSupport.parkNanos(LOOK_EVERY.toNanos());
            }
            ended.complete("ended");
        });
        return ended;
    }

    private static boolean worksIn(ProcessHandle handle, Path folder) {
        try {
            return Path.of("/proc", Long.toString(handle.pid()), "cwd")
                    .toRealPath()
                    .startsWith(folder.toRealPath());
        } catch (IOException e) {
            // It ended meanwhile, or it is another user's and so not ours.
            return false;
        }
    }

    private static String ending(Process process) {
        int status = process.exitValue();
        // Java tells a death by signal as 128 plus its number, as shells do.
        return status == 137 ? "killed" : "status " + status;
    }

    /** The process's id. */
    public long pid() {
        return handle.pid();
    }

    /** When it began; the present where the system does not tell. */
    Instant started() {
        return handle.info().startInstant().orElseGet(Instant::now);
    }

    /** Completes with a word on how it ended. */
    CompletableFuture<String> ended() {
        return ended.copy();
    }

    /** Whether it has not ended yet; a frozen process is alive. */
    public boolean alive() {
        return handle.isAlive();
    }

    /** Sends a signal. */
    public void signal(Signal signal) {
        signal.send(handle);
    }

    /**
     * Asks the process to end and waits, then ends it by force.
     *
     * @return whether it ended by itself
     */
    public boolean end(Signal how, Duration within) throws InterruptedException {
        signal(how);
        // What is frozen hears it only once it is not.
        signal(Signal.CONT);
        if (awaitEnd(within)) {
            return true;
        }
        signal(Signal.KILL);
        awaitEnd(within);
        return false;
    }

    /** Waits for the end. */
    boolean awaitEnd(Duration within) throws InterruptedException {
        try {
            ended.get(within.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end of a process cannot fail", e);
        }
    }
}

package io.backstay.local.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A script of {@code deploy/local}, run as a person would, but without building anything. */
public final class Script {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final Process process;
    private final Path output;

    private Script(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** Begins it. */
    public static Script begin(String name, String... arguments) throws IOException {
        List<String> words =
                new ArrayList<>(List.of(Path.of(name).toAbsolutePath().toString()));
        words.addAll(List.of(arguments));
        Path output = Files.createTempFile(Files.createDirectories(Path.of("target/scripts")), name, ".log");
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("BACKSTAY_BUILD", "no");
        return new Script(builder.start(), output);
    }

    /** Its process: the script becomes what it runs. */
    public long pid() {
        return process.pid();
    }

    /** Whether it has not ended yet. */
    public boolean alive() {
        return process.isAlive();
    }

    /** What it has said so far. */
    public String output() throws IOException {
        return Files.readString(output);
    }

    /** Sends it a signal. */
    public void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("sh", "-c", "kill -s %s %d".formatted(signal, pid()))
                .start()
                .waitFor();
    }

    /** Waits for its end and answers with its status. */
    public int end() throws IOException, InterruptedException {
        if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("it has not ended after %d s:%n%s".formatted(LIMIT.toSeconds(), output()));
        }
        return process.exitValue();
    }
}

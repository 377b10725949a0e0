package io.backstay.local.harness;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Stock restic on one repository. The name and password for the server stand in the address: the restic of Debian 12 knows no
 * other way. Which program it is says the system property {@code backstay.restic}.
 */
public final class Restic {
    /** What encrypts every repository; it is the client's alone. */
    public static final String PASSWORD = "a password of the repository";

    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final String repository;
    private final Path folder;

    /** A run that has ended. */
    public record Result(int status, String output) {}

    private Restic(String repository, Path folder) {
        this.repository = repository;
        this.folder = folder;
    }

    static Restic at(String http, String user, String password, String repository, Path folder) {
        URI address = URI.create(http);
        return new Restic(
                "rest:%s://%s:%s@%s/restic/%s/"
                        .formatted(address.getScheme(), user, password, address.getAuthority(), repository),
                folder);
    }

    /** Runs a command that must succeed. */
    public String ok(String... arguments) throws IOException, InterruptedException {
        Result result = run(arguments);
        if (result.status() != 0) {
            throw new AssertionError("restic %s ended with %d:%n%s"
                    .formatted(String.join(" ", arguments), result.status(), result.output()));
        }
        return result.output();
    }

    /** Runs a command to its end. */
    public Result run(String... arguments) throws IOException, InterruptedException {
        return begin(arguments).end();
    }

    /** Begins a command. */
    public Running begin(String... arguments) throws IOException {
        Files.createDirectories(folder);
        List<String> words = new ArrayList<>(List.of(
                System.getProperty("backstay.restic", "restic"),
                "--cache-dir",
                folder.resolve("cache").toString()));
        words.addAll(List.of(arguments));
        Path output = Files.createTempFile(folder, "restic-", ".log");
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("RESTIC_REPOSITORY", repository);
        builder.environment().put("RESTIC_PASSWORD", PASSWORD);
        return new Running(builder.start(), output);
    }

    /** A run that goes on. */
    public static final class Running {
        private final Process process;
        private final Path output;

        private Running(Process process, Path output) {
            this.process = process;
            this.output = output;
        }

        /** Whether it has not ended yet. */
        public boolean alive() {
            return process.isAlive();
        }

        /** Waits for its end. */
        public Result end() throws IOException, InterruptedException {
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(
                        "restic has not ended after %d s:%n%s".formatted(LIMIT.toSeconds(), Files.readString(output)));
            }
            return new Result(process.exitValue(), Files.readString(output));
        }
    }
}

package io.backstay.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The installed restic, on a repository in a folder; another program with {@code -Drestic.command=…}.
 *
 * @param repository its folder
 * @param cache a folder for restic's cache
 */
public record StockRestic(Path repository, Path cache) {
    public static final String PASSWORD = "between two programs";

    /** Runs a command that must succeed, and answers what it printed. */
    public String run(String... arguments) throws IOException, InterruptedException {
        return runIn(folder(), arguments);
    }

    /** Runs a command that must fail, and answers what it printed. */
    public String fail(String... arguments) throws IOException, InterruptedException {
        Outcome outcome = outcome(folder(), arguments);
        assertThat(outcome.status()).as(outcome.output()).isNotZero();
        return outcome.output();
    }

    /** Runs a command in a folder; it must succeed. */
    public String runIn(Path folder, String... arguments) throws IOException, InterruptedException {
        Outcome outcome = outcome(folder, arguments);
        assertThat(outcome.status())
                .as("%s%n%s", List.of(arguments), outcome.output())
                .isZero();
        return outcome.output();
    }

    /** What a command printed and how it ended. */
    private record Outcome(int status, String output) {}

    private Outcome outcome(Path folder, String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(System.getProperty("restic.command", "restic"), "-r", repository.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("RESTIC_PASSWORD", PASSWORD);
        builder.environment().put("RESTIC_CACHE_DIR", cache.toString());
        builder.redirectErrorStream(true);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        return new Outcome(process.exitValue(), output);
    }

    private Path folder() {
        return Objects.requireNonNull(repository.toAbsolutePath().getParent());
    }

    /** The password's bytes. */
    public static byte[] password() {
        return PASSWORD.getBytes(StandardCharsets.UTF_8);
    }
}

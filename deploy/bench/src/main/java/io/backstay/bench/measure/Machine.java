package io.backstay.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** What a table was measured on. */
public final class Machine {
    private Machine() {}

    /** A few lines of Markdown; programs are asked for their version. */
    public static String description(Path work, List<List<String>> versions) throws IOException, InterruptedException {
        StringBuilder text = new StringBuilder();
        text.append("Measured %s; %d processors (%s), %s of memory, Linux %s, Java %s; data on %s; load before: %s.\n"
                .formatted(
                        Instant.now().truncatedTo(ChronoUnit.MINUTES),
                        Runtime.getRuntime().availableProcessors(),
                        value("/proc/cpuinfo", "model name"),
                        gigabytes(value("/proc/meminfo", "MemTotal")),
                        System.getProperty("os.version"),
                        Runtime.version(),
                        fileSystem(work),
                        Files.readString(Path.of("/proc/loadavg")).split(" ", 4)[0]));
        for (List<String> version : versions) {
            text.append("* ").append(firstLine(version)).append('\n');
        }
        return text.toString();
    }

    private static String value(String file, String key) throws IOException {
        return Files.readAllLines(Path.of(file)).stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }

    private static String gigabytes(String kibibytes) {
        return String.format(
                Locale.ROOT, "%.0f GiB", Double.parseDouble(kibibytes.replaceAll("[^0-9]", "")) / (1 << 20));
    }

    private static String fileSystem(Path folder) throws IOException {
        var store = Files.getFileStore(folder);
        return store.type() + " (" + store.name() + ")";
    }

    private static String firstLine(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said.lines().findFirst().orElse(String.join(" ", command));
    }

    /** Has the system write what it still has to, so that one contender does not pay for the one before. */
    public static void settle() throws IOException, InterruptedException {
        new ProcessBuilder("sync").inheritIO().start().waitFor();
    }
}

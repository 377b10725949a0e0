package io.backstay.local.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What is to run, and where.
 *
 * @param folder the working folder, which no other program may have; it also gets the files {@code pid} and {@code log}
 * @param environment comes over the launcher's own
 * @param stopSignal asks it to end in an orderly way
 */
public record Program(
        String name, Path folder, List<String> command, Map<String, String> environment, Signal stopSignal) {
    /** Copies the collections. */
    public Program {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** Where standard output and standard error are appended. */
    public Path log() {
        return folder.resolve("log");
    }

    Path pidFile() {
        return pidFile(folder);
    }

    static Path pidFile(Path folder) {
        return folder.resolve("pid");
    }

    /** A builder for a process in this program's folder and environment. */
    public ProcessBuilder builder(List<String> words) {
        ProcessBuilder builder = CleanEnvironment.builder(words).directory(folder.toFile());
        builder.environment().putAll(environment);
        return builder;
    }
}

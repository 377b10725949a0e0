package io.backstay.local.harness;

import io.backstay.local.cluster.Launcher;
import io.backstay.local.process.ChildProcess;
import io.backstay.local.process.Program;
import io.backstay.local.process.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A node of a cluster that runs as somebody started it by hand, with arguments that the launcher does not give. */
public final class HandRun implements AutoCloseable {
    private final Program program;
    private final ChildProcess process;

    private HandRun(Program program, ChildProcess process) {
        this.program = program;
        this.process = process;
    }

    /** Starts it with the node's configuration; its output goes to the log beside it. */
    static HandRun start(Path home, String name, Path configuration, String... arguments)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(
                List.of(home.resolve("bin/backstay").toString(), "node", "--config", configuration.toString()));
        words.addAll(List.of(arguments));
        Program program = new Program(
                name,
                configuration.resolveSibling("").toAbsolutePath(),
                words,
                Map.of("JAVA_OPTS", "-Xmx320m"),
                Signal.TERM);
        return new HandRun(program, ChildProcess.start(program));
    }

    /** What the node has logged, earlier runs included. */
    public String log() throws IOException {
        return Files.readString(program.log());
    }

    @Override
    public void close() throws IOException {
        try {
            process.end(Signal.TERM, Launcher.END_WITHIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

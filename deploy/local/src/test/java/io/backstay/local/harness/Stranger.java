package io.backstay.local.harness;

import io.backstay.local.cluster.Launcher;
import io.backstay.local.process.ChildProcess;
import io.backstay.local.process.CleanEnvironment;
import io.backstay.local.process.Program;
import io.backstay.local.process.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A node that looks for a cluster's members at the right addresses, with a certificate that another authority gave. */
public final class Stranger implements AutoCloseable {
    private final Program program;
    private final ChildProcess process;

    private Stranger(Program program, ChildProcess process) {
        this.program = program;
        this.process = process;
    }

    /** Starts it. */
    static Stranger start(Path home, Path folder, List<String> contactPoints, List<Integer> ports)
            throws IOException, InterruptedException {
        String backstay = home.resolve("bin/backstay").toString();
        Path authority = folder.resolve("authority");
        Files.createDirectories(folder);
        int made = CleanEnvironment.builder(List.of(backstay, "cluster", "init", "--output", authority.toString()))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("init.log").toFile())
                .start()
                .waitFor();
        if (made != 0) {
            throw new AssertionError(Files.readString(folder.resolve("init.log")));
        }
        Path configuration = folder.resolve("node.conf");
        Files.writeString(configuration, """
            backstay {
              node { name = stranger, roles = [backup-manager], data = "%1$s" }
              http { host = 127.0.0.1, port = %2$d }
              internal { host = 127.0.0.1, port = %3$d }
              management { host = 127.0.0.1, port = %5$d }
              cluster {
                host = 127.0.0.1, port = %4$d
                found = true, authority = "%6$s"
                contact-points = ["%7$s", "127.0.0.1:%5$d"]
              }
            }
            """.formatted(
                        folder.resolve("data"),
                        ports.get(0),
                        ports.get(1),
                        ports.get(2),
                        ports.get(3),
                        authority,
                        String.join("\", \"", contactPoints)));
        Program program = new Program(
                "stranger",
                folder,
                List.of(backstay, "node", "--config", configuration.toString()),
                Map.of("JAVA_OPTS", "-Xmx256m"),
                Signal.TERM);
        return new Stranger(program, ChildProcess.start(program));
    }

    /** What it has logged. */
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

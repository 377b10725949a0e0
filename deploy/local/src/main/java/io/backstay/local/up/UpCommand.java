package io.backstay.local.up;

import io.backstay.local.cluster.Launcher;
import io.backstay.local.cluster.LauncherException;
import io.backstay.local.cluster.Settings;
import io.backstay.local.control.ControlServer;
import io.backstay.local.node.PlannedNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code deploy/local/up}: runs a whole cluster until Ctrl-C. */
@Command(
        name = "deploy/local/up",
        sortOptions = false,
        description =
                "Runs a whole cluster on this machine: Postgres, Redis and nodes, each a process of its own. Builds"
                    + " first what is missing or older than its sources. Ctrl-C stops everything; the data stays, and"
                    + " the next start goes on with it.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:stopped by Ctrl-C or SIGTERM", "1:the cluster could not start", "2:the command line is wrong"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  deploy/local/up",
            "  deploy/local/up --nodes 5 --fresh",
            "  deploy/local/up --data /tmp/other --http-port 9420",
            "  JAVA_OPTS=-Xmx1g deploy/local/up       options for each node's JVM"
        })
public final class UpCommand implements Callable<Integer> {
    private static final int HIGHEST_PORT = 65_535;
    private static final String NODE_HEAP = "-Xmx384m";

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call
    private CommandLine.Model.CommandSpec spec;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            description = "How many nodes (default: those that the data folder has, else 3).")
    private @Nullable Integer nodes;

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            description =
                    "Where node-1 serves users and restic; node-2 has the next port, and so on (default: what the data"
                            + " folder has, else 8420).")
    private @Nullable Integer httpPort;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "${sys:backstay.local.data:-data}",
            description = "The folder of this cluster (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // has a default
    private Path data;

    @Option(names = "--fresh", description = "Deletes what the folder has, and begins a new cluster.")
    private boolean fresh;

    @Option(names = "--no-restart", description = "Does not start again what dies.")
    private boolean noRestart;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this help.")
    @SuppressWarnings("UnusedVariable") // read by picocli
    private boolean help;

    @Override
    public Integer call() throws IOException, LauncherException {
        Settings settings = settings();
        Thread main = Thread.currentThread();
        Interruption interruption = new Interruption(main, this::say);
        Interrupts.listen(interruption::signalled);
        try (Launcher launcher = Launcher.open(settings, this::say)) {
            interruption.launcher(launcher);
            run(launcher);
        } catch (InterruptedException | ClosedByInterruptException e) {
            // Ctrl-C, and everything has been stopped.
        }
        return CommandLine.ExitCode.OK;
    }

    private void run(Launcher launcher) throws IOException, LauncherException, InterruptedException {
        ControlServer control = ControlServer.start(launcher);
        try {
            Optional<String> manager = launcher.start();
            Welcome.lines(launcher, manager).forEach(this::say);
            // Until a signal interrupts this thread.
            new CountDownLatch(1).await();
        } finally {
            control.close();
        }
    }

    private Settings settings() {
        if (nodes != null && (nodes < 1 || nodes > PlannedNode.MOST_NODES)) {
            throw wrong("--nodes: expected a number from 1 to %d, not %d".formatted(PlannedNode.MOST_NODES, nodes));
        }
        int highest = HIGHEST_PORT - (nodes == null ? 3 : nodes) + 1;
        if (httpPort != null && (httpPort < 1 || httpPort > highest)) {
            throw wrong("--http-port: expected a port from 1 to %d, not %d".formatted(highest, httpPort));
        }
        Map<String, String> environment = System.getenv();
        List<String> javaOptions = new ArrayList<>(List.of(NODE_HEAP));
        javaOptions.addAll(
                Arrays.stream(environment.getOrDefault("JAVA_OPTS", "").split("\\s+"))
                        .filter(option -> !option.isEmpty())
                        .toList());
        return new Settings(
                data,
                Path.of(System.getProperty("backstay.home", "cluster-node/target/backstay")),
                Settings.defaultCache(environment),
                nodes == null ? OptionalInt.empty() : OptionalInt.of(nodes),
                httpPort == null ? OptionalInt.empty() : OptionalInt.of(httpPort),
                fresh,
                !noRestart,
                javaOptions);
    }

    private CommandLine.ParameterException wrong(String message) {
        return new CommandLine.ParameterException(spec.commandLine(), message);
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        synchronized (out) {
            out.println(line);
            out.flush();
        }
    }
}

package io.backstay.bench;

import io.backstay.bench.contender.Backstay;
import io.backstay.bench.measure.Machine;
import io.backstay.bench.measure.Series;
import io.backstay.local.cluster.LauncherException;
import io.backstay.local.cluster.NodeStatus;
import io.backstay.local.files.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Kills the manager's node again and again, and reads from the other nodes' logs what happened when. */
@Command(
        name = "failover",
        description = "Kills the node that manages, ten times for each setting of cluster.failover, and takes apart the"
                + " time until another manages.")
final class FailoverCommand implements Callable<Integer> {
    private static final List<String> COLUMNS =
            List.of("noticed s", "taken out s", "no member s", "manages s", "together s");
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final long LOOK_EVERY_MILLIS = 50;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private Common common;

    @Option(names = "--kills", defaultValue = "10", description = "For each setting (default: ${DEFAULT-VALUE}).")
    private int kills;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = Common.HELP)
    @SuppressWarnings("UnusedVariable") // read by picocli
    private boolean help;

    private final Series figures = new Series();

    @Override
    public Integer call() throws IOException, LauncherException, InterruptedException {
        String machine = Machine.description(common.folder("."), List.of());
        Path folder = common.folder("failover");
        for (String setting : List.of("steady", "quick")) {
            FileTree.delete(folder);
            Backstay three = common.backstay(3);
            Backstay with = new Backstay(
                    home(three.home().toAbsolutePath(), folder.resolve("home"), setting),
                    three.nodes(),
                    three.httpPort(),
                    three.javaOptions(),
                    three.log());
            try (Backstay.Cluster cluster = with.start(folder.resolve("data"))) {
                for (int i = 0; i < kills; i++) {
                    kill(cluster, setting);
                }
            }
        }
        FileTree.delete(folder);
        System.out.println(machine);
        System.out.printf("%d kills of the manager's node for each setting: median (least–greatest)%n%n", kills);
        System.out.println(figures.table(COLUMNS, 1));
        return 0;
    }

    /** The launcher gives nodes none of the environment's settings; so this is a command that has one of its own. */
    private static Path home(Path real, Path made, String setting) throws IOException {
        Files.createDirectories(made.resolve("bin"));
        Files.createSymbolicLink(made.resolve("lib"), real.resolve("lib"));
        Path command = Files.writeString(made.resolve("bin/backstay"), """
            #!/bin/sh
            BACKSTAY_CLUSTER_FAILOVER=%s exec '%s/bin/backstay' "$@"
            """.formatted(setting, real));
        Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));
        return made;
    }

    private void kill(Backstay.Cluster cluster, String setting)
            throws IOException, LauncherException, InterruptedException {
        String manager = awaitManager(cluster);
        List<Path> logs = cluster.launcher().nodes().stream()
                .filter(node -> !node.name().equals(manager))
                .map(NodeStatus::log)
                .toList();
        Instant killed = Instant.now();
        cluster.launcher().process(manager).kill(true, LONGEST);
        String about = "ReachabilityTracker: Node " + manager + " ";
        Instant noticed = await(logs, killed, about, "does not answer");
        Instant out = await(logs, killed, about, "is taken out of the cluster");
        Instant gone = await(logs, killed, about, "is no member any more");
        Instant manages = await(logs, killed, "ClusterManager: This node is the cluster's manager", "");
        add(setting, "noticed s", killed, noticed);
        add(setting, "taken out s", noticed, out);
        add(setting, "no member s", out, gone);
        add(setting, "manages s", gone, manages);
        add(setting, "together s", killed, manages);
        Common.say("%s: %s was killed, another managed after %.1f s"
                .formatted(setting, manager, figures.last(setting, "together s")));
        cluster.launcher().process(manager).start();
        cluster.launcher().awaitReady(manager);
        // A node that has just come back is no fair part of the next failover.
        TimeUnit.SECONDS.sleep(3);
    }

    private void add(String setting, String what, Instant from, Instant to) {
        figures.add(setting, what, Duration.between(from, to).toMillis() / 1e3);
    }

    private static String awaitManager(Backstay.Cluster cluster) throws IOException, InterruptedException {
        Instant end = Instant.now().plus(LONGEST);
        while (Instant.now().isBefore(end)) {
            Optional<String> manager = cluster.launcher().manager();
            if (manager.isPresent()) {
                return manager.get();
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
        }
        throw new IOException("no node manages");
    }

    /** When a line of these logs first said so after the moment. */
    private static Instant await(List<Path> logs, Instant after, String part, String end)
            throws IOException, InterruptedException {
        Instant patience = Instant.now().plus(LONGEST);
        while (Instant.now().isBefore(patience)) {
            Optional<Instant> first = Optional.empty();
            for (Path log : logs) {
                try (Stream<String> lines = Files.lines(log)) {
                    Optional<Instant> here = lines.filter(line -> line.contains(part) && line.contains(end))
                            .flatMap(line -> time(line).stream())
                            .filter(after::isBefore)
                            .findFirst();
                    first = Stream.concat(first.stream(), here.stream()).min(Instant::compareTo);
                }
            }
            if (first.isPresent()) {
                return first.get();
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
        }
        throw new IOException("no log says '%s … %s'".formatted(part, end));
    }

    private static Optional<Instant> time(String line) {
        try {
            return Optional.of(Instant.parse(line.split(" ", 2)[0]));
        } catch (DateTimeParseException e) {
            // A line of a stack trace.
            return Optional.empty();
        }
    }
}

package io.backstay.bench;

import io.backstay.bench.contender.Backstay;
import io.backstay.bench.load.Connection;
import io.backstay.bench.measure.Machine;
import io.backstay.bench.measure.ProcessorTime;
import io.backstay.local.cluster.Launcher;
import io.backstay.local.cluster.LauncherException;
import io.backstay.local.files.FileTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A repository with very many objects, and very many repositories, on one node. */
@Command(
        name = "scale",
        description = "A repository of 1,000,000 objects of a few bytes, and 1,000 repositories: until they are active,"
                + " the list, the snapshot, the heap, a rebuild of the catalogue.")
final class ScaleCommand implements Callable<Integer> {
    private static final String NODE = "node-1";
    private static final String BIG = "big";
    private static final int CONNECTIONS = 8;
    private static final int SNAPSHOT_EVERY = 20_000;
    private static final long LONGEST_NANOS = 300_000_000_000L;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private Common common;

    @Option(
            names = "--objects",
            defaultValue = "1000000",
            description = "Events in the repository's journal, a multiple of 20,000 (default: ${DEFAULT-VALUE}).")
    private int objects;

    @Option(names = "--repositories", defaultValue = "1000", description = "How many (default: ${DEFAULT-VALUE}).")
    private int repositories;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = Common.HELP)
    @SuppressWarnings("UnusedVariable") // read by picocli
    private boolean help;

    private final StringBuilder rows = new StringBuilder("| | |\n|---|---|\n");

    @Override
    public Integer call() throws IOException, LauncherException, InterruptedException, SQLException {
        String machine = Machine.description(common.folder("."), List.of());
        Path folder = common.folder("scale");
        FileTree.delete(folder);
        try (Backstay.Cluster cluster = common.backstay(1).start(folder)) {
            manyObjects(cluster);
        }
        FileTree.delete(folder);
        try (Backstay.Cluster cluster = common.backstay(1).start(folder)) {
            manyRepositories(cluster);
        }
        FileTree.delete(folder);
        System.out.println(machine);
        System.out.println(rows);
        return 0;
    }

    private void row(String what, String value) {
        rows.append("| ").append(what).append(" | ").append(value).append(" |\n");
        Common.say(what + ": " + value);
    }

    // One repository

    private void manyObjects(Backstay.Cluster cluster)
            throws IOException, LauncherException, InterruptedException, SQLException {
        cluster.make(BIG);
        put(cluster, 0);
        String first = SmallFiles.name(0);
        int whole = objects / SNAPSHOT_EVERY * SNAPSHOT_EVERY;
        try (JournalTables journal = JournalTables.of(cluster)) {
            String owner = journal.owner(first);
            stop(cluster);
            // The next activation writes one event, and so does an upload: with that a snapshot is due.
            long last = whole - 2L;
            SmallFiles.write(cluster.launcher().data(), first, journal.fill(owner, first, last), last);
            start(cluster);
            row("%,d objects, active from events alone".formatted(whole), "%.1f s".formatted(active(cluster, first)));
            memory(cluster, "heap in use and resident memory after that");
            put(cluster, whole);
            long bytes = snapshot(journal, owner);
            row("snapshot", "%.1f MB, %.0f bytes an object".formatted(bytes / 1e6, bytes / (double) whole));
            stop(cluster);
            start(cluster);
            row("active from the snapshot", "%.2f s".formatted(active(cluster, first)));
            list(cluster, "list of names and sizes, the first");
            list(cluster, "the second");
            list(cluster, "the third");
            memory(cluster, "heap in use and resident memory after that");
            stop(cluster);
            journal.empty(owner);
            start(cluster);
            row(
                    "active after the catalogue was emptied, made anew from the disk",
                    "%.1f s".formatted(active(cluster, first)));
            list(cluster, "list after that");
        }
    }

    private static long snapshot(JournalTables journal, String owner)
            throws SQLException, IOException, InterruptedException {
        long begin = System.nanoTime();
        while (journal.snapshotBytes(owner) == 0) {
            if (System.nanoTime() - begin > LONGEST_NANOS) {
                throw new IOException("no snapshot was written");
            }
            Thread.sleep(100);
        }
        return journal.snapshotBytes(owner);
    }

    private static void put(Backstay.Cluster cluster, long number) throws IOException {
        try (Connection connection = Connection.open(cluster.http(0), cluster.authorization())) {
            int status = connection
                    .upload("POST", "/restic/" + BIG + "/data/" + SmallFiles.name(number), SmallFiles.content(number))
                    .status();
            if (status != 200) {
                throw new IOException("an upload was answered with " + status);
            }
        }
    }

    /** Seconds until the owner's first answer; from the disks alone a node answers sooner. */
    private static double active(Backstay.Cluster cluster, String name) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        until200(cluster, "/restic/" + BIG + "/data/" + name);
        return (System.nanoTime() - begin) / 1e9;
    }

    private static void until200(Backstay.Cluster cluster, String target) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        try (Connection connection = Connection.open(cluster.http(0), cluster.authorization())) {
            Connection.Answer answer = connection.request("HEAD", target);
            while ((answer.status() == 503 || answer.degraded()) && System.nanoTime() - begin < LONGEST_NANOS) {
                Thread.sleep(20);
                answer = connection.request("HEAD", target);
            }
            if (answer.status() != 200 || answer.degraded()) {
                throw new IOException("%s was answered with %d%s"
                        .formatted(target, answer.status(), answer.degraded() ? ", from the disks alone" : ""));
            }
        }
    }

    private void list(Backstay.Cluster cluster, String what) throws IOException {
        try (Connection connection = Connection.open(cluster.http(0), cluster.authorization())) {
            long begin = System.nanoTime();
            long bytes = connection.list("/restic/" + BIG + "/data/").bytes();
            double seconds = (System.nanoTime() - begin) / 1e9;
            if (bytes < objects * 64L) {
                throw new IOException("a list of %d bytes lacks objects".formatted(bytes));
            }
            row(what, "%.2f s, %.1f MB".formatted(seconds, bytes / 1e6));
        }
    }

    // Many repositories

    private void manyRepositories(Backstay.Cluster cluster)
            throws IOException, LauncherException, InterruptedException {
        ByteBuffer config = ByteBuffer.wrap("a config, for all that a server knows".getBytes(StandardCharsets.UTF_8));
        long begin = System.nanoTime();
        each(connectionNumber -> {
            try (Connection connection = Connection.open(cluster.http(0), cluster.authorization())) {
                for (int i = connectionNumber; i < repositories; i += CONNECTIONS) {
                    connection.expect("POST", "/restic/many-" + i + "/?create=true", 200);
                    int status = connection
                            .upload("POST", "/restic/many-" + i + "/config", config)
                            .status();
                    if (status != 200) {
                        throw new IOException("a config was answered with " + status);
                    }
                }
            }
            return true;
        });
        row(
                "%,d repositories made, each with a config".formatted(repositories),
                "%.1f s".formatted((System.nanoTime() - begin) / 1e9));
        stop(cluster);
        start(cluster);
        long again = System.nanoTime();
        each(connectionNumber -> {
            for (int i = connectionNumber; i < repositories; i += CONNECTIONS) {
                until200(cluster, "/restic/many-" + i + "/config");
            }
            return true;
        });
        row("after a restart, until all of them have answered", "%.1f s".formatted((System.nanoTime() - again) / 1e9));
        memory(cluster, "heap in use and resident memory with all of them active");
    }

    private interface Work {
        boolean run(int number) throws IOException, InterruptedException;
    }

    private static void each(Work work) throws IOException, InterruptedException {
        try (ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS)) {
            List<Callable<Boolean>> all = IntStream.range(0, CONNECTIONS)
                    .<Callable<Boolean>>mapToObj(number -> () -> work.run(number))
                    .toList();
            for (Future<Boolean> one : threads.invokeAll(all)) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("a request failed", e.getCause());
        }
    }

    // The node

    private static void stop(Backstay.Cluster cluster) throws LauncherException, InterruptedException {
        cluster.launcher().process(NODE).stop(Launcher.END_WITHIN);
    }

    private static void start(Backstay.Cluster cluster) throws IOException, LauncherException, InterruptedException {
        cluster.launcher().process(NODE).start();
        cluster.launcher().awaitReady(NODE);
    }

    private void memory(Backstay.Cluster cluster, String what) throws IOException, InterruptedException {
        long pid = cluster.servers().getFirst();
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process process = new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        // Counts what a full collection leaves; the last line has the sums.
        String[] total =
                said.strip().lines().reduce("", (before, line) -> line).strip().split("\\s+", -1);
        row(
                what,
                "%.0f MB, %.0f MB"
                        .formatted(
                                Double.parseDouble(total[total.length - 1]) / 1e6,
                                ProcessorTime.residentBytes(pid) / 1e6));
    }
}

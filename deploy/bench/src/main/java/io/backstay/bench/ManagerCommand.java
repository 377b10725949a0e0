package io.backstay.bench;

import io.backstay.bench.contender.Backstay;
import io.backstay.bench.measure.Machine;
import io.backstay.local.cluster.Launcher;
import io.backstay.local.cluster.LauncherException;
import io.backstay.local.files.FileTree;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A cluster manager with much to manage, begun again. */
@Command(
        name = "manager",
        description =
                "A cluster manager with 10,000 users, 1,000 nodes and a journal of 100,000 events: until it manages"
                        + " again, from events alone and from a snapshot.")
final class ManagerCommand implements Callable<Integer> {
    private static final String NODE = "node-1";
    private static final Pattern MANAGES =
            Pattern.compile("This node is the cluster's manager, epoch \\d+, revision \\d+, after (\\d+) ms");
    private static final int SNAPSHOT_EACH = 200;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private Common common;

    @Option(names = "--users", defaultValue = "10000", description = "How many (default: ${DEFAULT-VALUE}).")
    private int users;

    @Option(names = "--nodes", defaultValue = "1000", description = "How many (default: ${DEFAULT-VALUE}).")
    private int nodes;

    @Option(names = "--events", defaultValue = "100000", description = "How many (default: ${DEFAULT-VALUE}).")
    private int events;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = Common.HELP)
    @SuppressWarnings("UnusedVariable") // read by picocli
    private boolean help;

    private final StringBuilder rows = new StringBuilder("| | manages after | node ready after |\n|---|---|---|\n");

    @Override
    public Integer call() throws IOException, LauncherException, InterruptedException, SQLException {
        String machine = Machine.description(common.folder("."), List.of());
        Path folder = common.folder("manager");
        FileTree.delete(folder);
        String snapshot;
        try (Backstay.Cluster cluster = common.backstay(1).start(folder);
                HttpClient http = HttpClient.newHttpClient();
                ManagerTables journal = ManagerTables.of(cluster)) {
            begin(cluster, "a small cluster's");
            send(cluster, http, "POST", "/users", """
                {"name":"first","role":"user","password":"%s"}\
                """.formatted("long enough " + cluster.hashCode()), 201);
            String user = journal.newestUser();
            disable(cluster, http, user, true);
            stop(cluster);
            journal.add("user-created", "user", users, users);
            journal.add("node-admitted", "node", nodes, nodes);
            journal.add("user-changed", "user", Math.toIntExact(events - journal.entries()), users);
            begin(cluster, "%,d events, %,d users, %,d nodes, no snapshot".formatted(events, users, nodes));
            for (int i = 0; i <= SNAPSHOT_EACH; i++) {
                disable(cluster, http, user, i % 2 == 1);
            }
            while (journal.snapshotBytes() == 0) {
                Thread.sleep(100);
            }
            snapshot = "%.1f MB".formatted(journal.snapshotBytes() / 1e6);
            for (int round = 0; round < common.rounds; round++) {
                begin(cluster, "the same with a snapshot of " + snapshot);
            }
        }
        FileTree.delete(folder);
        System.out.println(machine);
        System.out.println(rows);
        return 0;
    }

    private void begin(Backstay.Cluster cluster, String what)
            throws IOException, LauncherException, InterruptedException {
        int before = managed(cluster).size();
        stop(cluster);
        long begin = System.nanoTime();
        start(cluster);
        double ready = (System.nanoTime() - begin) / 1e9;
        while (managed(cluster).size() == before) {
            Thread.sleep(20);
        }
        String manages = managed(cluster).getLast();
        rows.append("| %s | %s ms | %.1f s |%n".formatted(what, manages, ready));
        Common.say("%s: manages after %s ms, ready after %.1f s".formatted(what, manages, ready));
    }

    /** After how many milliseconds the node managed, each time. */
    private static List<String> managed(Backstay.Cluster cluster) throws IOException {
        return MANAGES.matcher(
                        Files.readString(cluster.launcher().nodes().getFirst().log()))
                .results()
                .map(line -> line.group(1))
                .toList();
    }

    private static void disable(Backstay.Cluster cluster, HttpClient http, String user, boolean disabled)
            throws IOException, InterruptedException {
        send(cluster, http, "PATCH", "/users/" + user, "{\"disabled\":%s}".formatted(disabled), 200);
    }

    private static void send(
            Backstay.Cluster cluster, HttpClient http, String method, String path, String body, int expected)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(cluster.http(0).resolve("/api/v1" + path))
                        .header("Authorization", cluster.authorization().orElseThrow())
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != expected) {
            throw new IOException("%s %s was answered with %d".formatted(method, path, answer.statusCode()));
        }
    }

    private static void stop(Backstay.Cluster cluster) throws LauncherException, InterruptedException {
        cluster.launcher().process(NODE).stop(Launcher.END_WITHIN);
    }

    private static void start(Backstay.Cluster cluster) throws IOException, LauncherException, InterruptedException {
        cluster.launcher().process(NODE).start();
        cluster.launcher().awaitReady(NODE);
    }
}

package io.backstay.bench;

import io.backstay.bench.contender.Backstay;
import io.backstay.bench.load.Connection;
import io.backstay.bench.load.Payload;
import io.backstay.bench.load.Timing;
import io.backstay.bench.measure.Machine;
import io.backstay.bench.measure.ProcessorTime;
import io.backstay.local.cluster.LauncherException;
import io.backstay.local.files.FileTree;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Many clients at once for a while: nothing may fail or be lost, and memory must stay where it is. */
@Command(
        name = "crowd",
        description = "64 clients at once on three nodes for ten minutes: uploads, downloads that are compared, lists,"
                + " locks that are made and deleted. At the end everything is read back.")
final class CrowdCommand implements Callable<Integer> {
    private static final String REPOSITORY = "crowd";
    private static final int SMALL_BYTES = 16 << 10;
    private static final int LARGE_BYTES = 4 << 20;
    private static final int LARGE_EVERY = 200;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private Common common;

    @Option(names = "--clients", defaultValue = "64", description = "How many (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Option(names = "--seconds", defaultValue = "600", description = "For how long (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = Common.HELP)
    @SuppressWarnings("UnusedVariable") // read by picocli
    private boolean help;

    private final Map<String, ConcurrentLinkedQueue<Long>> latencies = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

    @Override
    public Integer call() throws IOException, LauncherException, InterruptedException {
        String machine = Machine.description(common.folder("."), List.of());
        Path folder = common.folder("crowd");
        FileTree.delete(folder);
        StringBuilder memory = new StringBuilder();
        List<String> stored = new ArrayList<>();
        try (Backstay.Cluster cluster = common.backstay(3).start(folder)) {
            cluster.make(REPOSITORY);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
                List<Future<List<String>>> running = new ArrayList<>();
                for (int number = 0; number < clients; number++) {
                    int client = number;
                    running.add(threads.submit(() -> client(cluster, client, end)));
                }
                remember(cluster, end, memory);
                for (Future<List<String>> one : running) {
                    stored.addAll(one.get());
                }
            } catch (ExecutionException e) {
                throw new IOException("a client ended", e.getCause());
            }
            readBack(cluster, stored);
        } finally {
            FileTree.delete(folder);
        }
        report(machine, memory, stored.size());
        return failures.isEmpty() ? 0 : 1;
    }

    /** Resident memory of the nodes, ten times. */
    private void remember(Backstay.Cluster cluster, long end, StringBuilder memory)
            throws IOException, InterruptedException {
        long step = TimeUnit.SECONDS.toNanos(seconds) / 10;
        for (int i = 1; i <= 10; i++) {
            long left = end - (10 - i) * step - System.nanoTime();
            if (left > 0) {
                TimeUnit.NANOSECONDS.sleep(left);
            }
            memory.append("| ").append(seconds * i / 10).append(" s |");
            for (long pid : cluster.servers()) {
                memory.append(" %.0f |".formatted(ProcessorTime.residentBytes(pid) / 1e6));
            }
            memory.append('\n');
            Common.say("after %d s: %d failures".formatted(seconds * i / 10, failures.size()));
        }
    }

    /** What one client has stored and not deleted. */
    private List<String> client(Backstay.Cluster cluster, int number, long end) throws IOException {
        URI http = cluster.http(number % cluster.launcher().nodes().size());
        Payload small = Payload.of(100 + number, 1, SMALL_BYTES);
        Payload large = Payload.of(1100 + number, 1, LARGE_BYTES);
        Random random = new Random(number);
        List<String> stored = new ArrayList<>();
        ArrayDeque<String> locks = new ArrayDeque<>();
        try (Connection connection = Connection.open(http, cluster.authorization())) {
            for (int turn = 0; System.nanoTime() < end; turn++) {
                int dice = random.nextInt(100);
                if (dice < 45) {
                    boolean big = turn % LARGE_EVERY == LARGE_EVERY - 1;
                    upload(connection, "data", big ? large : small, turn, big ? "PUT 4 MiB" : "PUT 16 KiB")
                            .ifPresent(stored::add);
                } else if (dice < 85 && !stored.isEmpty()) {
                    download(connection, stored.get(random.nextInt(stored.size())));
                } else if (dice < 86) {
                    timed("list", () -> connection.list(path("snapshots", "")).status() == 200);
                } else if (dice < 93) {
                    upload(connection, "locks", small, turn, "PUT lock").ifPresent(locks::add);
                } else if (!locks.isEmpty()) {
                    String lock = locks.removeFirst();
                    timed(
                            "DELETE lock",
                            () -> connection
                                            .request("DELETE", path("locks", lock))
                                            .status()
                                    == 200);
                }
            }
        }
        return stored;
    }

    private static String path(String type, String name) {
        return "/restic/" + REPOSITORY + "/" + type + "/" + name;
    }

    private Optional<String> upload(Connection connection, String type, Payload payload, int index, String what)
            throws IOException {
        String name = payload.computedName(index);
        boolean good = timed(
                what,
                () -> connection
                                .upload("POST", path(type, name), payload.content(index))
                                .status()
                        == 200);
        return good ? Optional.of(name) : Optional.empty();
    }

    private void download(Connection connection, String name) throws IOException {
        timed("GET", () -> {
            var digest = Payload.digest();
            connection.download(path("data", name), Optional.empty(), digest::update);
            return HexFormat.of().formatHex(digest.digest()).equals(name);
        });
    }

    private interface Request {
        boolean good() throws IOException;
    }

    private boolean timed(String what, Request request) throws IOException {
        long begin = System.nanoTime();
        boolean good = request.good();
        latencies.computeIfAbsent(what, any -> new ConcurrentLinkedQueue<>()).add(System.nanoTime() - begin);
        if (!good) {
            failures.add(what);
        }
        return good;
    }

    private void readBack(Backstay.Cluster cluster, List<String> stored) throws IOException {
        try (Connection connection = Connection.open(cluster.http(0), cluster.authorization())) {
            for (String name : stored) {
                var digest = Payload.digest();
                connection.download(path("data", name), Optional.empty(), digest::update);
                if (!HexFormat.of().formatHex(digest.digest()).equals(name)) {
                    failures.add("read back");
                }
            }
        }
    }

    private void report(String machine, StringBuilder memory, int stored) {
        System.out.println(machine);
        System.out.printf(
                "%d clients, %d s; %d objects stored and read back; failures: %d %s%n%n",
                clients,
                seconds,
                stored,
                failures.size(),
                failures.stream().distinct().toList());
        System.out.println(
                "| | requests | /s | ms p50 | p90 | p99 | p99.9 | most |\n|---|---|---|---|---|---|---|---|");
        new TreeMap<>(latencies).forEach((what, nanos) -> {
            Timing timing = new Timing(
                    TimeUnit.SECONDS.toNanos(seconds),
                    nanos.stream().mapToLong(Long::longValue).toArray(),
                    0);
            System.out.printf(
                    "| %s | %d | %.1f | %.1f | %.1f | %.1f | %.1f | %.0f |%n",
                    what,
                    nanos.size(),
                    timing.requestsASecond(),
                    timing.percentileMillis(0.5),
                    timing.percentileMillis(0.9),
                    timing.percentileMillis(0.99),
                    timing.percentileMillis(0.999),
                    timing.percentileMillis(1));
        });
        System.out.println("\nResident memory, MB\n\n| | node-1 | node-2 | node-3 |\n|---|---|---|---|\n" + memory);
    }
}

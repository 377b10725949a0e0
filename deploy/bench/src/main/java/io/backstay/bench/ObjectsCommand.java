package io.backstay.bench;

import io.backstay.bench.contender.Contender;
import io.backstay.bench.contender.Serving;
import io.backstay.bench.load.Load;
import io.backstay.bench.load.Payload;
import io.backstay.bench.load.Timing;
import io.backstay.bench.measure.Machine;
import io.backstay.bench.measure.ProcessorTime;
import io.backstay.bench.measure.Series;
import io.backstay.local.cluster.LauncherException;
import io.backstay.local.files.FileTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Raw objects, large and small, beside nginx and rest-server. */
@Command(
        name = "objects",
        description = "Objects of 16 MiB (PUT, GET, ranges of 1 MiB) and of 1 KiB (PUT, GET) over 8 connections.")
final class ObjectsCommand implements Callable<Integer> {
    private static final String REPOSITORY = "measured";
    private static final String WARM = "warm";
    private static final int MEBIBYTE = 1 << 20;
    private static final double GIGABYTE = 1e9;
    private static final List<String> LARGE_COLUMNS = List.of(
            "PUT MB/s", "PUT s/GB", "PUT ms p50", "PUT ms p99", "GET MB/s", "GET s/GB", "range MB/s", "range s/GB");
    private static final List<String> SMALL_COLUMNS =
            List.of("PUT /s", "PUT p50 ms", "PUT p99 ms", "PUT ms of processor", "database", "GET /s", "GET p99 ms");

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private Common common;

    @Option(names = "--connections", defaultValue = "8", description = "At once (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(names = "--large", defaultValue = "64", description = "Objects of 16 MiB (default: ${DEFAULT-VALUE}).")
    private int large;

    @Option(names = "--small", defaultValue = "3000", description = "Objects of 1 KiB (default: ${DEFAULT-VALUE}).")
    private int small;

    @Option(names = "--large-bytes", defaultValue = "16777216", description = "Their size (default: ${DEFAULT-VALUE}).")
    private int largeBytes;

    @Option(
            names = "--warming",
            defaultValue = "1",
            description = "How much of the load each server gets before it is measured (default: ${DEFAULT-VALUE}).")
    private double warming;

    @Option(
            names = "--profiler",
            paramLabel = "FILE",
            description =
                    "A program to run beside each measurement, with its name and the servers' pids; it must end by"
                            + " itself.")
    private @Nullable String profiler;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = Common.HELP)
    @SuppressWarnings("UnusedVariable") // read by picocli
    private boolean help;

    private final Series largeFigures = new Series();
    private final Series smallFigures = new Series();

    @Override
    public Integer call() throws IOException, LauncherException, InterruptedException {
        List<Contender> all = List.of(common.nginx(), common.restServer(), common.backstay(1), common.backstay(3));
        Path folder = common.folder("objects");
        FileTree.delete(folder);
        String machine = Machine.description(
                common.folder("."), List.of(List.of(common.nginx, "-v"), List.of(common.restServer, "--version")));
        Payload bodies = Payload.of(1, large, largeBytes);
        Payload notes = Payload.of(2, small, 1024);
        for (int round = 0; round < common.rounds; round++) {
            for (Contender contender : common.turns(all, round)) {
                try (Serving serving = contender.start(folder.resolve("data"))) {
                    warm(serving);
                    measureLarge(contender.name(), serving, bodies);
                    measureSmall(contender.name(), serving, notes);
                } finally {
                    FileTree.delete(folder.resolve("data"));
                }
                Common.say("round %d, %s: PUT %.0f GET %.0f range %.0f MB/s, small %.0f /s"
                        .formatted(
                                round + 1,
                                contender.name(),
                                largeFigures.last(contender.name(), "PUT MB/s"),
                                largeFigures.last(contender.name(), "GET MB/s"),
                                largeFigures.last(contender.name(), "range MB/s"),
                                smallFigures.last(contender.name(), "PUT /s")));
            }
        }
        System.out.println(machine);
        System.out.printf(
                "%d objects of %d MiB, %d connections, %d rounds: median (least–greatest); s/GB: processor seconds of"
                        + " the servers, databases included%n%n",
                large, largeBytes / MEBIBYTE, connections, common.rounds);
        System.out.println(largeFigures.table(LARGE_COLUMNS, 2));
        System.out.printf("%d objects of 1 KiB; processor time is a request's%n%n", small);
        System.out.println(smallFigures.table(SMALL_COLUMNS, 2));
        return 0;
    }

    /** What no contender is measured by: code that is still to be compiled, files and folders that are made once. */
    private void warm(Serving serving) throws IOException, InterruptedException {
        serving.make(WARM);
        serving.make(REPOSITORY);
        Load load = new Load(serving, WARM, connections);
        Payload bodies = Payload.of(3, (int) Math.ceil(large * warming), largeBytes);
        Payload notes = Payload.of(4, (int) Math.ceil(small * warming), 1024);
        load.put("data", bodies);
        load.get("data", bodies, 2);
        load.ranges("data", bodies, 500, Math.min(MEBIBYTE, largeBytes), 5);
        load.put("snapshots", notes);
        load.get("snapshots", notes, 1);
    }

    private void measureLarge(String name, Serving serving, Payload bodies) throws IOException, InterruptedException {
        Load load = new Load(serving, REPOSITORY, connections);
        rate(name, "PUT", serving, () -> load.put("data", bodies), true);
        rate(name, "GET", serving, () -> load.get("data", bodies, 2), false);
        int ranges = 16 * large;
        rate(
                name,
                "range",
                serving,
                () -> load.ranges("data", bodies, ranges, Math.min(MEBIBYTE, largeBytes), 6),
                false);
        load.verify("data", bodies);
    }

    private interface Work {
        Timing run() throws IOException, InterruptedException;
    }

    private void rate(String name, String what, Serving serving, Work work, boolean latency)
            throws IOException, InterruptedException {
        Machine.settle();
        Optional<Process> profiling = profile(what, serving);
        double before = processor(serving);
        Timing timing = work.run();
        double used = processor(serving) - before;
        await(profiling);
        largeFigures.add(name, what + " MB/s", timing.megabytesASecond());
        largeFigures.add(name, what + " s/GB", used / (timing.bytes() / GIGABYTE));
        if (latency) {
            largeFigures.add(name, what + " ms p50", timing.percentileMillis(0.5));
            largeFigures.add(name, what + " ms p99", timing.percentileMillis(0.99));
        }
    }

    private void measureSmall(String name, Serving serving, Payload notes) throws IOException, InterruptedException {
        Load load = new Load(serving, REPOSITORY, connections);
        Machine.settle();
        double servers = ProcessorTime.seconds(serving.servers());
        double databases = ProcessorTime.seconds(serving.databases());
        Optional<Process> profiling = profile("small", serving);
        Timing put = load.put("snapshots", notes);
        smallFigures.add(name, "PUT /s", put.requestsASecond());
        smallFigures.add(name, "PUT p50 ms", put.percentileMillis(0.5));
        smallFigures.add(name, "PUT p99 ms", put.percentileMillis(0.99));
        smallFigures.add(
                name,
                "PUT ms of processor",
                1000 * (ProcessorTime.seconds(serving.servers()) - servers) / notes.count());
        smallFigures.add(
                name, "database", 1000 * (ProcessorTime.seconds(serving.databases()) - databases) / notes.count());
        await(profiling);
        Timing get = load.get("snapshots", notes, 1);
        smallFigures.add(name, "GET /s", get.requestsASecond());
        smallFigures.add(name, "GET p99 ms", get.percentileMillis(0.99));
        load.verify("snapshots", notes);
    }

    private Optional<Process> profile(String what, Serving serving) throws IOException {
        if (profiler == null) {
            return Optional.empty();
        }
        List<String> command = new ArrayList<>(List.of(profiler, what));
        serving.servers().forEach(pid -> command.add(Long.toString(pid)));
        return Optional.of(new ProcessBuilder(command).inheritIO().start());
    }

    private static void await(Optional<Process> profiling) throws InterruptedException {
        if (profiling.isPresent()) {
            profiling.get().waitFor();
        }
    }

    private static double processor(Serving serving) {
        return ProcessorTime.seconds(serving.servers()) + ProcessorTime.seconds(serving.databases());
    }
}

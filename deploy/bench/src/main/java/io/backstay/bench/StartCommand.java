package io.backstay.bench;

import io.backstay.bench.contender.Backstay;
import io.backstay.bench.measure.Machine;
import io.backstay.bench.measure.ProcessorTime;
import io.backstay.bench.measure.Series;
import io.backstay.local.cluster.Launcher;
import io.backstay.local.cluster.LauncherException;
import io.backstay.local.files.FileTree;
import io.backstay.local.process.Supervised;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How long clusters and nodes need until they are ready, and what they hold while nobody asks anything. */
@Command(
        name = "start",
        description =
                "A cluster of three nodes from nothing, and again on its data; one node of it, begun again; memory"
                        + " of nodes that idle.")
final class StartCommand implements Callable<Integer> {
    private static final String NODE = "node-3";
    private static final List<String> COLUMNS = List.of(
            "new cluster s",
            "on its data s",
            "a node begun again s",
            "its processor s",
            "idle node MB",
            "idle node % of a processor");

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private Common common;

    @Option(
            names = "--idle-seconds",
            defaultValue = "20",
            description = "How long to look at idle nodes (default: ${DEFAULT-VALUE}).")
    private int idleSeconds;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = Common.HELP)
    @SuppressWarnings("UnusedVariable") // read by picocli
    private boolean help;

    @Override
    public Integer call() throws IOException, LauncherException, InterruptedException {
        String machine = Machine.description(common.folder("."), List.of());
        Path folder = common.folder("start");
        Backstay three = common.backstay(3);
        Series figures = new Series();
        // The first start unpacks the servers and prepares the quick start, once for a build.
        FileTree.delete(folder);
        three.start(folder).close();
        for (int round = 0; round < common.rounds; round++) {
            FileTree.delete(folder);
            long begin = System.nanoTime();
            try (Backstay.Cluster cluster = three.start(folder)) {
                figures.add("three nodes", "new cluster s", seconds(begin));
                Common.say("new cluster with " + cluster.launcher().nodes().size() + " nodes");
            }
            begin = System.nanoTime();
            try (Backstay.Cluster cluster = three.start(folder)) {
                figures.add("three nodes", "on its data s", seconds(begin));
                idle(cluster, figures);
                Supervised node = cluster.launcher().process(NODE);
                node.stop(Launcher.END_WITHIN);
                begin = System.nanoTime();
                node.start();
                cluster.launcher().awaitReady(NODE);
                figures.add("three nodes", "a node begun again s", seconds(begin));
                figures.add(
                        "three nodes",
                        "its processor s",
                        ProcessorTime.seconds(node.pid().stream().boxed().toList()));
            }
            Common.say("round %d: %.1f s, %.1f s"
                    .formatted(
                            round + 1,
                            figures.last("three nodes", "new cluster s"),
                            figures.last("three nodes", "a node begun again s")));
        }
        FileTree.delete(folder);
        System.out.println(machine);
        System.out.println(figures.table(COLUMNS, 1));
        return 0;
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    private void idle(Backstay.Cluster cluster, Series figures) throws IOException, InterruptedException {
        double before = ProcessorTime.seconds(cluster.servers());
        TimeUnit.SECONDS.sleep(idleSeconds);
        List<Long> nodes = cluster.servers();
        figures.add(
                "three nodes",
                "idle node % of a processor",
                100 * (ProcessorTime.seconds(nodes) - before) / idleSeconds / nodes.size());
        double resident = 0;
        for (long pid : nodes) {
            resident += ProcessorTime.residentBytes(pid) / 1e6;
        }
        figures.add("three nodes", "idle node MB", resident / nodes.size());
    }
}

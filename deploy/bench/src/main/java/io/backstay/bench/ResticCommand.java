package io.backstay.bench;

import io.backstay.bench.contender.Contender;
import io.backstay.bench.contender.LocalFolder;
import io.backstay.bench.contender.Serving;
import io.backstay.bench.measure.Machine;
import io.backstay.bench.measure.ProcessorTime;
import io.backstay.bench.measure.Series;
import io.backstay.local.cluster.LauncherException;
import io.backstay.local.files.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** restic's backup and restore of a real tree. */
@Command(
        name = "restic",
        description = "restic backup and restore of a real tree into a local folder, rest-server, and Backstay with one"
                + " and with three replicas.")
final class ResticCommand implements Callable<Integer> {
    private static final List<String> COLUMNS = List.of(
            "backup s",
            "× rest-server",
            "client s",
            "server s",
            "database s",
            "restore s",
            "× rest-server ",
            "client s ",
            "server s ");

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private Common common;

    @Option(
            names = "--restic",
            paramLabel = "FILE",
            defaultValue = "restic",
            description = "The program (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // has a default
    private String restic;

    @Option(
            names = "--from",
            paramLabel = "DIR",
            defaultValue = "/usr",
            description =
                    "Whose files the tree is copied from, in the order of their names (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // has a default
    private Path from;

    @Option(
            names = "--mebibytes",
            paramLabel = "N",
            defaultValue = "2200",
            description = "The tree's size (default: ${DEFAULT-VALUE}).")
    private long mebibytes;

    @Option(
            names = "--warming-mebibytes",
            paramLabel = "N",
            defaultValue = "275",
            description = "The size of another tree that each server has taken and given back before, without being"
                    + " measured (default: ${DEFAULT-VALUE}).")
    private long warmingMebibytes;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = Common.HELP)
    @SuppressWarnings("UnusedVariable") // read by picocli
    private boolean help;

    private final Series figures = new Series();

    @Override
    public Integer call() throws IOException, LauncherException, InterruptedException {
        List<Contender> all = List.of(new LocalFolder(), common.restServer(), common.backstay(1), common.backstay(3));
        Path folder = common.folder("restic");
        FileTree.delete(folder);
        String machine = Machine.description(
                common.folder("."), List.of(List.of(restic, "version"), List.of(common.restServer, "--version")));
        SourceTree tree = SourceTree.copy(from, folder.resolve("tree"), mebibytes << 20, 0);
        SourceTree warm = SourceTree.copy(from, folder.resolve("warm"), warmingMebibytes << 20, 1);
        for (int round = 0; round < common.rounds; round++) {
            for (Contender contender : common.turns(all, round)) {
                turn(contender, folder, tree, warm);
                Common.say("round %d, %s: backup %.2f s, restore %.2f s"
                        .formatted(
                                round + 1,
                                contender.name(),
                                figures.last(contender.name(), "backup s"),
                                figures.last(contender.name(), "restore s")));
            }
        }
        compare();
        System.out.println(machine);
        System.out.printf(
                "%d files of %s, %.2f GiB; %d rounds: median (least–greatest); times of client, server and database"
                        + " are processor seconds%n%n",
                tree.files(), from, tree.bytes() / (double) (1 << 30), common.rounds);
        System.out.println(figures.table(COLUMNS, 2));
        FileTree.delete(folder);
        return 0;
    }

    private void compare() {
        String rival = common.restServer().name();
        if (!figures.has(rival, "backup s")) {
            return;
        }
        for (String contender : figures.contenders()) {
            figures.add(
                    contender,
                    "× rest-server",
                    figures.median(contender, "backup s") / figures.median(rival, "backup s"));
            figures.add(
                    contender,
                    "× rest-server ",
                    figures.median(contender, "restore s") / figures.median(rival, "restore s"));
        }
    }

    private void turn(Contender contender, Path folder, SourceTree tree, SourceTree warm)
            throws IOException, LauncherException, InterruptedException {
        Path restored = folder.resolve("restored");
        try (Serving serving = contender.start(folder.resolve("data"))) {
            Repository warming = new Repository(folder, serving.restic("warm"));
            warming.run("init");
            warming.run("backup", warm.root().toString());
            warming.run("restore", "latest", "--target", restored.toString());
            FileTree.delete(restored);

            Repository repository = new Repository(folder, serving.restic("measured"));
            repository.run("init");
            measure(
                    contender.name(),
                    "",
                    serving,
                    "backup s",
                    repository,
                    "backup",
                    tree.root().toString());
            measure(
                    contender.name(),
                    " ",
                    serving,
                    "restore s",
                    repository,
                    "restore",
                    "latest",
                    "--target",
                    restored.toString());
            tree.compare(restored.resolve(tree.root().getRoot().relativize(tree.root())));
        } finally {
            FileTree.delete(folder.resolve("data"));
            FileTree.delete(restored);
        }
    }

    private void measure(
            String name, String suffix, Serving serving, String what, Repository repository, String... words)
            throws IOException, InterruptedException {
        Machine.settle();
        double client = ProcessorTime.ofEndedChildren();
        double servers = ProcessorTime.seconds(serving.servers());
        double databases = ProcessorTime.seconds(serving.databases());
        long begin = System.nanoTime();
        repository.run(words);
        figures.add(name, what, (System.nanoTime() - begin) / 1e9);
        figures.add(name, "client s" + suffix, ProcessorTime.ofEndedChildren() - client);
        figures.add(name, "server s" + suffix, ProcessorTime.seconds(serving.servers()) - servers);
        figures.add(name, "database s" + suffix, ProcessorTime.seconds(serving.databases()) - databases);
    }

    /** A repository and the client's cache, which is new for each. */
    private final class Repository {
        private final Path cache;
        private final Path said;
        private final String address;

        Repository(Path folder, String address) throws IOException {
            this.cache = folder.resolve("cache");
            this.said = folder.resolve("restic.log");
            this.address = address;
            FileTree.delete(cache);
        }

        void run(String... words) throws IOException, InterruptedException {
            List<String> command = new ArrayList<>(List.of(restic, "--quiet", "--cache-dir", cache.toString()));
            command.addAll(List.of(words));
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
            builder.environment().put("RESTIC_REPOSITORY", address);
            builder.environment().put("RESTIC_PASSWORD", "measured");
            int status = builder.start().waitFor();
            if (status != 0) {
                throw new IOException(
                        "restic %s ended with status %d:%n%s".formatted(words[0], status, Files.readString(said)));
            }
        }
    }
}

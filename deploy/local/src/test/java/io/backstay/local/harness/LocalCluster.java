package io.backstay.local.harness;

import io.backstay.local.cluster.Launcher;
import io.backstay.local.cluster.LauncherException;
import io.backstay.local.cluster.NodeStatus;
import io.backstay.local.cluster.Ports;
import io.backstay.local.cluster.Settings;
import io.backstay.local.files.FileTree;
import io.backstay.local.node.NodeProbe;
import io.backstay.local.node.PlannedNode;
import io.backstay.local.process.LogTail;
import io.backstay.local.process.Supervised;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A cluster of real processes for a test class:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final LocalCluster CLUSTER = LocalCluster.of(3);
 * }</pre>
 *
 * It starts before the class's tests and ends after them; before each test everything that was stopped or frozen runs again.
 * Of a test that fails the ends of all logs go to {@code target/cluster-logs}.
 */
public final class LocalCluster
        implements BeforeAllCallback, BeforeEachCallback, AfterTestExecutionCallback, AfterAllCallback {
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final int LOG_LINES = 2000;
    private static final int SPARE_PORTS = 7;

    private final int nodes;
    private final boolean restart;
    private final List<String> javaOptions;

    private @Nullable Path folder;
    private @Nullable Launcher launcher;
    private int httpPort;
    /** A run that is broken off leaves nothing running either. */
    private final Thread endOfRun = new Thread(this::stop, "end-of-cluster");

    private LocalCluster(int nodes, boolean restart, List<String> javaOptions) {
        this.nodes = nodes;
        this.restart = restart;
        this.javaOptions = List.copyOf(javaOptions);
    }

    /** With so many nodes, which are started again when they die. */
    public static LocalCluster of(int nodes) {
        return new LocalCluster(nodes, true, List.of("-Xmx320m"));
    }

    /** What dies stays down. */
    public LocalCluster withoutRestart() {
        return new LocalCluster(nodes, false, javaOptions);
    }

    /** With a further option for the JVM of each node, such as {@code -Dpekko.loglevel=DEBUG}. */
    public LocalCluster withJavaOption(String option) {
        List<String> more = new ArrayList<>(javaOptions);
        more.add(option);
        return new LocalCluster(nodes, restart, more);
    }

    /** Starts all of it, on the data that is there. */
    public void start() throws IOException, LauncherException, InterruptedException {
        Launcher opened = Launcher.open(
                new Settings(
                        data(),
                        home(),
                        Settings.defaultCache(System.getenv()),
                        Files.exists(data()) ? OptionalInt.empty() : OptionalInt.of(nodes),
                        OptionalInt.of(httpPort),
                        false,
                        restart,
                        javaOptions),
                LocalCluster::progress);
        launcher = opened;
        opened.start();
    }

    /** Stops all of it; the data stays. */
    public void stop() {
        if (launcher != null) {
            launcher.close();
            launcher = null;
        }
    }

    /** Every node, in the order of their numbers. */
    public List<TestNode> nodes() {
        return launcher().nodes().stream()
                .map(node -> new TestNode(this, node.name()))
                .toList();
    }

    /** The node with the name. */
    public TestNode node(String name) throws LauncherException {
        return new TestNode(this, launcher().process(name).name());
    }

    /** The node that manages; waits until there is one. */
    public TestNode manager() throws LauncherException, InterruptedException {
        String[] name = {""};
        Await.until("a node manages", () -> {
            name[0] = launcher().manager().orElse("");
            return !name[0].isEmpty();
        });
        return node(name[0]);
    }

    /** Adds a node with all roles, and waits until it is ready. */
    public TestNode add() throws IOException, LauncherException, InterruptedException {
        NodeStatus added = launcher().add(Optional.empty(), PlannedNode.ALL_ROLES);
        TestNode node = node(added.name());
        node.awaitReady();
        return node;
    }

    /** A node that wants to join and must not: its certificate is another cluster's. */
    public Stranger stranger() throws IOException, InterruptedException {
        Ports ports = new Ports(new SecureRandom());
        return Stranger.start(
                home(),
                scratch().resolve("stranger"),
                launcher().nodes().stream()
                        .map(node -> URI.create(node.management()).getAuthority())
                        .toList(),
                List.of(ports.free(), ports.free(), ports.free(), ports.free()));
    }

    static Path home() {
        return Path.of(System.getProperty("backstay.home", "../../cluster-node/target/backstay"))
                .toAbsolutePath();
    }

    /** Postgres or Redis. */
    public Supervised server(String name) throws LauncherException {
        return launcher().process(name);
    }

    /** The catalogues' part of the journal. */
    public CatalogueTables catalogues() {
        return new CatalogueTables(launcher().postgres());
    }

    /** The manager's state in both databases. */
    public ManagerRecords managerRecords() {
        return new ManagerRecords(launcher().postgres(), launcher().redis());
    }

    /** All that lies in the databases. */
    public DatabaseContents databases() {
        return new DatabaseContents(launcher().postgres(), launcher().redis());
    }

    /** Stock restic on a repository, as the admin, through a node. */
    public Restic restic(TestNode through, String repository) throws IOException {
        return restic(through, repository, NodeProbe.ADMIN, adminPassword());
    }

    /** Stock restic on a repository with other credentials. */
    public Restic restic(TestNode through, String repository, String user, String password) {
        return restic(through.http(), repository, user, password);
    }

    /** Stock restic on a repository at an address, such as a proxy's. */
    public Restic restic(String http, String repository, String user, String password) {
        return Restic.at(http, user, password, repository, scratch().resolve("restic-" + repository));
    }

    /** A folder for what a test needs; it goes with the cluster. */
    public Path scratch() {
        return root().resolve("scratch");
    }

    /** The folder of the cluster. */
    public Path data() {
        return root().resolve("data");
    }

    /** The first admin's password. */
    public String adminPassword() throws IOException {
        return Files.readString(launcher().adminPasswordFile()).strip();
    }

    /** Everything runs and is ready again, whatever a test did. */
    public void heal() throws IOException, LauncherException, InterruptedException {
        Launcher running = launcher();
        for (String server : List.of("postgres", "redis")) {
            revive(running.process(server));
        }
        for (TestNode node : nodes()) {
            revive(running.process(node.name()));
        }
        for (TestNode node : nodes()) {
            node.awaitReady();
        }
        manager();
    }

    private static void revive(Supervised process) throws IOException {
        process.resume();
        process.start();
    }

    Launcher launcher() {
        if (launcher == null) {
            throw new IllegalStateException("the cluster is stopped");
        }
        return launcher;
    }

    private Path root() {
        if (folder == null) {
            throw new IllegalStateException("the cluster was not started yet; is it registered as an extension?");
        }
        return folder;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        Files.createDirectories(TARGET);
        folder = Files.createTempDirectory(TARGET, "cluster-");
        Files.createDirectories(scratch());
        httpPort = new Ports(new SecureRandom()).freeRow(nodes + SPARE_PORTS);
        progress("for " + context.getDisplayName());
        Runtime.getRuntime().addShutdownHook(endOfRun);
        try {
            start();
        } catch (IOException | LauncherException e) {
            keepLogs(context.getRequiredTestClass().getSimpleName());
            throw e;
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
        progress("- " + context.getDisplayName());
        try {
            if (launcher == null) {
                start();
            }
            heal();
        } catch (IOException | LauncherException | AssertionError e) {
            keepLogs(nameOf(context) + "-before");
            throw e;
        }
    }

    @Override
    public void afterTestExecution(ExtensionContext context) throws IOException {
        if (context.getExecutionException().isPresent()) {
            progress("FAILED: " + context.getExecutionException().get());
            keepLogs(nameOf(context));
        }
    }

    private static String nameOf(ExtensionContext context) {
        return context.getRequiredTestClass().getSimpleName() + "."
                + context.getRequiredTestMethod().getName();
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        Runtime.getRuntime().removeShutdownHook(endOfRun);
        stop();
        FileTree.delete(root());
    }

    private static void progress(String line) {
        System.out.println("[cluster] " + line);
    }

    private void keepLogs(String name) throws IOException {
        Path kept = TARGET.resolve("cluster-logs").resolve(name);
        Files.createDirectories(kept);
        try (var entries = Files.list(data())) {
            for (Path entry : entries.filter(Files::isDirectory).toList()) {
                List<String> lines = LogTail.read(entry.resolve("log"), LOG_LINES);
                Files.write(kept.resolve(entry.getFileName() + ".log"), lines);
            }
        }
        progress("the logs are in " + kept);
    }
}

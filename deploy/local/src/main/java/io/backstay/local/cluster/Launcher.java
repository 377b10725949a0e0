package io.backstay.local.cluster;

import io.backstay.local.files.SecretFile;
import io.backstay.local.node.NodeProbe;
import io.backstay.local.node.NodeProgram;
import io.backstay.local.node.PlannedNode;
import io.backstay.local.postgres.Postgres;
import io.backstay.local.process.Program;
import io.backstay.local.process.RestartPolicy;
import io.backstay.local.process.Service;
import io.backstay.local.process.Supervised;
import io.backstay.local.redis.Redis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A whole cluster on this machine: Postgres, Redis and nodes, each a process of its own. {@link #open} takes the data folder,
 * {@link #start} returns once the cluster is ready, {@link #close} stops everything and gives the folder back; the same folder
 * may be opened again and has the same cluster then. Its operations on single processes are safe for use from several threads.
 */
public final class Launcher implements AutoCloseable {
    /** How long a process may take to end in an orderly way. */
    public static final Duration END_WITHIN = Duration.ofSeconds(12);

    private final Settings settings;
    private final Consumer<String> progress;
    private final DataFolder folder;
    private final SecureRandom random;
    private final Ports ports;
    private final NodeProbe probe;
    private final Readiness readiness;
    private final Servers servers;
    private final ClusterFile clusterFile;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("restarts").daemon().factory());
    private final Map<String, Supervised> serverProcesses = new ConcurrentHashMap<>();
    private final List<Member> members = new CopyOnWriteArrayList<>();
    private Plan plan;
    private Future<?> fileRefresh = CompletableFuture.completedFuture(null);

    private Launcher(Settings settings, DataFolder folder, Consumer<String> progress)
            throws IOException, LauncherException {
        this.settings = settings;
        this.folder = folder;
        this.progress = progress;
        this.random = new SecureRandom();
        this.ports = new Ports(random);
        this.plan = planned();
        this.probe = new NodeProbe(SecretFile.readOrMake(folder.adminPassword(), random));
        this.readiness = new Readiness(probe, progress);
        this.servers = Servers.in(folder, plan, settings, random);
        this.clusterFile = new ClusterFile(folder.clusterFile());
        for (Service server : List.of(servers.postgres(), servers.redis())) {
            Supervised process = supervised(server.program());
            serverProcesses.put(process.name(), process);
        }
        plan.nodes().forEach(node -> members.add(member(node)));
    }

    /**
     * Takes the folder, stops what a launcher that was killed left there, and decides what is still to be decided.
     *
     * @param progress is told what happens, a line at a time, on any thread
     * @throws LauncherException where the folder is in use or not a cluster's, or a port is taken
     */
    public static Launcher open(Settings settings, Consumer<String> progress)
            throws IOException, LauncherException, InterruptedException {
        if (!Files.isExecutable(settings.home().resolve("bin/backstay"))) {
            throw new LauncherException(settings.home() + " has no bin/backstay; build it first");
        }
        DataFolder folder = DataFolder.open(settings.data());
        try {
            Leftovers.stop(folder, END_WITHIN, progress);
            if (settings.fresh()) {
                folder.clear();
            }
            return new Launcher(settings, folder, progress);
        } catch (IOException | LauncherException | InterruptedException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    private Plan planned() throws IOException, LauncherException {
        Optional<Plan> known = Plan.read(folder.plan());
        int firstHttp = settings.httpPort().orElse(known.map(Plan::httpPort).orElse(Plan.DEFAULT_HTTP_PORT));
        ports.reserve(firstHttp, PlannedNode.MOST_NODES);
        Plan decided = known.isPresent()
                ? known.get().renewed(settings.nodes(), settings.httpPort(), ports)
                : Plan.create(settings.nodes(), settings.httpPort(), ports);
        for (PlannedNode node : decided.nodes()) {
            refuseTaken(node, decided.httpPort());
        }
        decided.write(folder.plan());
        return decided;
    }

    private static void refuseTaken(PlannedNode node, int firstHttp) throws LauncherException {
        int port = node.httpPort(firstHttp);
        if (!Ports.isFree(port)) {
            throw new LauncherException("port %d is taken, %s would listen there; choose other ports with --http-port"
                    .formatted(port, node.name()));
        }
    }

    private Member member(PlannedNode node) {
        NodeProgram program = new NodeProgram(node, folder.of(node.name()), node.httpPort(plan.httpPort()));
        return new Member(program, supervised(program.program(settings.home(), settings.javaOptions())));
    }

    private Supervised supervised(Program program) {
        return new Supervised(program, new RestartPolicy(settings.restart()), timer, (which, message) -> {
            message.ifPresent(progress);
            writeClusterFile();
        });
    }

    /**
     * Starts everything and waits until it is ready.
     *
     * @return who manages; none where the admin's password was changed, so that the launcher cannot ask
     * @throws LauncherException where it does not become ready; everything that runs goes on until {@link #close}
     */
    public Optional<String> start() throws IOException, LauncherException, InterruptedException {
        QuickStart.ensure(settings.home(), progress);
        Founding.ensure(settings.home(), folder);
        for (Service server : List.of(servers.postgres(), servers.redis())) {
            server.prepare();
            process(server.program().name()).start();
        }
        for (Service server : List.of(servers.postgres(), servers.redis())) {
            readiness.await(server, process(server.program().name()));
        }
        progress.accept("Postgres and Redis answer");
        for (Member member : members) {
            member.node().configure(shared());
            member.process().start();
        }
        readiness.await(members);
        // A node that starts for the first time gives itself its id, and tells nobody.
        fileRefresh = timer.scheduleWithFixedDelay(this::writeClusterFile, 0, 1, TimeUnit.SECONDS);
        return readiness.awaitManager(nodePrograms());
    }

    private NodeProgram.Shared shared() {
        return new NodeProgram.Shared(
                folder.authority(),
                folder.adminPassword(),
                servers.postgres().jdbcUrl(),
                servers.postgres().passwordFile(),
                servers.redis().address(),
                servers.redis().passwordFile(),
                members.stream()
                        .map(Member::node)
                        .filter(program -> program.node().founder())
                        .map(NodeProgram::contactPoint)
                        .toList(),
                nodePrograms().stream().map(NodeProgram::http).toList());
    }

    private List<NodeProgram> nodePrograms() {
        return members.stream().map(Member::node).toList();
    }

    /**
     * Adds a node that joins, and starts it.
     *
     * @param name none means the first free one
     */
    public NodeStatus add(Optional<String> name, List<String> roles) throws IOException, LauncherException {
        Member added;
        synchronized (this) {
            String chosen = name.orElseGet(plan::nextName);
            if (PlannedNode.number(chosen).isEmpty()) {
                throw new LauncherException("'%s' is no name of a node here: they are node-1 to node-%d"
                        .formatted(chosen, PlannedNode.MOST_NODES));
            }
            if (members.stream().anyMatch(member -> member.name().equals(chosen))) {
                throw new LauncherException("there is a %s already".formatted(chosen));
            }
            Plan grown = plan.with(chosen, roles, false, ports);
            PlannedNode node = grown.nodes().getLast();
            refuseTaken(node, grown.httpPort());
            grown.write(folder.plan());
            plan = grown;
            added = member(node);
            added.node().configure(shared());
            members.add(added);
        }
        added.process().start();
        return added.status();
    }

    /**
     * Waits until a node is up in the cluster.
     *
     * @throws LauncherException where it does not become so
     */
    public void awaitReady(String name) throws LauncherException, InterruptedException {
        for (Member member : members) {
            if (member.name().equals(name)) {
                readiness.await(List.of(member));
                writeClusterFile();
            }
        }
    }

    /** The process of the node, of {@code postgres} or of {@code redis}. */
    public Supervised process(String name) throws LauncherException {
        Supervised server = serverProcesses.get(name);
        if (server != null) {
            return server;
        }
        return members.stream()
                .filter(member -> member.name().equals(name))
                .map(Member::process)
                .findFirst()
                .orElseThrow(() -> new LauncherException("there is no '%s' here: there are %s, %s and %s"
                        .formatted(
                                name,
                                members.stream().map(Member::name).collect(Collectors.joining(", ")),
                                Servers.POSTGRES,
                                Servers.REDIS)));
    }

    /** The database server. */
    public Postgres postgres() {
        return servers.postgres();
    }

    /** The mirror's server. */
    public Redis redis() {
        return servers.redis();
    }

    /** All nodes, in the order in which they came. */
    public List<NodeStatus> nodes() {
        return members.stream().map(Member::status).toList();
    }

    /** The name of the node that manages, as the first node says that knows one. */
    public Optional<String> manager() throws InterruptedException {
        for (Member member : members) {
            if (member.process().state() == Supervised.State.RUNNING
                    && probe.manager(member.node()) instanceof NodeProbe.Manager.Named named) {
                return Optional.of(named.node());
            }
        }
        return Optional.empty();
    }

    /** The file with the first admin's password. */
    public Path adminPasswordFile() {
        return folder.adminPassword();
    }

    /** The folder that holds all of it. */
    public Path data() {
        return settings.data();
    }

    /** Ends at once what {@link #close} is still waiting for. */
    public void hurry() {
        timer.shutdownNow();
        AllAtOnce.end(allProcesses(), process -> process.kill(true, END_WITHIN));
    }

    /** Stops nodes, then servers, and gives the folder back. Waits; what does not end in time is killed. */
    @Override
    public void close() {
        fileRefresh.cancel(false);
        timer.shutdownNow();
        AllAtOnce.end(members.stream().map(Member::process).toList(), this::stop);
        AllAtOnce.end(List.copyOf(serverProcesses.values()), this::stop);
        probe.close();
        try {
            folder.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void stop(Supervised process) throws InterruptedException {
        if (!process.stop(END_WITHIN)) {
            progress.accept(
                    "%s did not end within %d s and was killed".formatted(process.name(), END_WITHIN.toSeconds()));
        }
    }

    private List<Supervised> allProcesses() {
        return Stream.concat(members.stream().map(Member::process), serverProcesses.values().stream())
                .toList();
    }

    private void writeClusterFile() {
        try {
            clusterFile.write(nodes(), servers, folder.adminPassword());
        } catch (IOException e) {
            progress.accept("cluster.json cannot be written: " + e.getMessage());
        }
    }
}

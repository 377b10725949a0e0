package io.backstay.http;

import io.backstay.cluster.identity.ClusterFolder;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A cluster of one node as people run it: a process of its own over a real Postgres, on loopback. All test classes of a run
 * share it, so each makes users and repositories of its own. After each class the node's log must be free of errors: no
 * request may cause one.
 */
public final class RunningNode implements AutoCloseable {
    /** The node's name. */
    public static final String NAME = "one";

    /** The first admin's password. */
    public static final String ADMIN_PASSWORD = "the first admin's password";

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path folder;
    private final EmbeddedPostgres postgres;
    private final Process process;
    private final URI http;
    private final AtomicInteger addresses = new AtomicInteger(1);
    private final AtomicInteger names = new AtomicInteger();
    private Optional<String> adminSession = Optional.empty();
    private int logRead;

    /** Hands the node to test classes, as a parameter of their constructors. */
    public static final class Shared implements ParameterResolver, AfterAllCallback {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == RunningNode.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return node(context);
        }

        @Override
        public void afterAll(ExtensionContext context) throws IOException {
            List<String> errors = node(context).newErrors();
            if (!errors.isEmpty()) {
                throw new AssertionError("the node logged errors:\n" + String.join("\n", errors));
            }
        }

        private static RunningNode node(ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.create(RunningNode.class))
                    .computeIfAbsent(Started.class, type -> Started.attempt(), Started.class)
                    .node();
        }
    }

    /** One start for all classes, also where it fails. */
    private record Started(Optional<RunningNode> running, Optional<Throwable> failure) implements AutoCloseable {
        static Started attempt() {
            try {
                return new Started(Optional.of(start()), Optional.empty());
            } catch (IOException | AssertionError e) {
                return new Started(Optional.empty(), Optional.of(e));
            }
        }

        RunningNode node() {
            return running.orElseThrow(() -> new AssertionError("the node did not start", failure.orElseThrow()));
        }

        @Override
        public void close() throws IOException {
            if (running.isPresent()) {
                running.get().close();
            }
        }
    }

    private RunningNode(Path folder, EmbeddedPostgres postgres, List<Integer> ports) throws IOException {
        this.folder = folder;
        this.postgres = postgres;
        this.http = URI.create("http://127.0.0.1:" + ports.getFirst());
        Path configuration = Files.writeString(folder.resolve("node.conf"), """
            backstay {
              node { name = %s, data = "%s" }
              http { host = 127.0.0.1, port = %d }
              internal { host = 127.0.0.1, port = %d }
              cluster { host = 127.0.0.1, port = %d, found = true, authority = "%s" }
              management { host = 127.0.0.1, port = %d }
              postgres { url = "jdbc:postgresql://127.0.0.1:%d/postgres", user = postgres, password = postgres }
              admin.password = "%s"
            }
            """.formatted(
                        NAME,
                        folder.resolve("data"),
                        ports.get(0),
                        ports.get(1),
                        ports.get(2),
                        folder.resolve("cluster"),
                        ports.get(3),
                        postgres.getPort(),
                        ADMIN_PASSWORD));
        this.process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.backstay.node.Main",
                        "node",
                        "-c",
                        configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(logFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .start();
    }

    private static RunningNode start() throws IOException {
        Path folder = Files.createTempDirectory("backstay-http");
        ClusterFolder.create(folder.resolve("cluster"), Clock.systemUTC(), new SecureRandom());
        EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .start();
        RunningNode node = new RunningNode(folder, postgres, freePorts(4));
        // For a run that is broken off.
        Runtime.getRuntime().addShutdownHook(new Thread(node.process::destroyForcibly));
        try {
            node.awaitMember();
            return node;
        } catch (AssertionError e) {
            node.close();
            throw e;
        }
    }

    private void awaitMember() {
        Api stranger = Api.of(this);
        await("the node serves", () -> {
            if (!process.isAlive()) {
                throw new AssertionError("the node ended at its start:\n" + log());
            }
            return stranger.reachable()
                    && Api.of(this)
                            .basic("admin", ADMIN_PASSWORD)
                            .sendAnywhere("GET", "/api/v1/node", Optional.empty())
                            .json()
                            .at("/managerAnswers")
                            .asBoolean();
        });
    }

    /** Where it listens. */
    public URI http() {
        return http;
    }

    /** Its process. */
    public long pid() {
        return process.pid();
    }

    /** Files that it is writing objects to, below {@link #repositories}. */
    public List<String> stagedFiles() {
        return storedFiles().stream()
                .map(path -> repositories().relativize(path).toString())
                .filter(path -> path.contains("/tmp/"))
                .sorted()
                .toList();
    }

    /** The folder of everything that belongs to it: configuration, authority, data, log. */
    Path folder() {
        return folder;
    }

    /** All tables of its database. */
    List<String> tables() throws SQLException {
        return texts("select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_tables"
                + " where schemaname not in ('pg_catalog', 'information_schema')");
    }

    /** All rows of a table, binary columns in hex. */
    byte[] table(String name) throws SQLException {
        return String.join("\n", texts("select t::text from " + name + " t")).getBytes(StandardCharsets.UTF_8);
    }

    private List<String> texts(String query) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    /** Where it keeps repositories. */
    public Path repositories() {
        return folder.resolve("data").resolve("repositories");
    }

    /** All files of objects that are on its disk or being written to it. */
    public List<Path> storedFiles() {
        try (Stream<Path> files = Files.walk(repositories())) {
            return files.filter(Files::isRegularFile).toList();
        } catch (IOException | java.io.UncheckedIOException e) {
            // A file went away while the folder was being walked.
            return storedFiles();
        }
    }

    /** A client's address that nobody else uses: failed sign-ins are counted by address. */
    public InetAddress freshAddress() {
        int number = addresses.incrementAndGet();
        try {
            return InetAddress.getByAddress(
                    new byte[] {127, (byte) (number >> 16), (byte) (number >> 8), (byte) number});
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A client with an address of its own. */
    public HttpClient freshClient() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .localAddress(freshAddress())
                .build();
    }

    /** A name that nobody else uses. */
    public String freshName(String prefix) {
        return prefix + "-" + names.incrementAndGet();
    }

    /** An admin's session, which all share. */
    public synchronized Api admin() {
        if (adminSession.isEmpty()) {
            adminSession = Optional.of(
                    Api.of(this).signIn("admin", ADMIN_PASSWORD).expect(200).text("/token"));
        }
        return Api.of(this).bearer(adminSession.get());
    }

    /** Everything that it has logged. */
    public String log() {
        try {
            return Files.readString(logFile().toPath());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private synchronized List<String> newErrors() throws IOException {
        List<String> lines = Files.readAllLines(logFile().toPath());
        List<String> errors = new ArrayList<>();
        for (String line : lines.subList(logRead, lines.size())) {
            if (line.contains(" ERROR ")) {
                errors.add(line);
            }
        }
        logRead = lines.size();
        return errors;
    }

    private File logFile() {
        return folder.resolve("log").toFile();
    }

    /** Waits until the condition holds. */
    public static void await(String what, BooleanSupplier condition) {
        await(what, LIMIT, condition);
    }

    /** Waits that long until the condition holds. */
    static void await(String what, Duration limit, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + limit + ": " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        if (process.onExit()
                .completeOnTimeout(process, 20, TimeUnit.SECONDS)
                .join()
                .isAlive()) {
            process.destroyForcibly().onExit().join();
        }
        postgres.close();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(java.util.Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            sockets.add(socket);
            ports.add(socket.getLocalPort());
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return ports;
    }
}

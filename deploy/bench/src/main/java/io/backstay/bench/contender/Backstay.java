package io.backstay.bench.contender;

import io.backstay.bench.load.Connection;
import io.backstay.local.cluster.Launcher;
import io.backstay.local.cluster.LauncherException;
import io.backstay.local.cluster.NodeStatus;
import io.backstay.local.cluster.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * A cluster as {@code deploy/local/up} runs it: Postgres with {@code fsync}, Redis, and so many nodes with as many replicas.
 *
 * @param home the built {@code backstay}
 * @param httpPort of the first node, which is the door that is measured
 * @param javaOptions for each node
 */
public record Backstay(Path home, int nodes, int httpPort, List<String> javaOptions, Log log) implements Contender {
    @Override
    public String name() {
        return nodes == 1 ? "Backstay, 1 replica" : "Backstay, %d replicas".formatted(nodes);
    }

    @Override
    public Cluster start(Path folder) throws IOException, LauncherException, InterruptedException {
        Settings settings = new Settings(
                folder,
                home,
                Settings.defaultCache(System.getenv()),
                OptionalInt.of(nodes),
                OptionalInt.of(httpPort),
                false,
                false,
                javaOptions);
        Launcher launcher = Launcher.open(settings, log::line);
        try {
            launcher.start();
        } catch (IOException | LauncherException | InterruptedException | RuntimeException e) {
            launcher.close();
            throw e;
        }
        String login = "admin:" + Files.readString(launcher.adminPasswordFile()).strip();
        return new Cluster(launcher, login);
    }

    /** The cluster that runs. */
    public record Cluster(Launcher launcher, String login) implements Serving {
        /** Where a node serves users. */
        public URI http(int node) {
            return URI.create(launcher.nodes().get(node).http());
        }

        @Override
        public void make(String repository) throws IOException {
            try (Connection connection = Connection.open(http(0), authorization())) {
                connection.expect("POST", "/restic/" + repository + "/?create=true", 200);
            }
        }

        @Override
        public URI objects(String repository) {
            return http(0).resolve("/restic/" + repository + "/");
        }

        @Override
        public Optional<String> authorization() {
            return Optional.of("Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
        }

        @Override
        public String uploadMethod() {
            return "POST";
        }

        @Override
        public String restic(String repository) {
            return "rest:http://" + login + "@" + http(0).getAuthority() + "/restic/" + repository + "/";
        }

        @Override
        public List<Long> servers() {
            return launcher.nodes().stream()
                    .map(NodeStatus::pid)
                    .flatMap(pid -> pid.stream().boxed())
                    .toList();
        }

        @Override
        public List<Long> databases() {
            return List.of("postgres", "redis").stream().flatMap(this::pid).toList();
        }

        private Stream<Long> pid(String name) {
            try {
                return launcher.process(name).pid().stream().boxed();
            } catch (LauncherException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            launcher.close();
        }
    }
}

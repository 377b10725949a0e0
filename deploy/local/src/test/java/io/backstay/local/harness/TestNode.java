package io.backstay.local.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backstay.local.cluster.Launcher;
import io.backstay.local.cluster.LauncherException;
import io.backstay.local.cluster.NodeStatus;
import io.backstay.local.node.NodeProbe;
import io.backstay.local.process.Supervised;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A node under test, and what can befall it. */
public final class TestNode {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LocalCluster cluster;
    private final String name;

    TestNode(LocalCluster cluster, String name) {
        this.cluster = cluster;
        this.name = name;
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Its address for users. */
    public String http() {
        return status().http();
    }

    /** Its id. */
    public String id() {
        return status().id().orElseThrow();
    }

    /** Its process. */
    public long pid() {
        return status().pid().orElseThrow();
    }

    /** Its folder. */
    public Path data() {
        return status().data();
    }

    /** How many packs lie on its disk, of all repositories. */
    public long packs() throws IOException {
        return objects("data").size();
    }

    /** Its log so far. */
    public String log() throws IOException {
        return Files.readString(status().log());
    }

    /** The names of the objects of a type that lie on its disk, of all repositories. */
    public Set<String> objects(String type) throws IOException {
        Path repositories = data().resolve("repositories");
        if (!Files.isDirectory(repositories)) {
            return Set.of();
        }
        Set<String> names = new HashSet<>();
        Files.walkFileTree(repositories, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                // What is beside the restic tree: notes, trash, uploads.
                return folder.endsWith(".backstay") ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (repositories.relativize(file).getName(1).toString().equals(type)) {
                    names.add(file.getFileName().toString());
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                // It was renamed or removed since its folder was read.
                return FileVisitResult.CONTINUE;
            }
        });
        return names;
    }

    /** Whether it hosts the entity of any repository. */
    public boolean hostsEntities() throws IOException, InterruptedException {
        for (JsonNode region : management("/cluster/shards/backup-storage").ok().path("regions")) {
            if (region.path("numEntities").asInt() > 0) {
                return true;
            }
        }
        return false;
    }

    /** A repository, request by request, as the first admin. */
    public RawRepository repository(String repository) throws IOException {
        return new RawRepository(http(), NodeProbe.ADMIN, cluster.adminPassword(), repository);
    }

    /** Its API, as the first admin. */
    public Api api() throws IOException, InterruptedException {
        return Api.admin(http(), cluster.adminPassword());
    }

    /** Its API, as nobody. */
    public Api anonymous() {
        return Api.nobody(http());
    }

    /** A repository, request by request, with an application token. */
    public RawRepository repository(String repository, String token) throws IOException {
        return new RawRepository(http(), "token", token, repository);
    }

    /** What its management says at the path. */
    public Api.Answer management(String path) throws IOException, InterruptedException {
        return Api.read(status().management() + path);
    }

    /** The same where it is no JSON. */
    public String managementText(String path) throws IOException, InterruptedException {
        return Api.readText(status().management() + path);
    }

    /** A crash; it is started again where the cluster's policy is such. */
    public void kill() throws LauncherException, InterruptedException {
        process().kill(false, Launcher.END_WITHIN);
    }

    /** A crash after which it stays down until {@link #start}. */
    public void killForGood() throws LauncherException, InterruptedException {
        process().kill(true, Launcher.END_WITHIN);
    }

    /** Freezes it. */
    public void pause() throws LauncherException {
        process().pause();
    }

    /** Freezes it for so long. */
    public void freezeFor(Duration duration) throws Exception {
        pause();
        CompletableFuture.runAsync(
                        () -> {}, CompletableFuture.delayedExecutor(duration.toMillis(), TimeUnit.MILLISECONDS))
                .get();
        resume();
    }

    /** Ends a freeze. */
    public void resume() throws LauncherException {
        process().resume();
    }

    /** Ends it in an orderly way; it stays down. */
    public void stop() throws LauncherException, InterruptedException {
        if (!process().stop(Launcher.END_WITHIN)) {
            throw new AssertionError(name + " did not end by itself");
        }
    }

    /** Starts it, and does not wait. */
    public void begin() throws IOException, LauncherException {
        process().start();
    }

    /** Starts it, and waits until it is ready. */
    public void start() throws IOException, LauncherException, InterruptedException {
        process().start();
        awaitReady();
    }

    /** Gives it another setting, such as {@code storage} and {@code scrub-period}, for which it is stopped and started. */
    public void configure(String part, String key, String value)
            throws IOException, LauncherException, InterruptedException {
        stop();
        Path file = status().data().resolveSibling("node.conf");
        ObjectNode configuration = (ObjectNode) JSON.readTree(file.toFile());
        configuration.withObject("/backstay/" + part).put(key, value);
        JSON.writeValue(file.toFile(), configuration);
        start();
    }

    /** Starts it, after it was stopped, with further arguments; it runs until the answer is closed. */
    public HandRun runWith(String... arguments) throws IOException, InterruptedException {
        HandRun run = HandRun.start(LocalCluster.home(), name, status().data().resolveSibling("node.conf"), arguments);
        awaitReady();
        return run;
    }

    /** Waits until it is up in the cluster. */
    public void awaitReady() throws InterruptedException {
        Await.until(name + " is ready", () -> management("/ready").status() == 200);
    }

    private Supervised process() throws LauncherException {
        return cluster.launcher().process(name);
    }

    private NodeStatus status() {
        return cluster.launcher().nodes().stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public String toString() {
        return name;
    }
}

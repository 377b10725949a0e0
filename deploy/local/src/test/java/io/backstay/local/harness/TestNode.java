package io.backstay.local.harness;

import io.backstay.local.cluster.Launcher;
import io.backstay.local.cluster.LauncherException;
import io.backstay.local.cluster.NodeStatus;
import io.backstay.local.process.Supervised;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A node under test, and what can befall it. */
public final class TestNode {
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

    /** Its folder. */
    public Path data() {
        return status().data();
    }

    /** How many packs lie on its disk, of all repositories. */
    public long packs() throws IOException {
        try (Stream<Path> files = Files.walk(data().resolve("repositories"), 4)) {
            return files.filter(file -> file.getNameCount() >= 3
                            && file.resolveSibling("..").normalize().endsWith("data"))
                    .filter(file -> !file.toString().contains(".backstay"))
                    .filter(Files::isRegularFile)
                    .count();
        }
    }

    /** Its log so far. */
    public String log() throws IOException {
        return Files.readString(status().log());
    }

    /** Its API, as the first admin. */
    public Api api() throws IOException, InterruptedException {
        return Api.signIn(http(), cluster.adminPassword());
    }

    /** What its management says at the path. */
    public Api.Answer management(String path) throws IOException, InterruptedException {
        return Api.read(status().management() + path);
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

    /** Starts it, and waits until it is ready. */
    public void start() throws IOException, LauncherException, InterruptedException {
        process().start();
        awaitReady();
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

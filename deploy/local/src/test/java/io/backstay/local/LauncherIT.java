package io.backstay.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.backstay.local.cluster.Ports;
import io.backstay.local.harness.Await;
import io.backstay.local.harness.Script;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy/local/up} and {@code deploy/local/ctl} as people run them. The last tests end what the others share. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class LauncherIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int HTTP_PORT = new Ports(new SecureRandom()).freeRow(5);

    @TempDir
    static Path folder;

    private static Path data;
    private static Script up;

    @BeforeAll
    static void start() throws Exception {
        // Longer than a Unix socket's path may be.
        data = folder.resolve("a folder with a name of its own/" + "long".repeat(20));
        up = Script.begin("up", "--data", data.toString(), "--nodes", "2", "--http-port", "" + HTTP_PORT);
        awaitUp(up);
    }

    @AfterAll
    static void end() throws Exception {
        up.signal("TERM");
        up.end();
    }

    @Test
    @Order(1)
    void printsWhereEverythingIsAndWhatToTry() throws Exception {
        assertThat(up.output())
                .contains("http://127.0.0.1:" + HTTP_PORT)
                .contains("http://127.0.0.1:" + (HTTP_PORT + 1))
                .containsOnlyOnce("running, manager")
                .contains("admin-password")
                .contains("restic init");
    }

    @Test
    @Order(2)
    void clusterFileSaysWhereEverythingIs() throws Exception {
        JsonNode cluster = clusterFile();

        assertThat(cluster.fieldNames()).toIterable().containsExactly("nodes", "postgres", "redis", "admin");
        assertThat(cluster.path("nodes")).hasSize(2);
        JsonNode second = cluster.path("nodes").path(1);
        assertThat(second.fieldNames())
                .toIterable()
                .containsExactly("name", "id", "pid", "roles", "http", "management", "data");
        assertThat(second.path("name").asText()).isEqualTo("node-2");
        assertThat(second.path("id").asText()).hasSize(36);
        assertThat(second.path("roles")).hasSize(3);
        assertThat(second.path("http").asText()).isEqualTo("http://127.0.0.1:" + (HTTP_PORT + 1));
        assertThat(Path.of(second.path("data").asText())).isDirectory();
        assertThat(processes(cluster)).allMatch(ProcessHandle::isAlive);
        assertThat(cluster.path("admin").path("user").asText()).isEqualTo("admin");
        assertThat(Path.of(cluster.path("admin").path("passwordFile").asText())).isNotEmptyFile();
        assertThat(Files.getPosixFilePermissions(data.resolve("cluster.json")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    @Order(3)
    void postgresWritesThroughToTheDisk() throws Exception {
        String url = clusterFile().path("postgres").asText();
        String password = url.replaceAll(".*:([^:@]*)@.*", "$1");
        String address = "jdbc:postgresql://" + url.replaceAll(".*@", "");

        try (var connection = DriverManager.getConnection(address, "backstay", password);
                var statement = connection.createStatement();
                var answer = statement.executeQuery(
                        "select current_setting('fsync'), current_setting('synchronous_commit')")) {
            assertThat(answer.next()).isTrue();
            assertThat(answer.getString(1)).isEqualTo("on");
            assertThat(answer.getString(2)).isEqualTo("on");
        }
    }

    @Test
    @Order(4)
    void secondLauncherOnTheFolderIsRefused() throws Exception {
        Script second = Script.begin("up", "--data", data.toString());

        assertThat(second.end()).isEqualTo(1);
        assertThat(second.output()).contains("another launcher (pid " + up.pid() + ") runs on");
    }

    @Test
    @Order(5)
    void killedNodeIsStartedAgain() throws Exception {
        long before = pid(1);

        assertThat(ctl("kill", "node-2")).contains("node-2 was killed");

        Await.until("node-2 runs again", () -> pid(1) != 0 && pid(1) != before);
        assertThat(ctl("start", "node-2")).contains("node-2 is ready");
    }

    @Test
    @Order(6)
    void nodeKilledToStayDownIsDownUntilItIsStarted() throws Exception {
        ctl("kill", "--stay-down", "node-2");

        assertThat(clusterFile().path("nodes").path(1).path("pid").isNull()).isTrue();
        assertThat(ctl("status", "node-2")).contains("stopped").doesNotContain("node-1");
        assertThat(ctl("start", "node-2")).contains("node-2 is ready");
    }

    @Test
    @Order(7)
    void pausedNodeIsFrozenUntilItGoesOn() throws Exception {
        ctl("pause", "node-2");

        assertThat(Files.readString(Path.of("/proc/" + pid(1) + "/status"))).contains("State:\tT");
        assertThat(ctl("status")).contains("paused");
        ctl("resume", "node-2");
        assertThat(Files.readString(Path.of("/proc/" + pid(1) + "/status"))).doesNotContain("State:\tT");
    }

    @Test
    @Order(8)
    void addedNodeJoins() throws Exception {
        assertThat(ctl("add", "--roles", "backup-storage")).contains("node-3 has joined and is ready");

        JsonNode added = clusterFile().path("nodes").path(2);
        assertThat(added.path("roles").path(0).asText()).isEqualTo("backup-storage");
        assertThat(added.path("http").asText()).isEqualTo("http://127.0.0.1:" + (HTTP_PORT + 2));
    }

    @Test
    @Order(9)
    void whatCannotBeDoneEndsWithStatus1AndWhatIsNoCommandWithStatus2() throws Exception {
        assertThat(failing(1, "ctl", "--data", data.toString(), "kill", "node-9"))
                .contains("there is no 'node-9'");
        assertThat(failing(1, "ctl", "--data", folder.toString(), "status")).contains("no launcher runs on");
        assertThat(failing(2, "ctl", "frobnicate")).contains("frobnicate");
        assertThat(failing(2, "ctl", "add", "--roles", "boss")).contains("'boss' is no role");
        assertThat(failing(2, "up", "--nodes", "none")).contains("--nodes");
        assertThat(failing(2, "up", "--nodes", "0")).contains("expected a number from 1");
        assertThat(failing(2, "up", "--frobnicate")).contains("--frobnicate");
        assertThat(failing(1, "up", "--data", "/proc/version")).contains("is a file");
    }

    @Test
    @Order(10)
    void takenPortIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String output = failing(
                    1,
                    "up",
                    "--data",
                    folder.resolve("other").toString(),
                    "--nodes",
                    "1",
                    "--http-port",
                    "" + taken.getLocalPort());

            assertThat(output).contains("port %d is taken".formatted(taken.getLocalPort()));
        }
    }

    @Test
    @Order(11)
    void folderOfSomethingElseIsLeftAlone() throws Exception {
        Path precious = Files.createDirectories(folder.resolve("precious"));
        Path file = Files.writeString(precious.resolve("letter"), "dear");

        assertThat(failing(1, "up", "--fresh", "--data", precious.toString())).contains("files that are no cluster's");
        assertThat(file).hasContent("dear");
    }

    @Test
    @Order(12)
    void whatAKilledLauncherLeftIsStoppedAtTheNextStart() throws Exception {
        JsonNode before = clusterFile();
        List<ProcessHandle> left = processes(before);
        long postgres =
                Long.parseLong(Files.readString(data.resolve("postgres/pid")).strip());
        up.signal("KILL");
        up.end();
        assertThat(left).allMatch(ProcessHandle::isAlive);

        up = Script.begin("up", "--data", data.toString());
        awaitUp(up);

        assertThat(up.output()).contains("stopping node-1 (pid ").contains("stopping postgres (pid " + postgres);
        assertThat(left).noneMatch(ProcessHandle::isAlive);
        JsonNode after = clusterFile();
        assertThat(after.path("nodes")).hasSize(3);
        assertThat(after.path("nodes").path(2).path("id"))
                .isEqualTo(before.path("nodes").path(2).path("id"));
        assertThat(after.path("postgres")).isEqualTo(before.path("postgres"));
    }

    @Test
    @Order(13)
    void interruptStopsEverything() throws Exception {
        List<ProcessHandle> all = processes(clusterFile());
        up.signal("INT");

        assertThat(up.end()).isZero();
        assertThat(all).noneMatch(ProcessHandle::isAlive);
        assertThat(data.resolve("postgres/data/postmaster.pid")).doesNotExist();
        assertThat(clusterFile().path("nodes"))
                .allMatch(node -> node.path("pid").isNull());
    }

    private static void awaitUp(Script script) throws Exception {
        Await.until("the cluster is up", () -> script.output().contains("Ctrl-C stops everything") || !script.alive());
        assertThat(script.alive()).as(script.output()).isTrue();
    }

    private static String ctl(String... arguments) throws Exception {
        List<String> words = new ArrayList<>(List.of(arguments));
        words.addAll(List.of("--data", data.toString()));
        Script ctl = Script.begin("ctl", words.toArray(String[]::new));
        assertThat(ctl.end()).as(ctl.output()).isZero();
        return ctl.output();
    }

    private static String failing(int status, String script, String... arguments) throws Exception {
        Script failing = Script.begin(script, arguments);
        assertThat(failing.end()).as(failing.output()).isEqualTo(status);
        return failing.output();
    }

    private static JsonNode clusterFile() throws Exception {
        return JSON.readTree(data.resolve("cluster.json").toFile());
    }

    private static long pid(int index) throws Exception {
        return clusterFile().path("nodes").path(index).path("pid").asLong();
    }

    private static List<ProcessHandle> processes(JsonNode cluster) {
        List<ProcessHandle> handles = new ArrayList<>();
        cluster.path("nodes")
                .forEach(node ->
                        handles.add(ProcessHandle.of(node.path("pid").asLong()).orElseThrow()));
        return handles;
    }
}

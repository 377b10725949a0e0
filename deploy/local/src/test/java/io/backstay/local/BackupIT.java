package io.backstay.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.local.harness.Await;
import io.backstay.local.harness.FileTrees;
import io.backstay.local.harness.LocalCluster;
import io.backstay.local.harness.Restic;
import io.backstay.local.harness.TestNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Stock restic against three nodes, whatever happens to them meanwhile. */
final class BackupIT {
    private static final int MIB = 1024 * 1024;

    @RegisterExtension
    static final LocalCluster CLUSTER = LocalCluster.of(3);

    @Test
    void backupThroughOneNodeIsRestoredThroughAnother() throws Exception {
        Path source = FileTrees.random(CLUSTER.scratch().resolve("source-plain"), 1, 24 * MIB);
        Restic through = CLUSTER.restic(CLUSTER.node("node-1"), "plain");
        through.ok("init");
        through.ok("backup", source.toString());

        Restic other = CLUSTER.restic(CLUSTER.node("node-2"), "plain");

        restoresIdentically(other, source);
        other.ok("check", "--read-data");
    }

    @Test
    void storageNodeThatIsKilledHalfwayFailsNoBackup() throws Exception {
        TestNode door = CLUSTER.manager();
        TestNode victim = otherThan(door);
        backsUpWhileANodeIsKilled("storage", door, victim, victim);
    }

    @Test
    void managerThatIsKilledHalfwayFailsNoBackup() throws Exception {
        TestNode manager = CLUSTER.manager();
        TestNode door = otherThan(manager);
        backsUpWhileANodeIsKilled("manager", door, door, manager);
    }

    @Test
    void nodeThatIsKilledWhileTheClientTalksToItFailsNoBackup() throws Exception {
        TestNode door = CLUSTER.node("node-2");
        backsUpWhileANodeIsKilled("door", door, door, door);
    }

    /** Kills the victim once the watched node has packs of the backup that goes through the door. */
    private static void backsUpWhileANodeIsKilled(String repository, TestNode door, TestNode watched, TestNode victim)
            throws Exception {
        Path source =
                FileTrees.random(CLUSTER.scratch().resolve("source-" + repository), repository.hashCode(), 96 * MIB);
        Restic restic = CLUSTER.restic(door, repository);
        restic.ok("init");

        Restic.Running backup = beginSlowly(restic, source, watched);
        victim.kill();
        assertThat(backup.alive()).as("the backup goes on").isTrue();

        Restic.Result ended = backup.end();
        assertThat(ended.status()).as(ended.output()).isZero();
        restoresIdentically(restic, source);
        restic.ok("check", "--read-data");
    }

    private static TestNode otherThan(TestNode node) {
        return CLUSTER.nodes().stream()
                .filter(other -> !other.name().equals(node.name()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void twoClientsAtOnceShareARepository() throws Exception {
        Path one = FileTrees.random(CLUSTER.scratch().resolve("client-one"), 5, 32 * MIB);
        Path two = FileTrees.random(CLUSTER.scratch().resolve("client-two"), 6, 32 * MIB);
        Restic first = CLUSTER.restic(CLUSTER.node("node-1"), "shared");
        Restic second = CLUSTER.restic(CLUSTER.node("node-2"), "shared");
        first.ok("init");

        Restic.Running backupOne = first.begin("backup", "--tag", "one", one.toString());
        Restic.Running backupTwo = second.begin("backup", "--tag", "two", two.toString());

        for (Restic.Running backup : List.of(backupOne, backupTwo)) {
            Restic.Result ended = backup.end();
            assertThat(ended.status()).as(ended.output()).isZero();
        }
        restoresIdentically(first, one, "--tag", "one");
        restoresIdentically(second, two, "--tag", "two");
        first.ok("check", "--read-data");
    }

    @Test
    void fullStopAndStartKeepsEverything() throws Exception {
        Path source = FileTrees.random(CLUSTER.scratch().resolve("source-stop"), 7, 16 * MIB);
        Restic restic = CLUSTER.restic(CLUSTER.node("node-1"), "stop");
        restic.ok("init");
        restic.ok("backup", source.toString());

        CLUSTER.stop();
        CLUSTER.start();
        CLUSTER.heal();

        restoresIdentically(CLUSTER.restic(CLUSTER.node("node-3"), "stop"), source);
    }

    /** Begins a backup that takes some seconds, and waits until the node has its first packs. */
    private static Restic.Running beginSlowly(Restic restic, Path source, TestNode node) throws Exception {
        long before = node.packs();
        Restic.Running backup =
                restic.begin("backup", "--pack-size", "4", "--limit-upload", "12288", source.toString());
        Await.until(node + " has packs", () -> node.packs() >= before + 3);
        return backup;
    }

    private static void restoresIdentically(Restic restic, Path source, String... which) throws Exception {
        Path target = FileTrees.empty(CLUSTER.scratch().resolve("restored"));
        List<String> words = new ArrayList<>(List.of("restore", "latest", "--target", target.toString()));
        words.addAll(List.of(which));
        restic.ok(words.toArray(String[]::new));
        FileTrees.assertSame(source, target.resolve(Path.of("/").relativize(source)));
    }
}

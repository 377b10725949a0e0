package io.backstay.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.backstay.local.harness.Await;
import io.backstay.local.harness.FileTrees;
import io.backstay.local.harness.LocalCluster;
import io.backstay.local.harness.RawRepository;
import io.backstay.local.harness.Restic;
import io.backstay.local.harness.SmallDisk;
import io.backstay.local.harness.TestNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A storage node's disk is full or read-only, seen from outside. Needs the right to mount file systems, so that it runs with
 * {@code -Dbackstay.mounts=true} only: as root, or in {@code unshare -Urm}.
 */
@EnabledIfSystemProperty(named = "backstay.mounts", matches = "true", disabledReason = "it mounts file systems")
final class DiskTroubleIT {
    private static final int MIB = 1024 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int DISK_MIB = 256;
    private static final int ROOM_MIB = 16;

    @RegisterExtension
    static final LocalCluster CLUSTER = LocalCluster.of(3);

    @Test
    void backsUpPastAFullDiskWhichIsFilledAgainWhenItHasRoom() throws Exception {
        TestNode door = CLUSTER.node("node-1");
        TestNode full = CLUSTER.node("node-3");
        Path source = FileTrees.random(CLUSTER.scratch().resolve("source-full"), 61, 40 * MIB);
        try (SmallDisk disk = SmallDisk.under(full, DISK_MIB)) {
            RawRepository raw = door.repository("full");
            Await.until("the repository is made", () -> raw.create() == 200);
            String early = saved(raw, 1, 100_000);
            Await.until("the node has a copy", () -> full.objects("data").contains(early));
            int told = timesToldThatItIsFull(full);
            disk.fillBut(ROOM_MIB * MIB);
            Restic restic = CLUSTER.restic(door, "full");
            Await.until("the repository is made", () -> restic.run("init").status() == 0);
            restic.ok("backup", "--pack-size", "4", source.toString());
            diskBecomes(full, "full");
            assertThat(full.management("/ready").status())
                    .as("it stays a member")
                    .isEqualTo(200);
            assertThat(timesToldThatItIsFull(full)).as("lines in its log").isEqualTo(told + 1);

            TestNode other = CLUSTER.node("node-2");
            assertThat(full.objects("data"))
                    .hasSizeLessThan(other.objects("data").size());
            assertThat(full.repository("full").load("data", early).statusCode()).isEqualTo(200);
            assertThat(raw.delete("data", early)).isEqualTo(200);
            Await.until("it deletes", () -> !full.objects("data").contains(early));

            disk.unfill();
            diskBecomes(full, "ok");
            allNodesHaveTheSame();
            restic.ok("check", "--read-data");
            restoresIdentically(CLUSTER.restic(full, "full"), source);
        }
    }

    @Test
    void backsUpPastAReadOnlyDiskWhichIsFilledAgainWhenItCanBeWrittenTo() throws Exception {
        TestNode door = CLUSTER.node("node-1");
        TestNode stuck = CLUSTER.node("node-2");
        Path source = FileTrees.random(CLUSTER.scratch().resolve("source-stuck"), 62, 12 * MIB);
        try (SmallDisk disk = SmallDisk.under(stuck, DISK_MIB)) {
            Restic restic = CLUSTER.restic(door, "stuck");
            Await.until("the repository is made", () -> restic.run("init").status() == 0);
            String early = saved(door.repository("stuck"), 3, 100_000);
            Await.until("the node has a copy", () -> stuck.objects("data").contains(early));

            disk.makeReadOnly();
            diskBecomes(stuck, "read-only");
            Set<String> before = stuck.objects("data");
            restic.ok("backup", source.toString());
            assertThat(stuck.objects("data")).isEqualTo(before);
            assertThat(stuck.repository("stuck").load("data", early).statusCode())
                    .isEqualTo(200);

            disk.makeWritable();
            diskBecomes(stuck, "ok");
            allNodesHaveTheSame();
            restic.ok("check", "--read-data");
            restoresIdentically(CLUSTER.restic(stuck, "stuck"), source);
        }
    }

    @Test
    void whenAllDisksAreFullWritesAreRefusedNothingIsLostAndDeletingWorks() throws Exception {
        TestNode door = CLUSTER.node("node-1");
        try (SmallDisk one = SmallDisk.under(CLUSTER.node("node-1"), DISK_MIB);
                SmallDisk two = SmallDisk.under(CLUSTER.node("node-2"), DISK_MIB);
                SmallDisk three = SmallDisk.under(CLUSTER.node("node-3"), DISK_MIB)) {
            Path source = FileTrees.random(CLUSTER.scratch().resolve("source-all"), 63, 8 * MIB);
            Path later = FileTrees.random(CLUSTER.scratch().resolve("later-all"), 64, 8 * MIB);
            Restic restic = CLUSTER.restic(door, "all");
            Await.until("the repository is made", () -> restic.run("init").status() == 0);
            restic.ok("backup", "--tag", "kept", source.toString());
            restic.ok("backup", "--tag", "gone", later.toString());
            allNodesHaveTheSame();

            for (SmallDisk disk : List.of(one, two, three)) {
                disk.fillBut(2 * MIB);
            }
            for (TestNode node : CLUSTER.nodes()) {
                diskBecomes(node, "full");
            }
            Set<String> packs = door.objects("data");
            assertThat(door.repository("all").save("data", random(5, 100_000)))
                    .as("a pack")
                    .isEqualTo(507);
            assertThat(door.objects("data")).isEqualTo(packs);
            restoresIdentically(restic, source, "--tag", "kept");

            String gone = JSON.readTree(restic.ok("snapshots", "--json", "--tag", "gone"))
                    .at("/0/id")
                    .asText();
            restic.ok("forget", "--prune", gone);
            assertThat(door.objects("data")).hasSizeLessThan(packs.size());
            restic.ok("check", "--read-data");
        }
    }

    @Test
    void aDiskThatSomethingElseFilledToTheLastByteStillTakesEpochsAndRemovals() throws Exception {
        TestNode door = CLUSTER.node("node-1");
        TestNode full = CLUSTER.node("node-2");
        try (SmallDisk disk = SmallDisk.under(full, DISK_MIB)) {
            RawRepository repository = door.repository("last-byte");
            Await.until("the repository is made", () -> repository.create() == 200);
            String kept = saved(repository, 7, 100_000);
            String gone = saved(repository, 8, 100_000);
            Await.until("the node has copies", () -> full.objects("data").containsAll(Set.of(kept, gone)));

            disk.fillBut(0);
            diskBecomes(full, "full");
            assertThat(repository.delete("data", gone)).isEqualTo(200);
            Await.until("it deletes", () -> !full.objects("data").contains(gone));
            TestNode owner = ownerOf();
            owner.kill();
            owner.awaitReady();
            Await.until("a new owner lists", () -> repository.list("data").equals(Optional.of(Set.of(kept))));
            assertThat(full.repository("last-byte").load("data", kept).statusCode())
                    .isEqualTo(200);

            disk.unfill();
            diskBecomes(full, "ok");
            String late = saved(repository, 9, 100_000);
            Await.until("it takes writes", () -> full.objects("data").contains(late));
        }
    }

    private static int timesToldThatItIsFull(TestNode node) throws Exception {
        return node.log().split("MediumHealth: The disk is full", -1).length - 1;
    }

    private static TestNode ownerOf() throws Exception {
        for (TestNode node : CLUSTER.nodes()) {
            if (node.hostsEntities()) {
                return node;
            }
        }
        throw new AssertionError("no node hosts an entity");
    }

    private static byte[] random(long seed, int length) {
        byte[] content = new byte[length];
        new Random(seed).nextBytes(content);
        return content;
    }

    private static String saved(RawRepository repository, long seed, int length) throws Exception {
        byte[] content = random(seed, length);
        Await.until("an object is acknowledged", () -> repository.save("data", content) == 200);
        return RawRepository.name(content);
    }

    /** The node says so itself, and another node has heard of it. */
    private static void diskBecomes(TestNode node, String state) throws Exception {
        Await.until(
                node + "'s disk is " + state,
                () -> node.api().get("/node").ok().at("/disk/state").asText().equals(state));
        TestNode other = CLUSTER.nodes().stream()
                .filter(one -> !one.name().equals(node.name()))
                .findFirst()
                .orElseThrow();
        Await.until(other + " has heard that it is " + state, () -> {
            for (JsonNode one : other.api().get("/nodes").ok().path("items")) {
                if (one.path("id").asText().equals(node.id())) {
                    return one.at("/disk/state").asText().equals(state);
                }
            }
            return false;
        });
    }

    private static void allNodesHaveTheSame() throws Exception {
        Await.until("every node has every pack", () -> {
            Set<String> first = CLUSTER.nodes().getFirst().objects("data");
            for (TestNode node : CLUSTER.nodes()) {
                if (!node.objects("data").equals(first)) {
                    return false;
                }
            }
            return !first.isEmpty();
        });
    }

    private static void restoresIdentically(Restic restic, Path source, String... which) throws Exception {
        Path target = FileTrees.empty(CLUSTER.scratch().resolve("restored"));
        List<String> words = new ArrayList<>(List.of("restore", "latest", "--target", target.toString()));
        words.addAll(List.of(which));
        restic.ok(words.toArray(String[]::new));
        FileTrees.assertSame(source, target.resolve(Path.of("/").relativize(source)));
    }
}

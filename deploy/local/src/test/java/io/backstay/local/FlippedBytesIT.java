package io.backstay.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.local.harness.Await;
import io.backstay.local.harness.LocalCluster;
import io.backstay.local.harness.RawRepository;
import io.backstay.local.harness.StoredFile;
import io.backstay.local.harness.TestNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Bytes that changed on the disks of a running cluster: never served, and made good. */
final class FlippedBytesIT {
    private static final int BLOCK = 64 * 1024;
    private static final int SIZE = 5 * BLOCK + 1234;

    @RegisterExtension
    static final LocalCluster CLUSTER = LocalCluster.of(3);

    private interface Damage {
        void on(StoredFile copy) throws IOException;
    }

    private record Case(String name, Damage damage) {}

    private static List<Case> cases(StoredFile other) {
        List<Case> cases = new ArrayList<>();
        for (int at : new int[] {0, BLOCK - 1, BLOCK, SIZE / 2, SIZE - 1}) {
            cases.add(new Case("byte " + at + " flipped", copy -> copy.flip(at)));
        }
        cases.add(new Case("truncated", copy -> copy.truncate(SIZE - 1)));
        cases.add(new Case("empty", copy -> copy.truncate(0)));
        cases.add(new Case("extended", StoredFile::extend));
        cases.add(new Case("another object's", copy -> copy.replaceBy(other)));
        cases.add(new Case("missing", StoredFile::delete));
        cases.add(new Case("sidecar flipped", StoredFile::flipSidecar));
        cases.add(new Case("sidecar missing", StoredFile::deleteSidecar));
        cases.add(new Case("sidecar and a byte flipped", copy -> {
            copy.flip(SIZE / 2);
            copy.flipSidecar();
        }));
        return cases;
    }

    @Test
    void whateverBecomesOfOneCopyEveryDoorGivesTheRightBytesAndTheCopyIsMadeGood() throws Exception {
        RawRepository repository = CLUSTER.node("node-1").repository("flipped");
        Await.until("the repository is made", () -> repository.create() == 200);
        byte[] content = content(1);
        byte[] otherContent = content(2);
        String name = saved(repository, content);
        String other = saved(repository, otherContent);
        for (TestNode victim : CLUSTER.nodes()) {
            for (Case one : cases(StoredFile.of(victim, other))) {
                String when = one.name() + " on " + victim;
                allAreWhole(when, name, content);
                one.damage().on(StoredFile.of(victim, name));
                for (TestNode door : CLUSTER.nodes()) {
                    readsRight(door.repository("flipped"), name, content, when + ", read through " + door);
                }
                allAreWhole(when, name, content);
            }
        }
        allAreWhole("the other one", other, otherContent);
    }

    @Test
    void whenAllCopiesAreDamagedNoWrongByteIsGiven() throws Exception {
        RawRepository repository = CLUSTER.node("node-1").repository("all-damaged");
        Await.until("the repository is made", () -> repository.create() == 200);
        byte[] content = content(3);
        String name = saved(repository, content);
        allAreWhole("before", name, content);
        for (TestNode node : CLUSTER.nodes()) {
            StoredFile.of(node, name).flip(SIZE / 2);
        }
        for (TestNode door : CLUSTER.nodes()) {
            RawRepository through = door.repository("all-damaged");
            RawRepository.Part good = through.load("data", name, 0, BLOCK);
            assertThat(good.body()).isEqualTo(Arrays.copyOfRange(content, 0, BLOCK));
            RawRepository.Part bad = through.load("data", name, SIZE / 2, 1);
            assertThat(bad.whole())
                    .as("a range with the damage through %s", door)
                    .isFalse();
            assertThat(bad.status()).as("it is an error before any byte").isGreaterThanOrEqualTo(400);
            RawRepository.Part all = through.load("data", name, 0, SIZE);
            assertThat(all.whole()).as("all of it through %s", door).isFalse();
            if (all.status() / 100 == 2) {
                assertThat(all.body()).isEqualTo(Arrays.copyOfRange(content, 0, all.body().length));
            }
        }
    }

    @Test
    void damageThatNobodyReadsIsFoundAndMadeGood() throws Exception {
        for (TestNode node : CLUSTER.nodes()) {
            node.configure("storage", "scrub-period", "5s");
        }
        RawRepository repository = CLUSTER.node("node-1").repository("unread");
        Await.until("the repository is made", () -> repository.create() == 200);
        byte[] content = content(4);
        String name = saved(repository, content);
        allAreWhole("before", name, content);
        for (TestNode node : CLUSTER.nodes()) {
            StoredFile.of(node, name).flip(0);
            allAreWhole("a byte flipped on " + node, name, content);
        }
        TestNode node = CLUSTER.node("node-3");
        Await.until(
                "its scrub says how far it is",
                () -> node.api().get("/node").ok().at("/disk/scrub/begun").isTextual());
    }

    private static void readsRight(RawRepository repository, String name, byte[] content, String when)
            throws Exception {
        for (int[] range : new int[][] {{0, SIZE}, {0, 1}, {SIZE - 1, 1}, {BLOCK - 1, 2}, {SIZE / 2 - 5, 10}}) {
            RawRepository.Part part = repository.load("data", name, range[0], range[1]);
            assertThat(part.status()).as(when).isIn(200, 206);
            assertThat(part.body()).as(when).isEqualTo(Arrays.copyOfRange(content, range[0], range[0] + range[1]));
        }
    }

    /** Every node has the right bytes on its disk again. */
    private static void allAreWhole(String when, String name, byte[] content) throws Exception {
        for (TestNode node : CLUSTER.nodes()) {
            Await.until(
                    when + ": the copy on " + node + " is whole",
                    () -> Arrays.equals(StoredFile.of(node, name).bytes(), content));
        }
    }

    private static byte[] content(long seed) {
        byte[] content = new byte[SIZE];
        new Random(seed).nextBytes(content);
        return content;
    }

    private static String saved(RawRepository repository, byte[] content) throws Exception {
        Await.until("an object is acknowledged", () -> repository.save("data", content) == 200);
        String name = RawRepository.name(content);
        for (TestNode node : CLUSTER.nodes()) {
            Await.until(node + " has a copy", () -> node.objects("data").containsAll(Set.of(name)));
        }
        return name;
    }
}

package io.backstay.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.local.harness.Await;
import io.backstay.local.harness.FileTrees;
import io.backstay.local.harness.HandRun;
import io.backstay.local.harness.LocalCluster;
import io.backstay.local.harness.RawRepository;
import io.backstay.local.harness.Restic;
import io.backstay.local.harness.TestNode;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The catalogues' tables in Postgres are lost, wholly or in part; the disks are not. */
final class RebuildIT {
    private static final int MIB = 1024 * 1024;

    @RegisterExtension
    static final LocalCluster CLUSTER = LocalCluster.of(3);

    @Test
    void catalogueThatWasSetBackWhileAllNodesWereStoppedIsRebuilt() throws Exception {
        Story story = new Story("set-back");
        Map<String, Long> backup = CLUSTER.catalogues().ends();
        story.goesOn();
        for (TestNode node : CLUSTER.nodes()) {
            node.stop();
        }

        story.loses(backup);
        for (TestNode node : CLUSTER.nodes()) {
            node.begin();
        }
        CLUSTER.heal();

        story.isAsItWas();
    }

    @Test
    void catalogueThatWasEmptiedUnderRunningNodesIsRebuilt() throws Exception {
        Story story = new Story("emptied");
        story.goesOn();

        story.loses(Map.of());

        story.isAsItWas();
    }

    @Test
    void catalogueIsRebuiltWhenAnAdminSaysSo() throws Exception {
        Story story = new Story("by-order");
        story.goesOn();
        TestNode node = CLUSTER.node("node-3");
        node.stop();
        long before = CLUSTER.catalogues().rebuilds();

        try (HandRun run = node.runWith("--rebuild-catalogue")) {
            Await.until(
                    "every catalogue was made anew",
                    () -> run.log().contains("Every repository's catalogue is being made anew")
                            && CLUSTER.catalogues().rebuilds()
                                    >= before + CLUSTER.catalogues().ends().size());
            story.isAsItWas();
        }
    }

    /** Two backups, of which the first is forgotten and pruned after the moment to which the tables may be set back. */
    private static final class Story {
        private final String name;
        private final Path first;
        private final Path second;
        private final Restic restic;
        private Set<String> packs = Set.of();
        private Set<String> pruned = Set.of();
        private long rebuilds;

        private Story(String name) throws Exception {
            this.name = name;
            first = FileTrees.random(CLUSTER.scratch().resolve(name + "-1"), name.hashCode(), 8 * MIB);
            second = FileTrees.random(CLUSTER.scratch().resolve(name + "-2"), name.hashCode() + 1, 8 * MIB);
            restic = CLUSTER.restic(CLUSTER.node("node-1"), name);
            restic.ok("init");
            restic.ok("backup", first.toString());
        }

        private void goesOn() throws Exception {
            Set<String> old = list();
            restic.ok("backup", second.toString());
            restic.ok("forget", "--keep-last", "1", "--group-by", "host", "--prune");
            packs = list();
            pruned = new HashSet<>(old);
            pruned.removeAll(packs);
            assertThat(pruned).isNotEmpty();
            rebuilds = CLUSTER.catalogues().rebuilds();
        }

        /** The tables are set back; what is in them of earlier rebuilds counts no more. */
        private void loses(Map<String, Long> ends) throws Exception {
            CLUSTER.catalogues().setBack(ends);
            rebuilds = CLUSTER.catalogues().rebuilds();
        }

        private Set<String> list() throws Exception {
            RawRepository repository = CLUSTER.node("node-2").repository(name);
            Set<String> names = new HashSet<>();
            Await.until("it lists", () -> {
                Optional<Set<String>> listed = repository.list("data");
                listed.ifPresent(names::addAll);
                return listed.isPresent();
            });
            return names;
        }

        private void isAsItWas() throws Exception {
            assertThat(list()).isEqualTo(packs);
            assertThat(CLUSTER.catalogues().rebuilds()).isGreaterThan(rebuilds);
            restic.ok("check", "--read-data");
            Path target = CLUSTER.scratch().resolve(name + "-restored");
            restic.ok("restore", "latest", "--target", target.toString());
            FileTrees.assertSame(second, target.resolve(second.toString().substring(1)));
            RawRepository repository = CLUSTER.node("node-2").repository(name);
            for (String gone : pruned) {
                assertThat(repository.load("data", gone).statusCode()).isEqualTo(404);
            }
            Await.until("no disk has what was deleted", () -> {
                Set<String> left = new HashSet<>();
                for (TestNode node : CLUSTER.nodes()) {
                    left.addAll(node.objects("data"));
                }
                left.retainAll(pruned);
                return left.isEmpty();
            });
        }
    }
}

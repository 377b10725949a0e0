package io.backstay.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backstay.local.cluster.Launcher;
import io.backstay.local.harness.Api;
import io.backstay.local.harness.Await;
import io.backstay.local.harness.FileTrees;
import io.backstay.local.harness.LocalCluster;
import io.backstay.local.harness.ManagerRecords;
import io.backstay.local.harness.Restic;
import io.backstay.local.harness.TestNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One of the two databases that hold the manager's state is lost, set back, or away; the other one has it. */
final class RestorationIT {
    private static final int MIB = 1024 * 1024;

    @RegisterExtension
    static final LocalCluster CLUSTER = LocalCluster.of(3).withoutRestart();

    @Test
    void everythingIsBackAfterPostgresWasEmptied() throws Exception {
        Story story = new Story("emptied");
        for (TestNode node : CLUSTER.nodes()) {
            node.stop();
        }

        CLUSTER.managerRecords().emptyPostgres();
        for (TestNode node : CLUSTER.nodes()) {
            node.begin();
        }
        CLUSTER.heal();

        story.isAsItWas();
        story.goesOn();
    }

    @Test
    void everythingIsBackAfterPostgresWasEmptiedUnderAManagerAtWork() throws Exception {
        Story story = new Story("under-work");
        CLUSTER.managerRecords().emptyPostgres();
        make(CLUSTER.manager(), "late-" + story.name);
        story.remember();

        CLUSTER.manager().stop();

        story.isAsItWas();
        CLUSTER.heal();
        story.goesOn();
    }

    @Test
    void everythingIsBackAfterPostgresWasSetBack() throws Exception {
        long old = CLUSTER.managerRecords().journalEnd();
        Story story = new Story("set-back");
        for (TestNode node : CLUSTER.nodes()) {
            node.stop();
        }

        CLUSTER.managerRecords().setBack(old);
        for (TestNode node : CLUSTER.nodes()) {
            node.begin();
        }
        CLUSTER.heal();

        story.isAsItWas();
        story.goesOn();
    }

    @Test
    void aManagerThatFindsNoPostgresShowsWhatTheMirrorHas() throws Exception {
        Story story = new Story("away");
        TestNode manager = CLUSTER.manager();
        TestNode other = otherThan(manager);

        CLUSTER.server("postgres").kill(true, Launcher.END_WITHIN);
        manager.killForGood();

        Await.until(
                "the next manager answers from the mirror",
                () -> story.seen(other).equals(story.before));
        assertThat(other.api()
                        .post("/repositories", Api.object().put("name", "none"))
                        .status())
                .as("a change")
                .isEqualTo(503);
        CLUSTER.server("postgres").start();
        Await.until("changes are taken again", () -> make(other, "after-" + story.name));
        CLUSTER.heal();
    }

    @Test
    void aRedisThatWasEmptiedGetsTheStateAgain() throws Exception {
        Story story = new Story("redis");

        CLUSTER.managerRecords().emptyRedis();

        Await.until("the mirror has the state again", CLUSTER.managerRecords()::mirrored);
        assertThat(story.seen(CLUSTER.manager())).isEqualTo(story.before);
    }

    private static TestNode otherThan(TestNode node) throws Exception {
        return CLUSTER.nodes().stream()
                .filter(other -> !other.name().equals(node.name()))
                .findFirst()
                .orElseThrow();
    }

    private static boolean make(TestNode through, String repository) throws Exception {
        int status = through.api()
                .post("/repositories", Api.object().put("name", repository))
                .status();
        return status == 201 || status == 409;
    }

    /** A user, a repository with a backup, and a token for it; both databases know them. */
    private static final class Story {
        private final String name;
        private final Path source;
        private final String token;
        private List<JsonNode> before;

        private Story(String name) throws Exception {
            this.name = name;
            source = FileTrees.random(CLUSTER.scratch().resolve(name), name.hashCode(), 8 * MIB);
            TestNode node = CLUSTER.node("node-1");
            Restic admin = CLUSTER.restic(node, name);
            admin.ok("init");
            admin.ok("backup", source.toString());
            Api api = node.api();
            api.post(
                            "/users",
                            Api.object()
                                    .put("name", "user-" + name)
                                    .put("role", "user")
                                    .put("password", "long enough for " + name))
                    .ok();
            token = api.post(
                            "/tokens",
                            Api.object()
                                    .put("name", "laptop")
                                    .put("repository", name)
                                    .put("permission", "full"))
                    .ok()
                    .path("secret")
                    .asText();
            before = List.of();
            remember();
        }

        private void remember() throws Exception {
            ManagerRecords records = CLUSTER.managerRecords();
            Await.until("the mirror is up to date", records::mirrored);
            before = seen(CLUSTER.manager());
        }

        private List<JsonNode> seen(TestNode through) throws Exception {
            List<JsonNode> all = new ArrayList<>();
            for (String path : List.of("/users", "/repositories", "/tokens")) {
                JsonNode list = through.api().get(path).ok();
                // A repository's address is the asked node's.
                list.findParents("address").forEach(repository -> ((ObjectNode) repository).remove("address"));
                all.add(list);
            }
            return all;
        }

        private void isAsItWas() throws Exception {
            Await.until("a node manages", () -> seen(CLUSTER.manager()).equals(before));
        }

        private void goesOn() throws Exception {
            Restic restic = CLUSTER.restic(CLUSTER.node("node-2"), name, "token", token);
            restic.ok("check", "--read-data");
            restic.ok("backup", source.toString());
            Path target = FileTrees.empty(CLUSTER.scratch().resolve(name + "-restored"));
            restic.ok("restore", "latest", "--target", target.toString());
            FileTrees.assertSame(source, target.resolve(Path.of("/").relativize(source)));
        }
    }
}

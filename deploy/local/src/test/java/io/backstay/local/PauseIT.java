package io.backstay.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.backstay.local.harness.Api;
import io.backstay.local.harness.Await;
import io.backstay.local.harness.LocalCluster;
import io.backstay.local.harness.RawRepository;
import io.backstay.local.harness.TestNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes that are frozen for longer than the others wait, and what they do when they wake. */
class PauseIT {
    @RegisterExtension
    static final LocalCluster CLUSTER = LocalCluster.of(3);

    @Test
    void frozenManagerIsFollowedAndChangesNothingWhenItWakes() throws Exception {
        TestNode frozen = CLUSTER.manager();
        TestNode other = otherThan(frozen);
        long epoch = managerEpoch(other);

        frozen.pause();
        Await.until("another node manages", () -> managerEpoch(other) > epoch);
        long next = managerEpoch(other);
        String made = "made-while-frozen";
        Await.until("the new manager decides", () -> {
            int status = other.api()
                    .post("/repositories", Api.object().put("name", made))
                    .status();
            return status == 201 || status == 409;
        });
        frozen.resume();
        frozen.awaitReady();

        Await.until(
                "the node that woke knows what was decided",
                () -> repositories(frozen).contains(made));
        List<Long> epochs = new ArrayList<>();
        for (JsonNode manager : frozen.api().get("/cluster").ok().path("managers")) {
            epochs.add(manager.path("epoch").asLong());
        }
        assertThat(epochs.getFirst())
                .as("nobody took over from the new manager")
                .isEqualTo(next);
        assertThat(epochs).doesNotHaveDuplicates();
    }

    @Test
    void frozenOwnerOfARepositoryListsNothingOldWhenItWakes() throws Exception {
        TestNode any = CLUSTER.node("node-1");
        byte[] before = content("before");
        RawRepository repository = any.repository("frozen-owner");
        assertThat(repository.create()).isEqualTo(200);
        assertThat(repository.save("locks", before)).isEqualTo(200);
        TestNode owner = owner();
        RawRepository throughOther = otherThan(owner).repository("frozen-owner");
        RawRepository throughOwner = owner.repository("frozen-owner");
        byte[] after = content("after");

        owner.pause();
        Await.until("another owner takes writes", () -> throughOther.save("locks", after) == 200);
        Await.until(
                "another owner takes deletes", () -> throughOther.delete("locks", RawRepository.name(before)) == 200);
        owner.resume();

        Set<String> right = Set.of(RawRepository.name(after));
        int[] complete = {0};
        Await.until("the node that woke lists twenty times", () -> {
            Optional<Set<String>> listed = throughOwner.list("locks");
            listed.ifPresent(names -> {
                // What is refused is no lie; what is listed must be right from the first moment on.
                assertThat(names).isEqualTo(right);
                complete[0]++;
            });
            return complete[0] >= 20;
        });
    }

    @Test
    void shortPauseCostsNoNodeItsMembership() throws Exception {
        TestNode manager = CLUSTER.manager();
        TestNode other = otherThan(manager);
        long epoch = managerEpoch(other);

        manager.freezeFor(Duration.ofSeconds(2));

        Await.until(
                "the manager decides again",
                () -> other.api()
                                .post("/repositories", Api.object().put("name", "after-a-short-pause"))
                                .status()
                        == 201);
        assertThat(managerEpoch(other)).isEqualTo(epoch);
    }

    private static TestNode owner() throws Exception {
        for (TestNode node : CLUSTER.nodes()) {
            if (node.hostsEntities()) {
                return node;
            }
        }
        throw new AssertionError("no node hosts the repository's entity");
    }

    private static TestNode otherThan(TestNode node) {
        return CLUSTER.nodes().stream()
                .filter(other -> !other.name().equals(node.name()))
                .findFirst()
                .orElseThrow();
    }

    private static long managerEpoch(TestNode asked) throws Exception {
        return asked.api().get("/cluster").ok().path("manager").path("epoch").asLong();
    }

    private static List<String> repositories(TestNode asked) throws Exception {
        List<String> names = new ArrayList<>();
        for (JsonNode item : asked.api().get("/repositories").ok().path("items")) {
            names.add(item.path("name").asText());
        }
        return names;
    }

    private static byte[] content(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package io.backstay.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.backstay.local.harness.Api;
import io.backstay.local.harness.Await;
import io.backstay.local.harness.LocalCluster;
import io.backstay.local.harness.RawRepository;
import io.backstay.local.harness.Stranger;
import io.backstay.local.harness.TestNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How a cluster comes together, and who stays outside. */
final class FormationIT {
    @RegisterExtension
    static final LocalCluster CLUSTER = LocalCluster.of(3);

    @Test
    void threeFoundersFormOneCluster() throws Exception {
        for (TestNode node : CLUSTER.nodes()) {
            Await.until("three members are up as " + node + " sees them", () -> membersUp(node) == 3);
        }
    }

    @Test
    void everyNodeNamesTheSameManager() throws Exception {
        Await.until("all name the same manager", () -> {
            Set<String> named = new HashSet<>();
            for (TestNode node : CLUSTER.nodes()) {
                JsonNode cluster = node.api().get("/cluster").ok();
                named.add(cluster.path("manager").path("id").asText());
            }
            return named.size() == 1 && !named.contains("");
        });
    }

    @Test
    void everyNodeKnowsAllNodesByNameAndAddress() throws Exception {
        for (TestNode asked : CLUSTER.nodes()) {
            for (TestNode node : CLUSTER.nodes()) {
                Await.until(asked + " knows " + node, () -> knows(asked, node));
            }
        }
    }

    @Test
    void aTokenThatWasJustMadeOpensEveryNode() throws Exception {
        TestNode maker = CLUSTER.node("node-1");
        assertThat(maker.repository("tokens").create()).isEqualTo(200);
        for (int i = 0; i < 10; i++) {
            String secret = maker.api()
                    .post(
                            "/tokens",
                            Api.object()
                                    .put("name", "laptop-" + i)
                                    .put("repository", "tokens")
                                    .put("permission", "read"))
                    .ok()
                    .path("secret")
                    .asText();
            for (TestNode node : CLUSTER.nodes()) {
                assertThat(node.anonymous()
                                .bearing(secret)
                                .get("/repositories/tokens")
                                .status())
                        .as("of %s", node)
                        .isNotEqualTo(401);
                // The repository's owner may be on another node, which looks for itself.
                assertThat(node.repository("tokens", secret)
                                .load("data", RawRepository.name(secret.getBytes(StandardCharsets.UTF_8)))
                                .statusCode())
                        .as("of an object that is not there, by %s", node)
                        .isEqualTo(404);
            }
        }
    }

    @Test
    void killedManagerIsFollowedByAnotherNode() throws Exception {
        TestNode before = CLUSTER.manager();

        before.killForGood();

        Await.until("another node manages", () -> !CLUSTER.manager().name().equals(before.name()));
    }

    @Test
    void nodeThatWasKilledComesBackAsItself() throws Exception {
        TestNode node = CLUSTER.node("node-2");
        String id = node.id();

        node.kill();

        node.awaitReady();
        assertThat(node.id()).isEqualTo(id);
        Await.until("three members are up", () -> membersUp(node) == 3);
    }

    @Test
    void nodeWithACertificateOfAnotherAuthorityStaysOutside() throws Exception {
        try (Stranger stranger = CLUSTER.stranger()) {
            Await.until(
                    "it has given up one attempt to join",
                    () -> stranger.log().contains("The cluster system has ended"));

            for (TestNode node : CLUSTER.nodes()) {
                assertThat(node.management("/cluster/members").ok().path("members"))
                        .as("members as %s sees them", node)
                        .hasSize(3);
                assertThat(node.api().get("/cluster").ok().path("nodes")).hasSize(3);
            }
        }
    }

    @Test
    void everyFigureThatANodeMeasuresIsWrittenDown() throws Exception {
        String pages = Files.readString(Path.of("../../docs/operations/metrics.md"));
        List<String> figures = CLUSTER.node("node-1")
                .managementText("/metrics")
                .lines()
                .filter(line -> line.startsWith("# TYPE backstay_"))
                .map(line -> line.split(" ", -1)[2])
                .toList();
        assertThat(figures).contains("backstay_cluster_nodes_up", "backstay_disk_free_bytes");
        assertThat(figures).allSatisfy(figure -> assertThat(pages).contains("`" + figure + "`"));
    }

    private static boolean knows(TestNode asked, TestNode node) throws Exception {
        for (JsonNode entry : asked.api().get("/cluster").ok().path("nodes")) {
            if (entry.path("id").asText().equals(node.id())) {
                return entry.path("name").asText().equals(node.name())
                        && entry.path("http").asText().equals(node.http())
                        && entry.path("state").asText().equals("up");
            }
        }
        return false;
    }

    private static int membersUp(TestNode node) throws Exception {
        int up = 0;
        for (JsonNode member : node.management("/cluster/members").ok().path("members")) {
            if (member.path("status").asText().equals("Up")) {
                up++;
            }
        }
        return up;
    }
}

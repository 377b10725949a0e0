package io.backstay.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.backstay.http.Answer;
import io.backstay.http.Api;
import io.backstay.http.People;
import io.backstay.http.RunningNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("slow")
@ExtendWith(RunningNode.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterTest {
    private final RunningNode node;
    private final Api admin;

    ClusterTest(RunningNode node) {
        this.node = node;
        this.admin = node.admin();
    }

    @Test
    void theClusterHasItsNodeWhichIsTheManager() {
        JsonNode cluster = admin.get("/cluster").expect(200).json();
        assertThat(cluster.path("nodes").findValuesAsText("name")).containsExactly(RunningNode.NAME);
        JsonNode only = cluster.path("nodes").path(0);
        assertThat(only.path("state").asText()).isEqualTo("up");
        assertThat(only.path("manager").asBoolean()).isTrue();
        assertThat(cluster.at("/manager/id")).isEqualTo(only.path("id"));
        assertThat(cluster.at("/manager/epoch").asLong()).isPositive();
        assertThat(admin.get("/nodes/" + only.path("id").asText()).expect(200).json())
                .isEqualTo(only);
        assertThat(admin.get("/nodes?q=" + RunningNode.NAME + "&sort=-state").texts("id"))
                .containsExactly(only.path("id").asText());
        admin.get("/nodes/" + UUID.randomUUID()).expectProblem(404, "not-found");
    }

    @Test
    void theNodeTellsOfItself() {
        JsonNode self = admin.get("/node").expect(200).json();
        assertThat(self.path("name").asText()).isEqualTo(RunningNode.NAME);
        assertThat(self.path("member").asBoolean()).isTrue();
        assertThat(self.path("managerAnswers").asBoolean()).isTrue();
        assertThat(self.path("http").asText()).isEqualTo(node.http().toString());
    }

    @Test
    void theLastNodeStaysEvenByForce() {
        String path = "/nodes/" + admin.get("/node").text("/id");
        admin.delete(path).expectProblem(409, "conflict");
        admin.delete(path + "?force=true").expectProblem(409, "conflict");
        admin.delete(path + "?force=yes").expectProblem(400, "invalid-request");
        admin.with("If-Match", "\"999\"").delete(path).expectProblem(412, "precondition-failed");
    }

    @Test
    void aJoinTokenIsShownOnceListedAndRevoked() {
        Answer made = admin.post("/join-tokens", Map.of("label", "for rack 7", "validForSeconds", 60, "uses", 2))
                .expect(201);
        String secret = made.text("/secret");
        assertThat(secret).matches("bsj_[A-Za-z0-9_-]{43}_[0-9a-f]{32}");
        assertThat(made.text("/command")).contains(secret, node.http().toString());
        Answer listed = admin.get("/join-tokens?q=rack").expect(200);
        assertThat(listed.texts("id")).contains(made.text("/token/id"));
        assertThat(listed.toString()).doesNotContain(secret.substring(4, 40));
        admin.delete("/join-tokens/" + made.text("/token/id")).expect(204);
        admin.delete("/join-tokens/" + made.text("/token/id")).expectProblem(404, "not-found");
        assertThat(admin.get("/join-tokens").texts("id")).doesNotContain(made.text("/token/id"));
        join(secret, Map.of()).expectProblem(403, "forbidden");
    }

    @Test
    void joinTokensHaveBounds() {
        admin.post("/join-tokens", Map.of()).expect(201);
        for (Map<String, Object> bad : List.<Map<String, Object>>of(
                Map.of("uses", 0),
                Map.of("uses", 1001),
                Map.of("validForSeconds", 0),
                Map.of("validForSeconds", -1),
                Map.of("validForSeconds", 2_592_001),
                Map.of("validForSeconds", Long.MAX_VALUE),
                Map.of("label", "x".repeat(101)),
                Map.of("label", "a\u0007"),
                Map.of("label", 7))) {
            admin.post("/join-tokens", bad).expectProblem(400, "invalid-request");
        }
    }

    private Answer join(String token, Map<String, Object> instead) {
        Map<String, Object> wanted = new HashMap<>(Map.of(
                "nodeId",
                UUID.randomUUID().toString(),
                "name",
                "two",
                "roles",
                List.of("backup-storage"),
                "zone",
                "",
                "addresses",
                Map.of("http", "http://127.0.0.1:1", "internal", "http://127.0.0.1:2"),
                "csr",
                "no request",
                "token",
                token));
        wanted.putAll(instead);
        return Api.of(node).post("/nodes/join", wanted);
    }

    @Test
    void nobodyJoinsWithAnUnknownTokenOrADamagedRequest() {
        String unknown = "bsj_" + "A".repeat(43) + "_" + "0".repeat(32);
        join(unknown, Map.of()).expectProblem(403, "forbidden");
        join("bsj_", Map.of()).expectProblem(400, "invalid-request");
        String good = admin.post("/join-tokens", Map.of("uses", 5)).expect(201).text("/secret");
        for (Map<String, Object> bad : List.<Map<String, Object>>of(
                Map.of(),
                Map.of("csr", ""),
                Map.of("csr", "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n"),
                Map.of("roles", List.of()),
                Map.of("roles", List.of("king")),
                Map.of("roles", List.of(List.of())),
                Map.of("zone", "x".repeat(64)),
                Map.of("addresses", Map.of("http", "file:///etc/passwd", "internal", "http://127.0.0.1:2")),
                Map.of("addresses", Map.of("http", "http://127.0.0.1:1", "internal", "not an address")),
                Map.of("addresses", Map.of("http", "http://u:p@127.0.0.1:1", "internal", "http://127.0.0.1:2")))) {
            join(good, bad).expectProblem(400, "invalid-request");
        }
        join(good, Map.of("name", "Not A Name")).expectProblem(400, "invalid-name");
        join(good, Map.of("nodeId", "x")).expectProblem(400, "invalid-identifier");
        Api.of(node)
                .send("POST", "/nodes/join", Optional.of("""
                    {"nodeId":"%s","name":"two","roles":[null],"zone":"","csr":"","token":"%s",
                    "addresses":{"http":"http://a:1","internal":"http://a:2"}}\
                    """.formatted(UUID.randomUUID(), good)))
                .expectProblem(400, "invalid-request");
        assertThat(admin.get("/nodes").texts("name")).containsExactly(RunningNode.NAME);
    }

    @Test
    void operatorsLetNodesInAndUsersDoNot() {
        People people = new People(node);
        Api user = people.user("user").api();
        user.get("/join-tokens").expectProblem(403, "forbidden");
        user.post("/join-tokens", Map.of()).expectProblem(403, "forbidden");
        people.user("operator").api().post("/join-tokens", Map.of()).expect(201);
    }
}

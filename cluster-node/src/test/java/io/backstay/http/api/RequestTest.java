package io.backstay.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.http.Answer;
import io.backstay.http.Api;
import io.backstay.http.RunningNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** What every endpoint has in common. */
@Tag("slow")
@ExtendWith(RunningNode.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RequestTest {
    private final RunningNode node;
    private final Api admin;

    RequestTest(RunningNode node) {
        this.node = node;
        this.admin = node.admin();
    }

    private Answer create(String body) {
        return admin.send("POST", "/users", Optional.of(body));
    }

    @Test
    void bodiesThatAreNotAsDescribedAreRefused() {
        String good = "{\"name\":\"x\",\"role\":\"user\",\"password\":\"12345678\"}";
        for (String bad : List.of(
                "",
                " ",
                "null",
                "[]",
                "\"text\"",
                "{",
                good + "x",
                good + good,
                "{\"name\":\"x\",\"role\":\"user\"}",
                "{\"name\":null,\"role\":\"user\",\"password\":\"12345678\"}",
                "{\"name\":\"x\",\"role\":\"user\",\"password\":12345678}",
                "{\"name\":[\"x\"],\"role\":\"user\",\"password\":\"12345678\"}",
                "{\"name\":\"x\",\"name\":\"y\",\"role\":\"user\",\"password\":\"12345678\"}",
                "{\"name\":\"x\",\"role\":\"user\",\"password\":\"12345678\",\"admin\":true}",
                "{\"name\":\"x\",\"role\":\"user\",\"password\":\"12345678\",}",
                "{'name':'x'}",
                "{\"name\":NaN}",
                "[".repeat(10_000),
                "{\"a\":".repeat(5_000),
                "\u0000",
                "\ufeff\ufeff{}")) {
            create(bad).expectProblem(400, "invalid-request");
        }
    }

    @Test
    void theRefusalNamesTheFieldAndNeverRepeatsAPassword() {
        Answer unknown = create("{\"name\":\"x\",\"role\":\"user\",\"password\":\"1 secret text\",\"extra\":1}");
        assertThat(unknown.text("/detail")).contains("extra");
        assertThat(unknown.toString()).doesNotContain("secret text");
        assertThat(create("{\"name\":\"x\",\"role\":\"user\",\"password\":[\"2 secret text\"]}")
                        .toString())
                .contains("password")
                .doesNotContain("secret text");
        assertThat(node.log()).doesNotContain("secret text");
    }

    @Test
    void bodiesHaveABoundWhetherAnnouncedOrNot() {
        String large = "{\"name\":\"" + "x".repeat(70_000) + "\"}";
        create(large).expectProblem(413, "too-large");
        create("x".repeat(3_000_000)).expectProblem(413, "too-large");
        admin.get("/session").expect(200);
    }

    @Test
    void bodiesAreJsonAndNothingElse() {
        String body = "{\"name\":\"admin\",\"password\":\"x\"}";
        for (String type : List.of("text/plain", "application/x-www-form-urlencoded", "application/xml", "text/json")) {
            Api.of(node)
                    .with("Content-Type", type)
                    .send("POST", "/session", Optional.of(body))
                    .expectProblem(415, "unsupported-media-type");
        }
        Api.of(node)
                .with("Content-Type", "application/json; charset=utf-8")
                .send("POST", "/session", Optional.of(body))
                .expect(401);
    }

    @Test
    void methodsThatAnAddressDoesNotTakeAreToldWithThoseThatItTakes() {
        admin.send("PUT", "/users", Optional.of("{}")).expectProblem(405, "method-not-allowed");
        admin.send("DELETE", "/cluster", Optional.empty()).expectProblem(405, "method-not-allowed");
        admin.send("OPTIONS", "/session", Optional.empty()).expectProblem(405, "method-not-allowed");
        Api.of(node).send("TRACE", "/session", Optional.empty()).expectProblem(405, "method-not-allowed");
    }

    @Test
    void nothingElseIsServed() {
        for (String path : List.of(
                "/nothing",
                "/users/",
                "/users//",
                "//users",
                "/Users",
                "/users/x/password/y",
                "/.",
                "/..",
                "/%2e%2e/users",
                "/users%2f",
                "/users;a=b",
                "/session%00")) {
            Answer answer = admin.sendAnywhere("GET", "/api/v1" + path, Optional.empty());
            answer.expectProblem(404, "not-found");
        }
        for (String path :
                List.of("/", "/api", "/api/v1", "/api/v1/", "/api/v2/session", "/restic", "/metrics", "/favicon.ico")) {
            admin.sendAnywhere("GET", path, Optional.empty()).expectProblem(404, "not-found");
        }
    }

    @Test
    void headAnswersAsGetDoesWithoutABody() {
        for (String path :
                List.of("/session", "/cluster", "/nodes", "/users", "/repositories", "/tokens", "/openapi.yaml")) {
            Answer head = admin.send("HEAD", path, Optional.empty()).expect(200);
            Answer get = admin.get(path);
            assertThat(head.header("Content-Type")).isEqualTo(get.header("Content-Type"));
            assertThat(head.header("Content-Length")).as(path).isPresent();
        }
        admin.send("HEAD", "/users/00000000-0000-0000-0000-000000000000", Optional.empty())
                .expect(404);
        Api.of(node).send("HEAD", "/users", Optional.empty()).expect(401);
    }

    @Test
    void requestIdsOfClientsAreKeptWhereTheyAreHarmless() {
        assertThat(admin.with("X-Request-Id", "mine-1.2_3").get("/session").header("X-Request-Id"))
                .contains("mine-1.2_3");
        for (String bad : List.of("a b", "<script>", "x".repeat(65), "ä")) {
            assertThat(admin.with("X-Request-Id", bad)
                            .get("/session")
                            .header("X-Request-Id")
                            .orElseThrow())
                    .matches("[0-9a-f-]{36}");
        }
    }

    @Test
    void theDescriptionIsServedToEverybody() {
        Answer answer = Api.of(node).get("/openapi.yaml").expect(200);
        assertThat(new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8))
                .startsWith("openapi: 3.1");
    }

    @Test
    void acceptingSomethingElseChangesNothing() {
        admin.with("Accept", "text/html").get("/session").expect(200);
        admin.with("Accept", "application/json;q=0").get("/session").expect(200);
        admin.with("Accept-Encoding", "gzip").get("/cluster").expect(200);
        admin.with("If-Match", "\"1\"").get("/session").expect(200);
        admin.with("If-None-Match", "*")
                .post("/repositories", Map.of("name", node.freshName("r")))
                .expect(201);
    }
}

package io.backstay.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.http.Answer;
import io.backstay.http.Api;
import io.backstay.http.Contract;
import io.backstay.http.People;
import io.backstay.http.RunningNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every endpoint with every kind of credentials, on what belongs to others. */
@Tag("slow")
@ExtendWith(RunningNode.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EndpointAccessTest {
    private final RunningNode node;
    private final People people;
    private final Api admin;
    private final Api operator;
    private final Api user;
    private final People.Person other;

    /** One line of the table: what a user, an operator and an admin get. */
    private record Row(String operation, String body, int user, int operator, int admin) {
        static Row of(String operation, int user, int operator, int admin) {
            return new Row(operation, "", user, operator, admin);
        }

        String method() {
            return operation.split(" ", 2)[0];
        }

        String path() {
            return operation.split(" ", 2)[1];
        }
    }

    private static final List<Row> TABLE = List.of(
            Row.of("GET /session", 200, 200, 200),
            Row.of("DELETE /session", 204, 204, 204),
            Row.of("GET /cluster", 200, 200, 200),
            Row.of("GET /node", 200, 200, 200),
            Row.of("GET /nodes", 200, 200, 200),
            Row.of("GET /nodes/{node}", 200, 200, 200),
            Row.of("DELETE /nodes/{node}", 403, 409, 409),
            Row.of("GET /join-tokens", 403, 200, 200),
            new Row("POST /join-tokens", "{}", 403, 201, 201),
            Row.of("DELETE /join-tokens/{token}", 403, 204, 204),
            Row.of("GET /users", 200, 200, 200),
            new Row(
                    "POST /users",
                    "{\"name\":\"{fresh}\",\"role\":\"admin\",\"password\":\"a good password\"}",
                    403,
                    403,
                    201),
            Row.of("GET /users/{user}", 404, 200, 200),
            new Row("PATCH /users/{user}", "{\"role\":\"admin\"}", 403, 403, 200),
            Row.of("DELETE /users/{user}", 403, 403, 204),
            new Row("PUT /users/{user}/password", "{\"replacement\":\"another password\"}", 403, 403, 200),
            Row.of("DELETE /users/{user}/sessions", 403, 403, 204),
            Row.of("GET /repositories", 200, 200, 200),
            new Row("POST /repositories", "{\"name\":\"{fresh}\",\"owner\":\"{other}\"}", 403, 201, 201),
            Row.of("GET /repositories/{repository}", 404, 200, 200),
            new Row("PATCH /repositories/{repository}", "{\"replicas\":2}", 404, 200, 200),
            new Row("PATCH /repositories/{repository}", "{\"grants\":[]}", 404, 403, 200),
            new Row("PATCH /repositories/{repository}", "{\"owner\":\"{other}\"}", 404, 403, 200),
            Row.of("DELETE /repositories/{repository}", 404, 204, 204),
            Row.of("GET /tokens", 200, 200, 200),
            new Row(
                    "POST /tokens",
                    "{\"name\":\"t\",\"repository\":\"{repository}\",\"permission\":\"read\"}",
                    404,
                    403,
                    403),
            Row.of("DELETE /tokens/{token}", 404, 404, 204));

    EndpointAccessTest(RunningNode node) {
        this.node = node;
        this.people = new People(node);
        this.admin = node.admin();
        this.operator = people.user("operator").api();
        this.user = people.user("user").api();
        this.other = people.user("user");
    }

    @Test
    void theTableHasEveryEndpointThatNeedsCredentials() {
        Set<String> tested = new HashSet<>();
        TABLE.forEach(row -> tested.add(row.operation()));
        assertThat(tested)
                .containsExactlyInAnyOrderElementsOf(Contract.LOADED.operations().keySet().stream()
                        .filter(operation -> !Set.of("GET /openapi.yaml", "POST /session", "POST /nodes/join")
                                .contains(operation))
                        .toList());
    }

    @TestFactory
    Stream<DynamicTest> everybodyMayWhatTheirRoleSays() {
        return TABLE.stream()
                .map(row -> DynamicTest.dynamicTest(row.operation() + " " + row.body(), () -> {
                    List<Integer> got = new ArrayList<>();
                    for (Api who : List.of(user, operator, admin)) {
                        got.add(ask(row, filled(row, row.path()), filled(row, row.body()), who)
                                .status());
                    }
                    assertThat(got).containsExactly(row.user(), row.operator(), row.admin());
                }));
    }

    @TestFactory
    Stream<DynamicTest> nothingIsAnsweredToWrongCredentials() {
        String secret = people.token(other, people.repository(other, node.freshName("repo")), "full")
                .secret();
        People.Person leaver = people.user("admin");
        leaver.api().delete("/session?all=true").expect(204);
        String session =
                Api.of(node).signIn("admin", RunningNode.ADMIN_PASSWORD).text("/token");
        Api stranger = Api.of(node);
        return TABLE.stream()
                .map(row -> DynamicTest.dynamicTest(row.operation() + " " + row.body(), () -> {
                    String path = filled(row, row.path());
                    String body = filled(row, row.body());
                    for (Api wrong : List.of(
                            stranger,
                            stranger.bearer("bss_forged"),
                            leaver.api(),
                            stranger.bearer(secret.substring(1)))) {
                        ask(row, path, body, wrong).expectProblem(401, "unauthenticated");
                    }
                    for (Api narrow : List.of(stranger.bearer(secret), stranger.basic("token", secret))) {
                        ask(row, path, body, narrow).expectProblem(403, "forbidden");
                    }
                    if (!row.method().equals("GET")) {
                        ask(row, path, body, stranger.cookie(session)).expectProblem(403, "forbidden");
                    }
                }));
    }

    private static Answer ask(Row row, String path, String body, Api who) {
        return who.send(row.method(), path, body.isEmpty() ? Optional.empty() : Optional.of(body));
    }

    /** With what was made for this question alone. */
    private String filled(Row row, String template) {
        String text = template;
        if (text.contains("{node}")) {
            text = text.replace("{node}", admin.get("/node").text("/id"));
        }
        if (text.contains("{user}")) {
            text = text.replace(
                    "{user}",
                    admin.post("/users", Map.of("name", node.freshName("u"), "role", "user", "password", "12345678"))
                            .expect(201)
                            .text("/id"));
        }
        if (text.contains("{repository}")) {
            text = text.replace("{repository}", people.repository(other, node.freshName("repo")));
        }
        if (text.contains("{token}")) {
            text = text.replace("{token}", row.operation().contains("join-tokens") ? joinToken() : token());
        }
        return text.replace("{other}", other.id()).replace("{fresh}", node.freshName("fresh"));
    }

    private String joinToken() {
        return admin.post("/join-tokens", Map.of()).expect(201).text("/token/id");
    }

    private String token() {
        return people.token(other, people.repository(other, node.freshName("repo")), "read")
                .id();
    }
}

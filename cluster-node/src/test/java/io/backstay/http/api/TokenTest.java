package io.backstay.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.http.Answer;
import io.backstay.http.Api;
import io.backstay.http.People;
import io.backstay.http.RunningNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("slow")
@ExtendWith(RunningNode.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenTest {
    private final RunningNode node;
    private final People people;
    private final People.Person owner;
    private final People.Person other;
    private String name = "";
    private String repository = "";

    TokenTest(RunningNode node) {
        this.node = node;
        this.people = new People(node);
        this.owner = people.user("user");
        this.other = people.user("user");
    }

    @BeforeEach
    void aRepository() {
        name = node.freshName("repo");
        repository = people.repository(owner, name);
    }

    private Answer create(People.Person who, String permission) {
        return who.api().post("/tokens", Map.of("name", "laptop", "repository", repository, "permission", permission));
    }

    private Answer restic(String authorization) {
        return Api.of(node)
                .with("Authorization", authorization)
                .sendAnywhere("GET", "/restic/" + name + "/keys/", Optional.empty());
    }

    @Test
    void theSecretIsShownOnceAndOpensTheRepository() {
        Answer made = create(owner, "append").expect(201);
        String secret = made.text("/secret");
        assertThat(secret).matches("bst_[0-9a-f]{32}_[0-9A-Za-z]{43}");
        assertThat(made.json().path("commands").toString())
                .contains("RESTIC_REST_PASSWORD=" + secret, "rest:" + node.http() + "/restic/" + name + "/");
        Answer listed = owner.api().get("/tokens").expect(200);
        assertThat(listed.texts("id")).contains(made.text("/token/id"));
        assertThat(listed.toString()).doesNotContain(secret.substring(40));
        restic(Api.basicValue("token", secret)).expect(200);
        restic(Api.basicValue(owner.name(), secret)).expect(200);
        restic("Bearer " + secret).expect(200);
        restic(Api.basicValue(other.name(), secret)).expect(401);
        restic(Api.basicValue("token", secret.substring(0, secret.length() - 1) + "!"))
                .expect(401);
    }

    @Test
    void aRepositoryIsNamedAsPeopleKnowIt() {
        String name = owner.api().get("/repositories/" + repository).expect(200).text("/name");

        Answer made = owner.api()
                .post("/tokens", Map.of("name", "by name", "repository", name, "permission", "read"))
                .expect(201);

        assertThat(made.text("/token/repository")).isEqualTo(repository);
        owner.api()
                .post("/tokens", Map.of("name", "by name", "repository", "nobody-has-it", "permission", "read"))
                .expectProblem(404, "not-found");
    }

    @Test
    void aRevokedTokenOpensNothing() {
        Answer made = create(owner, "full").expect(201);
        String path = "/tokens/" + made.text("/token/id");
        other.api().delete(path).expectProblem(404, "not-found");
        owner.api().delete(path).expect(204);
        restic(Api.basicValue("token", made.text("/secret"))).expect(401);
        owner.api().delete(path).expectProblem(404, "not-found");
        assertThat(owner.api().get("/tokens").texts("id")).doesNotContain(made.text("/token/id"));
    }

    @Test
    void aTokenEndsWhenItExpires() {
        Instant expires = Instant.now().plusMillis(1_500);
        String secret = owner.api()
                .post(
                        "/tokens",
                        Map.of(
                                "name",
                                "short",
                                "repository",
                                repository,
                                "permission",
                                "read",
                                "expires",
                                expires.toString()))
                .expect(201)
                .text("/secret");
        restic(Api.basicValue("token", secret)).expect(200);
        RunningNode.await(
                "the token has expired",
                () -> restic(Api.basicValue("token", secret)).status() == 401);
        assertThat(Instant.now()).isAfter(expires);
    }

    @Test
    void expiryLiesAheadWithinReasonAndIsATime() {
        String body = "{\"name\":\"t\",\"repository\":\"%s\",\"permission\":\"read\",\"expires\":%s}";
        String past = "\"" + Instant.now().minus(Duration.ofSeconds(1)) + "\"";
        for (String bad : List.of(
                past,
                "\"tomorrow\"",
                "\"\"",
                "4102444800",
                "1e30",
                "true",
                "\"+1000000000-12-31T23:59:59.999999999Z\"",
                "\"+10000-01-01T00:00:00Z\"",
                "\"2100-01-01\"")) {
            Answer answer = owner.api().send("POST", "/tokens", Optional.of(body.formatted(repository, bad)));
            assertThat(answer.status()).as(bad + answer).isEqualTo(400);
        }
        owner.api()
                .send("POST", "/tokens", Optional.of(body.formatted(repository, "\"2100-01-01T00:00:00+02:00\"")))
                .expect(201);
    }

    @Test
    void aTokenCanDoNoMoreThanItsOwner() {
        create(other, "read").expectProblem(404, "not-found");
        owner.api()
                .patch(
                        "/repositories/" + repository,
                        Map.of("grants", List.of(Map.of("user", other.id(), "permission", "append"))))
                .expect(200);
        create(other, "full").expectProblem(403, "forbidden");
        String secret = create(other, "append").expect(201).text("/secret");
        restic(Api.basicValue("token", secret)).expect(200);
        owner.api()
                .patch("/repositories/" + repository, Map.of("grants", List.of()))
                .expect(200);
        restic(Api.basicValue("token", secret)).expect(403);
    }

    @Test
    void tokensOfOthersAreSeenByAdminsOnly() {
        String id = create(owner, "read").expect(201).text("/token/id");
        assertThat(other.api().get("/tokens").texts("id")).doesNotContain(id);
        assertThat(node.admin().get("/tokens?limit=1000").texts("id")).contains(id);
        node.admin().delete("/tokens/" + id).expect(204);
    }

    @Test
    void aTokenEndsWithItsRepositoryAndWithItsOwner() {
        People.Person leaving = people.user("user");
        owner.api()
                .patch(
                        "/repositories/" + repository,
                        Map.of("grants", List.of(Map.of("user", leaving.id(), "permission", "read"))))
                .expect(200);
        String secret = create(leaving, "read").expect(201).text("/secret");
        node.admin().patch("/users/" + leaving.id(), Map.of("disabled", true)).expect(200);
        restic(Api.basicValue("token", secret)).expect(401);
        node.admin().delete("/users/" + leaving.id()).expect(204);
        restic(Api.basicValue("token", secret)).expect(401);
        String own = create(owner, "read").expect(201).text("/secret");
        owner.api().delete("/repositories/" + repository).expect(204);
        restic(Api.basicValue("token", own)).expect(401);
    }

    @Test
    void namesAreShortPrintableText() {
        for (String bad : List.of("", " ", " padded", "x".repeat(101), "a\u0000b", "line\nbreak", "\u202eevil")) {
            owner.api()
                    .post("/tokens", Map.of("name", bad, "repository", repository, "permission", "read"))
                    .expectProblem(400, "invalid-request");
        }
        owner.api()
                .send(
                        "POST",
                        "/tokens",
                        Optional.of("{\"name\":\"a\\ud800b\",\"repository\":\"%s\",\"permission\":\"read\"}"
                                .formatted(repository)))
                .expectProblem(400, "invalid-request");
        owner.api()
                .post("/tokens", Map.of("name", "Büro 😀", "repository", repository, "permission", "read"))
                .expect(201);
        owner.api()
                .post(
                        "/tokens",
                        Map.of("name", "t", "repository", UUID.randomUUID().toString(), "permission", "read"))
                .expectProblem(404, "not-found");
    }
}

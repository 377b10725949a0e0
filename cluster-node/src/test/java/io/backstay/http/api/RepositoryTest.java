package io.backstay.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.http.Answer;
import io.backstay.http.Api;
import io.backstay.http.People;
import io.backstay.http.RunningNode;
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
class RepositoryTest {
    private final RunningNode node;
    private final Api admin;
    private final People.Person owner;
    private final People.Person other;

    RepositoryTest(RunningNode node) {
        this.node = node;
        this.admin = node.admin();
        People people = new People(node);
        this.owner = people.user("user");
        this.other = people.user("user");
    }

    private Answer create() {
        return owner.api()
                .post("/repositories", Map.of("name", node.freshName("repo")))
                .expect(201);
    }

    @Test
    void aNewRepositoryTellsWhatResticIsGiven() {
        Answer made = create();
        assertThat(made.text("/owner")).isEqualTo(owner.id());
        assertThat(made.text("/address")).isEqualTo(node.http() + "/restic/" + made.text("/name") + "/");
        assertThat(made.json().path("replicas").asInt()).isEqualTo(3);
        assertThat(made.json().path("trashGraceSeconds").asLong()).isEqualTo(604_800);
        Answer read = owner.api().get("/repositories/" + made.text("/id")).expect(200);
        assertThat(read.json()).isEqualTo(made.json());
        assertThat(read.header("ETag")).isEqualTo(made.header("ETag"));
    }

    @Test
    void makingItTwiceChangesNothingAndNobodyElseGetsTheName() {
        Answer made = create();
        Map<String, Object> again = Map.of("name", made.text("/name"), "replicas", 1);
        assertThat(owner.api().post("/repositories", again).expect(201).json()).isEqualTo(made.json());
        other.api().post("/repositories", again).expectProblem(403, "already-exists");
        admin.post("/repositories", again).expectProblem(403, "already-exists");
    }

    @Test
    void onlyOperatorsMakeThemForOthers() {
        Map<String, Object> forOther = Map.of("name", node.freshName("given"), "owner", other.id());
        owner.api().post("/repositories", forOther).expectProblem(403, "forbidden");
        assertThat(admin.post("/repositories", forOther).expect(201).text("/owner"))
                .isEqualTo(other.id());
        admin.post(
                        "/repositories",
                        Map.of(
                                "name",
                                node.freshName("given"),
                                "owner",
                                UUID.randomUUID().toString()))
                .expectProblem(404, "not-found");
    }

    @Test
    void policiesHaveBounds() {
        for (Map<String, Object> bad : List.<Map<String, Object>>of(
                Map.of("replicas", 0),
                Map.of("replicas", 8),
                Map.of("replicas", 2_147_483_648L),
                Map.of("replicas", 1.5),
                Map.of("replicas", "3"),
                Map.of("replicas", ""),
                Map.of("trashGraceSeconds", -1),
                Map.of("trashGraceSeconds", 31_536_001),
                Map.of("trashGraceSeconds", Long.MAX_VALUE),
                Map.of("trashGraceSeconds", true))) {
            Map<String, Object> wanted = new java.util.HashMap<>(bad);
            wanted.put("name", node.freshName("bounds"));
            owner.api().post("/repositories", wanted).expectProblem(400, "invalid-request");
        }
        for (String bad : List.of("", ".", "..", "a/b", "Upper", "a b", "-a", "a-", "x".repeat(65), "ü", "%2e")) {
            owner.api().post("/repositories", Map.of("name", bad)).expectProblem(400, "invalid-name");
        }
    }

    @Test
    void changesAreMadeAgainstTheVersionThatWasRead() {
        Answer made = create();
        String path = "/repositories/" + made.text("/id");
        String seen = made.header("ETag").orElseThrow();
        String name = node.freshName("renamed");
        Answer changed = owner.api()
                .with("If-Match", seen)
                .patch(path, Map.of("name", name, "replicas", 2, "trashGraceSeconds", 0))
                .expect(200);
        assertThat(changed.text("/name")).isEqualTo(name);
        assertThat(changed.header("ETag").orElseThrow()).isNotEqualTo(seen);
        owner.api().with("If-Match", seen).patch(path, Map.of("replicas", 3)).expectProblem(412, "precondition-failed");
        owner.api().with("If-Match", seen).delete(path).expectProblem(412, "precondition-failed");
        owner.api().patch(path, Map.of("name", create().text("/name"))).expectProblem(409, "conflict");
        owner.api()
                .with("If-Match", changed.header("ETag").orElseThrow())
                .delete(path)
                .expect(204);
        owner.api().get(path).expectProblem(404, "not-found");
        owner.api().delete(path).expectProblem(404, "not-found");
    }

    @Test
    void grantsLetOthersSeeItUntilTheyAreTaken() {
        String path = "/repositories/" + create().text("/id");
        other.api().get(path).expectProblem(404, "not-found");
        grant(path, List.of(Map.of("user", other.id(), "permission", "read"))).expect(200);
        other.api().get(path).expect(200);
        assertThat(other.api().get("/repositories").texts("id")).contains(path.substring("/repositories/".length()));
        other.api().patch(path, Map.of("replicas", 1)).expectProblem(403, "forbidden");
        other.api().delete(path).expectProblem(403, "forbidden");
        grant(path, List.of()).expect(200);
        other.api().get(path).expectProblem(404, "not-found");
    }

    private Answer grant(String path, List<?> grants) {
        return owner.api().patch(path, Map.of("grants", grants));
    }

    @Test
    void grantsHaveAForm() {
        String path = "/repositories/" + create().text("/id");
        Map<String, String> read = Map.of("user", other.id(), "permission", "read");
        grant(path, List.of(read, read)).expectProblem(400, "invalid-request");
        grant(path, List.of(Map.of("user", owner.id(), "permission", "read"))).expectProblem(400, "invalid-request");
        grant(path, List.of(Map.of("user", other.id(), "permission", "root"))).expectProblem(400, "invalid-request");
        grant(path, List.of(Map.of("user", UUID.randomUUID().toString(), "permission", "read")))
                .expectProblem(404, "not-found");
        grant(path, List.of(Map.of("user", "somebody", "permission", "read"))).expectProblem(400, "invalid-identifier");
        grant(path, List.of(List.of())).expectProblem(400, "invalid-request");
        owner.api().send("PATCH", path, Optional.of("{\"grants\":[null]}")).expectProblem(400, "invalid-request");
    }

    @Test
    void itsOwnerGivesItAway() {
        String path = "/repositories/" + create().text("/id");
        owner.api().patch(path, Map.of("owner", other.id())).expect(200);
        owner.api().get(path).expectProblem(404, "not-found");
        other.api().get(path).expect(200);
    }

    @Test
    void onlyOwnOnesAreListedButAdminsSeeAll() {
        Answer mine = create();
        String theirs = other.api()
                .post("/repositories", Map.of("name", node.freshName("repo")))
                .expect(201)
                .text("/name");
        assertThat(owner.api().get("/repositories?limit=1000").texts("name"))
                .contains(mine.text("/name"))
                .doesNotContain(theirs);
        assertThat(admin.get("/repositories?limit=1000").texts("name")).contains(mine.text("/name"), theirs);
        assertThat(owner.api()
                        .get("/repositories?q=" + mine.text("/name") + "&sort=-created")
                        .texts("name"))
                .contains(mine.text("/name"));
        owner.api().get("/repositories?sort=owner").expectProblem(400, "invalid-request");
    }
}

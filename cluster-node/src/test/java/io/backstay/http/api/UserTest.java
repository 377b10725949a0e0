package io.backstay.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.backstay.http.Answer;
import io.backstay.http.Api;
import io.backstay.http.RunningNode;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("slow")
@ExtendWith(RunningNode.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UserTest {
    private static final String PASSWORD = "a good password";

    private final RunningNode node;
    private final Api admin;
    private final Api stranger;

    UserTest(RunningNode node) {
        this.node = node;
        this.admin = node.admin();
        this.stranger = Api.of(node);
    }

    private Answer create(String name) {
        return admin.post("/users", Map.of("name", name, "role", "user", "password", PASSWORD))
                .expect(201);
    }

    private Api session(String name, String password) {
        return stranger.bearer(stranger.signIn(name, password).expect(200).text("/token"));
    }

    @Test
    void aNewUserIsListedReadAndSignsIn() {
        String name = node.freshName("new");
        Answer made = create(name);
        assertThat(made.header("ETag"))
                .contains("\"" + made.json().path("version").asLong() + "\"");
        Answer read = admin.get("/users/" + made.text("/id")).expect(200);
        assertThat(read.json()).isEqualTo(made.json());
        assertThat(admin.get("/users?q=" + name).expect(200).texts("name")).contains(name);
        Api own = session(name, PASSWORD);
        assertThat(own.get("/users").texts("name")).containsExactly(name);
        own.get("/users/" + made.text("/id")).expect(200);
    }

    @Test
    void namesAreTakenOnceAndHaveAForm() {
        String name = node.freshName("taken");
        create(name);
        admin.post("/users", Map.of("name", name, "role", "user", "password", PASSWORD))
                .expectProblem(409, "conflict");
        for (String bad : new String[] {"", "Upper", "with:colon", "-first", "a b", "x".repeat(65), "naïve", "../x"}) {
            admin.post("/users", Map.of("name", bad, "role", "user", "password", PASSWORD))
                    .expectProblem(400, "invalid-name");
        }
    }

    @Test
    void passwordsAreNeitherTooShortNorTooLong() {
        for (String bad : new String[] {"", "seven77", "x".repeat(513)}) {
            admin.post("/users", Map.of("name", node.freshName("weak"), "role", "user", "password", bad))
                    .expectProblem(400, "invalid-request");
        }
    }

    @Test
    void aChangeIsRefusedWhereTheUserHasChangedMeanwhile() {
        Answer made = create(node.freshName("changed"));
        String path = "/users/" + made.text("/id");
        String seen = made.header("ETag").orElseThrow();
        Answer changed = admin.with("If-Match", seen)
                .patch(path, Map.of("role", "operator"))
                .expect(200);
        assertThat(changed.header("ETag").orElseThrow()).isNotEqualTo(seen);
        admin.with("If-Match", seen).patch(path, Map.of("role", "user")).expectProblem(412, "precondition-failed");
        admin.with("If-Match", seen).delete(path).expectProblem(412, "precondition-failed");
        admin.with("If-Match", "three").patch(path, Map.of("role", "user")).expectProblem(400, "invalid-request");
        admin.with("If-Match", "\"-1\"").patch(path, Map.of("role", "user")).expectProblem(400, "invalid-request");
        admin.with("If-Match", "*").patch(path, Map.of("role", "user")).expect(200);
        admin.patch(path, Map.of()).expect(200);
        admin.patch(path, Map.of("role", "king")).expectProblem(400, "invalid-request");
    }

    @Test
    void aDisabledUserIsLockedOutAtOnceAndComesBack() {
        String name = node.freshName("disabled");
        String path = "/users/" + create(name).text("/id");
        Api session = session(name, PASSWORD);
        admin.patch(path, Map.of("disabled", true)).expect(200);
        session.get("/session").expectProblem(401, "unauthenticated");
        stranger.basic(name, PASSWORD).get("/session").expectProblem(401, "unauthenticated");
        stranger.signIn(name, PASSWORD).expectProblem(401, "unauthenticated");
        admin.patch(path, Map.of("disabled", false)).expect(200);
        stranger.signIn(name, PASSWORD).expect(200);
    }

    @Test
    void aNewPasswordEndsAllSessionsAndTheOldPassword() {
        String name = node.freshName("renewed");
        String path = "/users/" + create(name).text("/id");
        Api session = session(name, PASSWORD);
        session.put(path + "/password", Map.of("replacement", "another password"))
                .expectProblem(400, "invalid-request");
        session.put(path + "/password", Map.of("current", "not the password", "replacement", "another password"))
                .expectProblem(403, "forbidden");
        session.put(path + "/password", Map.of("current", PASSWORD, "replacement", "short"))
                .expectProblem(400, "invalid-request");
        session.put(path + "/password", Map.of("current", PASSWORD, "replacement", "another password"))
                .expect(200);
        session.get("/session").expectProblem(401, "unauthenticated");
        stranger.signIn(name, PASSWORD).expectProblem(401, "unauthenticated");
        Api again = session(name, "another password");
        admin.put(path + "/password", Map.of("replacement", "what the admin chose"))
                .expect(200);
        again.get("/session").expectProblem(401, "unauthenticated");
        stranger.signIn(name, "what the admin chose").expect(200);
    }

    @Test
    void sessionsEndWhenTheirUserOrAnAdminSaysSo() {
        String name = node.freshName("ended");
        String path = "/users/" + create(name).text("/id") + "/sessions";
        Api one = session(name, PASSWORD);
        Api other = session(name, PASSWORD);
        one.delete(path).expect(204);
        one.get("/session").expectProblem(401, "unauthenticated");
        other.get("/session").expectProblem(401, "unauthenticated");
        Api third = session(name, PASSWORD);
        admin.delete(path).expect(204);
        third.get("/session").expectProblem(401, "unauthenticated");
    }

    @Test
    void aDeletedUserIsGoneWithAllSessions() {
        String name = node.freshName("deleted");
        String path = "/users/" + create(name).text("/id");
        Api session = session(name, PASSWORD);
        admin.delete(path).expect(204);
        session.get("/session").expectProblem(401, "unauthenticated");
        admin.get(path).expectProblem(404, "not-found");
        admin.delete(path).expectProblem(404, "not-found");
        admin.patch(path, Map.of("disabled", true)).expectProblem(404, "not-found");
        admin.put(path + "/password", Map.of("replacement", PASSWORD)).expectProblem(404, "not-found");
        admin.delete(path + "/sessions").expectProblem(404, "not-found");
    }

    @Test
    void thereIsAlwaysAnAdmin() {
        String self = admin.get("/session").text("/id");
        for (JsonNode user : admin.get("/users?limit=1000").json().path("items")) {
            String id = user.path("id").asText();
            if (user.path("role").asText().equals("admin") && !id.equals(self)) {
                admin.patch("/users/" + id, Map.of("disabled", true)).expect(200);
            }
        }
        String path = "/users/" + self;
        admin.delete(path).expectProblem(409, "conflict");
        admin.patch(path, Map.of("role", "user")).expectProblem(409, "conflict");
        admin.patch(path, Map.of("disabled", true)).expectProblem(409, "conflict");
    }

    @Test
    void whoOwnsRepositoriesIsNotDeleted() {
        String name = node.freshName("owner");
        String id = create(name).text("/id");
        session(name, PASSWORD)
                .post("/repositories", Map.of("name", node.freshName("owned")))
                .expect(201);
        admin.delete("/users/" + id).expectProblem(409, "conflict");
    }

    @Test
    void idsAreLowerCaseUuids() {
        admin.get("/users/" + UUID.randomUUID()).expectProblem(404, "not-found");
        for (String bad : new String[] {"1", "00000000-0000-0000-0000-00000000000G", "%00", "null"}) {
            admin.get("/users/" + bad).expectProblem(400, "invalid-identifier");
        }
    }

    @Test
    void listsAreFilteredSortedAndCut() {
        String part = node.freshName("list");
        for (String end : new String[] {"b", "c", "a"}) {
            create(part + "." + end);
        }
        assertThat(admin.get("/users?q=" + part).texts("name")).containsExactly(part + ".a", part + ".b", part + ".c");
        assertThat(admin.get("/users?q=" + part.toUpperCase(java.util.Locale.ROOT))
                        .texts("name"))
                .hasSize(3);
        assertThat(admin.get("/users?q=" + part + "&sort=created").texts("name"))
                .containsExactly(part + ".b", part + ".c", part + ".a");
        Answer page = admin.get("/users?q=" + part + "&sort=-name&limit=1&offset=1");
        assertThat(page.texts("name")).containsExactly(part + ".b");
        assertThat(page.json().path("total").asInt()).isEqualTo(3);
        assertThat(admin.get("/users?offset=2147483647").texts("name")).isEmpty();
        for (String bad : new String[] {
            "limit=0",
            "limit=1001",
            "limit=ten",
            "limit=",
            "offset=-1",
            "offset=2147483648",
            "sort=",
            "sort=password",
            "sort=--name",
            "limit=1&limit=2"
        }) {
            admin.get("/users?" + bad).expectProblem(400, "invalid-request");
        }
    }
}

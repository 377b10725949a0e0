package io.backstay.http.restic;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.http.Api;
import io.backstay.http.People;
import io.backstay.http.RunningNode;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who may what in a repository. */
@Tag("slow")
@ExtendWith(RunningNode.Shared.class)
class ResticAccessTest {
    private static final byte[] STORED = Restic.bytes("stored");
    private static final byte[] FRESH = Restic.bytes("fresh");

    private final RunningNode node;
    private final People people;
    private final People.Person owner;
    private final String name;
    private final String id;

    ResticAccessTest(RunningNode node) {
        this.node = node;
        this.people = new People(node);
        this.owner = people.user("user");
        this.name = node.freshName("repo");
        this.id = people.repository(owner, name);
    }

    private record Operation(String text, ToIntFunction<Restic> status) {}

    /** None of them changes what the others find, whoever does it. */
    private static final List<Operation> OPERATIONS = List.of(
            new Operation("create", it -> it.create().status()),
            new Operation("list", it -> it.get("snapshots/").status()),
            new Operation("stat", it -> it.head(Restic.data(STORED)).status()),
            new Operation("read", it -> it.get(Restic.data(STORED)).status()),
            new Operation("config", it -> it.get("config").status()),
            new Operation("store", it -> it.post(Restic.data(FRESH), FRESH).status()),
            new Operation(
                    "store again", it -> it.post(Restic.data(STORED), STORED).status()),
            new Operation(
                    "lock",
                    it -> it.post("locks/" + Restic.data(FRESH).substring(5), FRESH)
                            .status()),
            new Operation(
                    "unlock",
                    it -> it.delete("locks/" + Restic.data(FRESH).substring(5)).status()),
            new Operation(
                    "forget", it -> it.delete("snapshots/" + "0".repeat(64)).status()),
            new Operation("prune", it -> it.delete("data/" + "0".repeat(64)).status()),
            new Operation(
                    "remove key", it -> it.delete("keys/" + "0".repeat(64)).status()),
            new Operation(
                    "remove index", it -> it.delete("index/" + "0".repeat(64)).status()));

    private static final int[] FULL = {200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200};
    private static final int[] APPEND = {200, 200, 200, 200, 200, 200, 200, 200, 200, 403, 403, 403, 403};
    private static final int[] READ = {200, 200, 200, 200, 200, 403, 403, 403, 403, 403, 403, 403, 403};
    private static final int[] NOTHING = {403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403};
    private static final int[] NOBODY = {401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401};

    @TestFactory
    List<DynamicTest> everyCredentialMayWhatItSaysAndNoMore() {
        Restic own = Restic.to(node, name, Api.basicValue(owner.name(), People.PASSWORD));
        own.post("config", STORED).expect(200);
        own.post(Restic.data(STORED), STORED).expect(200);
        People.Person reader = people.user("user");
        People.Person appender = people.user("user");
        People.Person helper = people.user("user");
        People.Person other = people.user("user");
        owner.api()
                .patch(
                        "/repositories/" + id,
                        Map.of(
                                "grants",
                                List.of(
                                        Map.of("user", reader.id(), "permission", "read"),
                                        Map.of("user", appender.id(), "permission", "append"),
                                        Map.of("user", helper.id(), "permission", "full"))))
                .expect(200);
        String others = people.repository(other, node.freshName("repo"));
        String full = people.token(owner, id, "full").authorization();
        People.Token revoked = people.token(owner, id, "full");
        owner.api().delete("/tokens/" + revoked.id()).expect(204);
        People.Person leaver = people.user("user");
        owner.api()
                .patch(
                        "/repositories/" + id,
                        Map.of(
                                "grants",
                                List.of(
                                        Map.of("user", reader.id(), "permission", "read"),
                                        Map.of("user", appender.id(), "permission", "append"),
                                        Map.of("user", helper.id(), "permission", "full"),
                                        Map.of("user", leaver.id(), "permission", "full"))))
                .expect(200);
        People.Token leaverToken = people.token(leaver, id, "full");
        node.admin().patch("/users/" + leaver.id(), Map.of("disabled", true)).expect(200);
        // Passwords last: each is checked by Argon2 unless it was right a moment ago.
        return List.of(
                row("full token", full, FULL),
                row("append token", people.token(owner, id, "append").authorization(), APPEND),
                row("read token", people.token(owner, id, "read").authorization(), READ),
                row(
                        "append token of a helper",
                        people.token(helper, id, "append").authorization(),
                        APPEND),
                row(
                        "token for another repository",
                        people.token(other, others, "full").authorization(),
                        NOTHING),
                row("revoked token", revoked.authorization(), NOBODY),
                row("expired token", expired(), NOBODY),
                row("token of a disabled user", leaverToken.authorization(), NOBODY),
                row("session of a disabled user", leaver.authorization(), NOBODY),
                row("password of a disabled user", password(leaver), NOBODY),
                row("damaged token", full.substring(0, full.length() - 6) + "AAAAAA", NOBODY),
                row("no session at all", "Bearer bss_AAAA", NOBODY),
                row(
                        "another scheme's credentials",
                        "Basic " + owner.authorization().substring(7),
                        NOBODY),
                row("wrong password", Api.basicValue(owner.name(), "wrong"), NOBODY),
                row("session", owner.authorization(), FULL),
                row("admin's session", "Bearer " + adminSession(), NOTHING),
                row("operator's session", people.user("operator").authorization(), NOTHING),
                row("owner", password(owner), FULL),
                row("read grant", password(reader), READ),
                row("append grant", password(appender), APPEND),
                row("full grant", password(helper), FULL),
                row("other user", password(other), NOTHING),
                row("unknown scheme", "Negotiate abc", NOBODY),
                row("no credentials", "", NOBODY));
    }

    /** A token that was good for a moment. */
    private String expired() {
        java.time.Instant end = java.time.Instant.now().plusSeconds(3);
        String authorization = Api.basicValue(
                "token",
                owner.api()
                        .post(
                                "/tokens",
                                Map.of(
                                        "name",
                                        "short",
                                        "repository",
                                        id,
                                        "permission",
                                        "full",
                                        "expires",
                                        end.truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
                                                .toString()))
                        .expect(201)
                        .text("/secret"));
        Restic restic = Restic.to(node, name, authorization);
        RunningNode.await("the token ends", () -> restic.get("config").status() == 401);
        return authorization;
    }

    /** What is not there looks to tokens like what is another's, and to strangers like everything else. */
    @TestFactory
    List<DynamicTest> nothingIsToldOfARepositoryThatIsNotThere() {
        String absent = node.freshName("absent");
        String token = people.token(owner, id, "full").authorization();
        return java.util.stream.Stream.of(
                        Map.entry("token", Map.entry(token, 403)),
                        Map.entry("no credentials", Map.entry("", 401)),
                        Map.entry("garbage", Map.entry("Bearer garbage", 401)),
                        Map.entry("session", Map.entry(owner.authorization(), 404)),
                        Map.entry("admin's session", Map.entry("Bearer " + adminSession(), 404)))
                .map(row -> DynamicTest.dynamicTest(row.getKey(), () -> {
                    String authorization = row.getValue().getKey();
                    Restic restic = authorization.isEmpty()
                            ? Restic.stranger(node, absent)
                            : Restic.to(node, absent, authorization);
                    boolean mayCreate = row.getValue().getValue() == 404;
                    for (Operation operation : OPERATIONS.subList(mayCreate ? 1 : 0, OPERATIONS.size())) {
                        assertThat(operation.status().applyAsInt(restic))
                                .as(operation.text())
                                .isEqualTo(row.getValue().getValue());
                    }
                }))
                .toList();
    }

    private static String password(People.Person person) {
        return Api.basicValue(person.name(), People.PASSWORD);
    }

    private String adminSession() {
        return Api.of(node).signIn("admin", RunningNode.ADMIN_PASSWORD).text("/token");
    }

    private DynamicTest row(String who, String authorization, int[] expected) {
        return DynamicTest.dynamicTest(who, () -> {
            Restic restic = client(authorization);
            StringBuilder got = new StringBuilder();
            StringBuilder wanted = new StringBuilder();
            for (int i = 0; i < expected.length; i++) {
                Operation operation = OPERATIONS.get(i);
                // Guesses are counted by address.
                Restic asking = expected[i] == 401 ? client(authorization) : restic;
                got.append(operation.text())
                        .append(' ')
                        .append(operation.status().applyAsInt(asking))
                        .append('\n');
                wanted.append(operation.text()).append(' ').append(expected[i]).append('\n');
            }
            assertThat(got.toString()).isEqualTo(wanted.toString());
        });
    }

    private Restic client(String authorization) {
        return authorization.isEmpty() ? Restic.stranger(node, name) : Restic.to(node, name, authorization);
    }

    @Test
    void refusalsOfAppendersSayWhatIsMissing() {
        Restic appender =
                Restic.to(node, name, people.token(owner, id, "append").authorization());
        assertThat(appender.delete("snapshots/" + "0".repeat(64))
                        .expectProblem(403, "append-only")
                        .text("/advice"))
                .contains("full permission");
    }

    @Test
    void strangersAreAskedForAPassword() {
        assertThat(Restic.stranger(node, name)
                        .get("config")
                        .expectProblem(401, "unauthenticated")
                        .header("WWW-Authenticate"))
                .contains("Basic realm=\"Backstay\", charset=\"UTF-8\"");
        Restic.to(node, name, Api.basicValue(owner.name(), "wrong"))
                .get("config")
                .expect(401);
        Restic.to(node, name, Api.basicValue("nobody", "wrong")).get("config").expect(401);
        assertThat(Restic.stranger(node, name).head("config").expect(401).header("WWW-Authenticate"))
                .isPresent();
    }

    @Test
    void aBrowsersCookieOpensNoRepository() {
        String session = owner.authorization().substring("Bearer ".length());
        Restic.stranger(node, name)
                .with("Cookie", "backstay_session=" + session)
                .with("X-Backstay-Client", "web")
                .get("config")
                .expect(401);
    }

    @Test
    void aTokenCannotTellWhichRepositoriesThereAre() {
        String authorization = people.token(owner, id, "full").authorization();
        String others = node.freshName("repo");
        people.repository(people.user("user"), others);
        String taken =
                Restic.to(node, others, authorization).get("config").expect(403).text("/detail");
        Restic none = Restic.to(node, node.freshName("none"), authorization);
        assertThat(none.get("config").expect(403).text("/detail")).isEqualTo(taken);
        assertThat(none.create().expect(403).text("/detail")).isEqualTo(taken);
        assertThat(owner.api().get("/repositories").texts("name")).containsExactly(name);
    }
}

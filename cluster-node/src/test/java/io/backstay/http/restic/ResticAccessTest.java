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

    private static String password(People.Person person) {
        return Api.basicValue(person.name(), People.PASSWORD);
    }

    private String adminSession() {
        return Api.of(node).signIn("admin", RunningNode.ADMIN_PASSWORD).text("/token");
    }

    private DynamicTest row(String who, String authorization, int[] expected) {
        Restic restic = authorization.isEmpty() ? Restic.stranger(node, name) : Restic.to(node, name, authorization);
        return DynamicTest.dynamicTest(who, () -> {
            StringBuilder got = new StringBuilder();
            StringBuilder wanted = new StringBuilder();
            for (int i = 0; i < expected.length; i++) {
                Operation operation = OPERATIONS.get(i);
                got.append(operation.text())
                        .append(' ')
                        .append(operation.status().applyAsInt(restic))
                        .append('\n');
                wanted.append(operation.text()).append(' ').append(expected[i]).append('\n');
            }
            assertThat(got.toString()).isEqualTo(wanted.toString());
        });
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

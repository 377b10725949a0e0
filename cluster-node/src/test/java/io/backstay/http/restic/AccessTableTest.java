package io.backstay.http.restic;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.http.Answer;
import io.backstay.http.Contract;
import io.backstay.http.RunningNode;
import io.backstay.http.restic.AccessCast.Credential;
import io.backstay.http.restic.AccessCast.Level;
import io.backstay.http.restic.AccessCast.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Who is answered what: every route of the API and of the restic protocol, with every kind of credentials, on what is one's
 * own, on what is another's, and on what is not there.
 */
@Tag("slow")
@ExtendWith(RunningNode.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessTableTest {
    private final AccessCast cast;

    AccessTableTest(RunningNode node) {
        this.cast = new AccessCast(node);
    }

    /** On one's own, on another's, on what is not there. */
    private record Fate(int own, int others, int absent) {
        int of(Subject subject) {
            return switch (subject) {
                case OWN -> own;
                case OTHERS -> others;
                case ABSENT -> absent;
            };
        }
    }

    /** A route of the API: what users, operators and admins get. Without credentials it is 401, with a token 403. */
    private record Row(String route, String body, Fate user, Fate operator, Fate admin) {
        Fate of(Level level) {
            return switch (level) {
                case OPERATOR -> operator;
                case ADMIN -> admin;
                case FULL, APPEND, READ, NONE, NOBODY, NOTHING -> user;
            };
        }

        List<Subject> subjects() {
            return (route + body).matches(".*\\{(node|user|repository|repositoryName|token|owner)}.*")
                    ? List.of(Subject.values())
                    : List.of(Subject.OWN);
        }
    }

    private static Row row(String route, int user, int operator, int admin) {
        return row(route, "", user, operator, admin);
    }

    private static Row row(String route, String body, int user, int operator, int admin) {
        return row(route, body, all(user), all(operator), all(admin));
    }

    private static Row row(String route, String body, Fate user, Fate operator, Fate admin) {
        return new Row(route, body, user, operator, admin);
    }

    private static Fate all(int status) {
        return new Fate(status, status, status);
    }

    private static Fate fate(int own, int others, int absent) {
        return new Fate(own, others, absent);
    }

    /** Routes that ask for no credentials; those that are presented must be good all the same. */
    private static final List<Row> OPEN = List.of(
            row("GET /openapi.yaml", 200, 200, 200),
            row("POST /session", "{\"name\":\"nobody\",\"password\":\"a wrong password\"}", 401, 401, 401),
            row("POST /nodes/join", "{}", 400, 400, 400));

    // On one's own, another's, an absent one: users, operators, admins.
    private static final List<Row> API = List.of(
            row("GET /session", 200, 200, 200),
            row("DELETE /session", 204, 204, 204),
            row("GET /cluster", 200, 200, 200),
            row("GET /node", 200, 200, 200),
            row("GET /nodes", 200, 200, 200),
            row("GET /nodes/{node}", "", fate(200, 200, 404), fate(200, 200, 404), fate(200, 200, 404)),
            row("DELETE /nodes/{node}", "", all(403), fate(409, 409, 404), fate(409, 409, 404)),
            row("GET /join-tokens", 403, 200, 200),
            row("POST /join-tokens", "{}", 403, 201, 201),
            row("DELETE /join-tokens/{token}", "", all(403), fate(204, 204, 404), fate(204, 204, 404)),
            row("GET /users", 200, 200, 200),
            row(
                    "POST /users",
                    "{\"name\":\"{fresh}\",\"role\":\"admin\",\"password\":\"a good password\"}",
                    403,
                    403,
                    201),
            row("GET /users/{user}", "", fate(200, 404, 404), fate(200, 200, 404), fate(200, 200, 404)),
            row("PATCH /users/{user}", "{\"role\":\"admin\"}", all(403), all(403), fate(200, 200, 404)),
            row("DELETE /users/{user}", "", all(403), all(403), fate(409, 204, 404)),
            row(
                    "PUT /users/{user}/password",
                    "{\"replacement\":\"another password\"}",
                    fate(400, 403, 403),
                    fate(400, 403, 403),
                    fate(400, 200, 404)),
            row("DELETE /users/{user}/sessions", "", fate(204, 403, 403), fate(204, 403, 403), fate(204, 204, 404)),
            row("GET /repositories", 200, 200, 200),
            row("POST /repositories", "{\"name\":\"{fresh}\"}", 201, 201, 201),
            row(
                    "POST /repositories",
                    "{\"name\":\"{fresh}\",\"owner\":\"{owner}\"}",
                    fate(201, 403, 403),
                    fate(201, 201, 404),
                    fate(201, 201, 404)),
            row("GET /repositories/{repository}", "", fate(200, 404, 404), fate(200, 200, 404), fate(200, 200, 404)),
            row(
                    "PATCH /repositories/{repository}",
                    "{\"replicas\":2}",
                    fate(200, 404, 404),
                    fate(200, 200, 404),
                    fate(200, 200, 404)),
            row(
                    "PATCH /repositories/{repository}",
                    "{\"grants\":[]}",
                    fate(200, 404, 404),
                    fate(200, 403, 404),
                    fate(200, 200, 404)),
            row("DELETE /repositories/{repository}", "", fate(204, 404, 404), fate(204, 204, 404), fate(204, 204, 404)),
            row("GET /tokens", 200, 200, 200),
            row(
                    "POST /tokens",
                    "{\"name\":\"t\",\"repository\":\"{repository}\",\"permission\":\"read\"}",
                    fate(201, 404, 404),
                    fate(201, 403, 404),
                    fate(201, 403, 404)),
            row(
                    "POST /tokens",
                    "{\"name\":\"t\",\"repository\":\"{repositoryName}\",\"permission\":\"read\"}",
                    fate(201, 404, 404),
                    fate(201, 403, 404),
                    fate(201, 403, 404)),
            row("DELETE /tokens/{token}", "", fate(204, 404, 404), fate(204, 404, 404), fate(204, 204, 404)));

    /**
     * A route of restic's protocol: where the repository is open to full, append and read permission; where it is another's
     * or absent, to people; and in both cases to tokens. Without credentials it is 401.
     */
    private record Operation(
            String text,
            Function<Restic, Answer> ask,
            int full,
            int append,
            int read,
            int others,
            int absent,
            int token) {
        int expected(Credential who, Subject subject) {
            int hidden = who.token() ? token : subject == Subject.ABSENT ? absent : others;
            return switch (who.level()) {
                case NOBODY, NOTHING -> 401;
                case NONE, OPERATOR, ADMIN -> hidden;
                case FULL -> subject == Subject.OWN ? full : hidden;
                case APPEND -> subject == Subject.OWN ? append : hidden;
                case READ -> subject == Subject.OWN ? read : hidden;
            };
        }
    }

    private static final byte[] STORED = AccessCast.STORED;
    private static final byte[] FRESH = Restic.bytes("fresh");
    private static final String LOCK = "locks/" + Restic.data(FRESH).substring(5);
    private static final String NONE = "0".repeat(64);

    /** None of them changes what the others find, whoever does it. */
    private static final List<Operation> RESTIC = List.of(
            new Operation("create", Restic::create, 200, 200, 200, 403, 200, 403),
            new Operation("list", it -> it.get("snapshots/"), 200, 200, 200, 404, 404, 403),
            new Operation("stat", it -> it.head(Restic.data(STORED)), 200, 200, 200, 404, 404, 403),
            new Operation("read", it -> it.get(Restic.data(STORED)), 200, 200, 200, 404, 404, 403),
            new Operation("config", it -> it.get("config"), 200, 200, 200, 404, 404, 403),
            new Operation("store", it -> it.post(Restic.data(FRESH), FRESH), 200, 200, 403, 404, 404, 403),
            new Operation("store again", it -> it.post(Restic.data(STORED), STORED), 200, 200, 403, 404, 404, 403),
            new Operation("store config", it -> it.post("config", STORED), 200, 200, 403, 404, 404, 403),
            new Operation("lock", it -> it.post(LOCK, FRESH), 200, 200, 403, 404, 404, 403),
            new Operation("unlock", it -> it.delete(LOCK), 200, 200, 403, 404, 404, 403),
            new Operation("forget", it -> it.delete("snapshots/" + NONE), 200, 403, 403, 404, 404, 403),
            new Operation("prune", it -> it.delete("data/" + NONE), 200, 403, 403, 404, 404, 403),
            new Operation("remove key", it -> it.delete("keys/" + NONE), 200, 403, 403, 404, 404, 403),
            new Operation("remove index", it -> it.delete("index/" + NONE), 200, 403, 403, 404, 404, 403));

    @Test
    void theTableHasEveryRouteOfTheDescription() {
        Set<String> tested =
                Stream.concat(OPEN.stream(), API.stream()).map(Row::route).collect(Collectors.toSet());
        assertThat(tested)
                .containsExactlyInAnyOrderElementsOf(
                        Contract.LOADED.operations().keySet());
    }

    @TestFactory
    Stream<DynamicTest> openRoutesAskForNoCredentials() {
        return tests(
                OPEN,
                (row, subject, who) -> who.level() == Level.NOTHING ? row.user().own() : expected(row, subject, who));
    }

    @TestFactory
    Stream<DynamicTest> everyRouteOfTheApiAnswersAsTheTableSays() {
        return tests(API, AccessTableTest::expected);
    }

    @FunctionalInterface
    private interface Expected {
        int status(Row row, Subject subject, Credential who);
    }

    private Stream<DynamicTest> tests(List<Row> rows, Expected expected) {
        return rows.stream()
                .map(row -> DynamicTest.dynamicTest(row.route() + " " + row.body(), () -> {
                    List<String> otherwise = new ArrayList<>();
                    for (Credential who : cast.forApi()) {
                        for (Subject subject : row.subjects()) {
                            Answer answer = ask(row, subject, who);
                            compare(
                                    otherwise,
                                    who.text() + ", " + subject,
                                    expected.status(row, subject, who),
                                    answer.status());
                        }
                    }
                    assertThat(otherwise).isEmpty();
                }));
    }

    private static void compare(List<String> otherwise, String what, int wanted, int got) {
        if (wanted != got) {
            otherwise.add("%s: %d, not %d".formatted(what, got, wanted));
        }
    }

    @TestFactory
    Stream<DynamicTest> aCookieAloneChangesNothing() {
        return API.stream()
                .filter(row -> !row.route().startsWith("GET "))
                .map(row -> DynamicTest.dynamicTest(row.route() + " " + row.body(), () -> {
                    AccessCast.Question question = cast.question(
                            row.route(),
                            row.body(),
                            Subject.OTHERS,
                            cast.credentials().getFirst());
                    String[] route = question.route().split(" ", 2);
                    cast.cookieAlone()
                            .send(
                                    route[0],
                                    route[1],
                                    Optional.of(question.body()).filter(body -> !body.isEmpty()))
                            .expectProblem(403, "forbidden");
                }));
    }

    private static int expected(Row row, Subject subject, Credential who) {
        if (who.level() == Level.NOBODY || who.level() == Level.NOTHING) {
            return 401;
        }
        return who.token() ? 403 : row.of(who.level()).of(subject);
    }

    private Answer ask(Row row, Subject subject, Credential who) {
        AccessCast.Question question = cast.question(row.route(), row.body(), subject, who);
        String[] route = question.route().split(" ", 2);
        return question.asking()
                .send(route[0], route[1], Optional.of(question.body()).filter(body -> !body.isEmpty()));
    }

    @TestFactory
    Stream<DynamicTest> everyRouteOfResticAnswersAsTheTableSays() {
        return cast.credentials().stream()
                .map(who -> DynamicTest.dynamicTest(who.text(), () -> {
                    List<String> otherwise = new ArrayList<>();
                    for (Subject subject : Subject.values()) {
                        for (Operation operation : RESTIC) {
                            boolean makes = subject == Subject.ABSENT
                                    && operation.text().equals("create");
                            // From an address of its own: guesses are counted by address.
                            Restic asking = cast.restic(makes ? cast.absent() : cast.repository(subject), who);
                            compare(
                                    otherwise,
                                    operation.text() + ", " + subject,
                                    operation.expected(who, subject),
                                    operation.ask().apply(asking).status());
                        }
                    }
                    assertThat(otherwise).isEmpty();
                }));
    }

    @TestFactory
    Stream<DynamicTest> whatIsAnothersLooksLikeWhatIsNotThere() {
        return cast.credentials().stream()
                .filter(who -> who.level() != Level.NOBODY && who.level() != Level.NOTHING)
                .map(who -> DynamicTest.dynamicTest(who.text(), () -> {
                    for (Operation operation : RESTIC.subList(1, RESTIC.size())) {
                        assertThat(told(operation, who, cast.repository(Subject.OTHERS)))
                                .as(operation.text())
                                .isEqualTo(told(operation, who, cast.repository(Subject.ABSENT)));
                    }
                }));
    }

    /** All that can be seen of an answer but its id and its time. */
    private String told(Operation operation, Credential who, String name) {
        Answer answer = operation.ask().apply(cast.restic(name, who));
        String text = answer.status() + " "
                + answer.headers().keySet().stream().sorted().toList();
        return answer.body().length == 0
                ? text
                : "%s %s %s %s"
                        .formatted(
                                text,
                                answer.text("/code"),
                                answer.text("/detail").replace(name, "NAME"),
                                answer.text("/advice"));
    }
}

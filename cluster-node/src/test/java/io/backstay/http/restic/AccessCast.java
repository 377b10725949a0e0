package io.backstay.http.restic;

import io.backstay.http.Api;
import io.backstay.http.People;
import io.backstay.http.People.Person;
import io.backstay.http.RunningNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** Whoever asks in the table of who may what, and what they ask about. */
final class AccessCast {
    /** What is stored in {@link Subject#OWN}, as its config too. */
    static final byte[] STORED = Restic.bytes("stored");

    private final RunningNode node;
    private final People people;
    private final Api admin;
    private final Person owner;
    private final String name;
    private final String id;
    private final Person other;
    private final String othersName;
    private final String othersId;
    private final String othersToken;
    private final String absentName;
    private final List<Credential> granted;
    private final List<Credential> tokens;
    private final List<Credential> nobody;
    private final List<Credential> roles;

    /** Whose it is that is asked about. */
    enum Subject {
        OWN,
        OTHERS,
        ABSENT
    }

    /** What the credentials may in the repository {@link Subject#OWN}; operators and admins nothing, there. */
    enum Level {
        FULL,
        APPEND,
        READ,
        NONE,
        OPERATOR,
        ADMIN,
        /** Wrong ones. */
        NOBODY,
        /** None that could be read. */
        NOTHING
    }

    /** How a person is known. */
    enum Kind {
        SESSION,
        COOKIE,
        PASSWORD
    }

    /**
     * Something that a client presents.
     *
     * @param token whether it is an application token
     * @param person whose it is, where it is a person's own
     */
    record Credential(
            String text,
            Map<String, String> headers,
            Level level,
            boolean token,
            Optional<Person> person,
            Optional<Kind> kind) {
        static Credential of(String text, String authorization, Level level, boolean token) {
            return new Credential(
                    text,
                    authorization.isEmpty() ? Map.of() : Map.of("Authorization", authorization),
                    level,
                    token,
                    Optional.empty(),
                    Optional.empty());
        }

        static Credential of(String text, Person person, Kind kind, Level level) {
            return new Credential(
                    text, AccessCast.headers(person, kind), level, false, Optional.of(person), Optional.of(kind));
        }
    }

    /** What is asked of the API, by whom. */
    record Question(String route, String body, Api asking) {}

    AccessCast(RunningNode node) {
        this.node = node;
        this.people = new People(node);
        this.admin = node.admin();
        this.owner = people.user("user");
        this.name = node.freshName("repo");
        this.id = people.repository(owner, name);
        this.other = people.user("user");
        this.othersName = node.freshName("repo");
        this.othersId = people.repository(other, othersName);
        this.othersToken = people.token(other, othersId, "read").id();
        this.absentName = absent();
        Restic own = Restic.to(node, name, owner.authorization());
        own.post("config", STORED).expect(200);
        own.post(Restic.data(STORED), STORED).expect(200);
        Person reader = people.user("user");
        Person appender = people.user("user");
        Person helper = people.user("user");
        Person leaver = people.user("user");
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
        People.Token full = people.token(owner, id, "full");
        this.tokens = List.of(
                Credential.of("full token", full.authorization(), Level.FULL, true),
                Credential.of("full token as bearer", "Bearer " + full.secret(), Level.FULL, true),
                Credential.of("append token", token(owner, "append"), Level.APPEND, true),
                Credential.of("read token", token(owner, "read"), Level.READ, true),
                Credential.of("append token of a helper", token(helper, "append"), Level.APPEND, true),
                Credential.of("token for another repository", elsewhere(), Level.NONE, true));
        this.granted = List.of(
                Credential.of("owner's session", owner, Kind.SESSION, Level.FULL),
                Credential.of("owner's password", owner, Kind.PASSWORD, Level.FULL),
                Credential.of("read grant", reader, Kind.SESSION, Level.READ),
                Credential.of("append grant", appender, Kind.PASSWORD, Level.APPEND),
                Credential.of("full grant", helper, Kind.SESSION, Level.FULL),
                Credential.of("other user's session", people.user("user"), Kind.SESSION, Level.NONE),
                Credential.of("other user's password", people.user("user"), Kind.PASSWORD, Level.NONE),
                Credential.of("operator's session", people.user("operator"), Kind.SESSION, Level.OPERATOR),
                Credential.of("admin's session", people.user("admin"), Kind.SESSION, Level.ADMIN));
        this.roles = List.of(
                Credential.of("user's session", owner, Kind.SESSION, Level.NONE),
                Credential.of("user's cookie", owner, Kind.COOKIE, Level.NONE),
                Credential.of("user's password", owner, Kind.PASSWORD, Level.NONE),
                Credential.of("operator's session", people.user("operator"), Kind.SESSION, Level.OPERATOR),
                Credential.of("admin's session", people.user("admin"), Kind.SESSION, Level.ADMIN));
        this.nobody = nobody(full, leaver).toList();
    }

    private Stream<Credential> nobody(People.Token full, Person leaver) {
        People.Token revoked = people.token(owner, id, "full");
        owner.api().delete("/tokens/" + revoked.id()).expect(204);
        String leaverToken = token(leaver, "full");
        admin.patch("/users/" + leaver.id(), Map.of("disabled", true)).expect(200);
        Person gone = people.user("admin");
        gone.api().delete("/session?all=true").expect(204);
        Stream<Credential> nothing = Stream.of(
                        Map.entry("no credentials", ""), Map.entry("unknown scheme", "Negotiate abc"))
                .map(entry -> Credential.of(entry.getKey(), entry.getValue(), Level.NOTHING, false));
        String damaged = full.secret().substring(0, full.secret().length() - 6) + "AAAAAA";
        Stream<Credential> wrong = Stream.of(
                        Map.entry("no session at all", "Bearer bss_AAAA"),
                        Map.entry(
                                "another scheme's credentials",
                                "Basic " + owner.authorization().substring("Bearer ".length())),
                        Map.entry("wrong password", Api.basicValue(owner.name(), "wrong")),
                        Map.entry("ended session", gone.authorization()),
                        Map.entry("session of a disabled user", leaver.authorization()),
                        Map.entry("password of a disabled user", Api.basicValue(leaver.name(), People.PASSWORD)),
                        Map.entry("token of a disabled user", leaverToken),
                        Map.entry("revoked token", revoked.authorization()),
                        Map.entry("expired token", expired()),
                        Map.entry("damaged token", "Bearer " + damaged))
                .map(entry -> Credential.of(entry.getKey(), entry.getValue(), Level.NOBODY, false));
        return Stream.concat(nothing, wrong);
    }

    private String token(Person person, String permission) {
        return people.token(person, id, permission).authorization();
    }

    private String elsewhere() {
        Person stranger = people.user("user");
        return people.token(stranger, people.repository(stranger, node.freshName("repo")), "full")
                .authorization();
    }

    /** A token that was good for a moment. */
    private String expired() {
        String end =
                Instant.now().plusSeconds(3).truncatedTo(ChronoUnit.SECONDS).toString();
        String authorization = Api.basicValue(
                "token",
                owner.api()
                        .post(
                                "/tokens",
                                Map.of("name", "short", "repository", id, "permission", "full", "expires", end))
                        .expect(201)
                        .text("/secret"));
        Restic restic = Restic.to(node, name, authorization);
        RunningNode.await("the token ends", () -> restic.get("config").status() == 401);
        return authorization;
    }

    private static Map<String, String> headers(Person person, Kind kind) {
        return switch (kind) {
            case SESSION -> Map.of("Authorization", person.authorization());
            case PASSWORD -> Map.of("Authorization", Api.basicValue(person.name(), People.PASSWORD));
            case COOKIE ->
                Map.of(
                        "Cookie",
                        "backstay_session=" + person.authorization().substring("Bearer ".length()),
                        "X-Backstay-Client",
                        "web");
        };
    }

    /** All that can be presented to restic's routes. */
    List<Credential> credentials() {
        return Stream.of(tokens, granted, nobody).flatMap(List::stream).toList();
    }

    /** All that can be presented to the API; whoever is there for a role is a person. */
    List<Credential> forApi() {
        return Stream.of(roles, tokens, nobody).flatMap(List::stream).toList();
    }

    /** A repository's name. */
    String repository(Subject subject) {
        return switch (subject) {
            case OWN -> name;
            case OTHERS -> othersName;
            case ABSENT -> absentName;
        };
    }

    /** The name of a repository that is not there. */
    String absent() {
        return node.freshName("absent");
    }

    /** A client of a repository, with an address of its own. */
    Restic restic(String repository, Credential who) {
        String authorization = who.headers().getOrDefault("Authorization", "");
        return authorization.isEmpty() ? Restic.stranger(node, repository) : Restic.to(node, repository, authorization);
    }

    /** A browser's session, without the header that shows that a page of this site has sent the request. */
    Api cookieAlone() {
        return Api.of(node).cookie(owner.authorization().substring("Bearer ".length()));
    }

    /** The question that a route's template stands for, about what was made for it alone where it may be answered. */
    Question question(String route, String body, Subject subject, Credential who) {
        boolean itself = subject == Subject.OWN && route.contains("{user}");
        Optional<Person> asking = itself ? who.person().map(person -> fresh(who.level())) : who.person();
        Map<String, String> headers =
                asking.map(person -> headers(person, who.kind().orElseThrow())).orElseGet(who::headers);
        Api api = Api.of(node);
        for (Map.Entry<String, String> header : headers.entrySet()) {
            api = api.with(header.getKey(), header.getValue());
        }
        return new Question(filled(route, subject, asking), filled(body, subject, asking), api);
    }

    private Person fresh(Level level) {
        return people.user(level == Level.ADMIN ? "admin" : level == Level.OPERATOR ? "operator" : "user");
    }

    private String filled(String template, Subject subject, Optional<Person> asking) {
        String text = template.replace("{fresh}", node.freshName("fresh"));
        for (String field : List.of("node", "user", "owner", "repository", "repositoryName", "token")) {
            if (text.contains("{" + field + "}")) {
                boolean join = text.contains("/join-tokens/");
                text = text.replace("{" + field + "}", value(join ? "joinToken" : field, subject, asking));
            }
        }
        return text;
    }

    private String value(String field, Subject subject, Optional<Person> asking) {
        if (subject == Subject.ABSENT) {
            return field.equals("repositoryName") ? absent() : UUID.randomUUID().toString();
        }
        // Who is refused whatever they ask about changes nothing.
        boolean refused = asking.isEmpty();
        Person whose = subject == Subject.OWN ? asking.orElse(other) : other;
        return switch (field) {
            case "node" -> admin.get("/node").text("/id");
            case "owner" -> whose.id();
            case "user" ->
                refused
                        ? other.id()
                        : subject == Subject.OWN
                                ? whose.id()
                                : fresh(Level.NONE).id();
            case "repository" -> refused ? othersId : people.repository(whose, node.freshName("repo"));
            case "repositoryName" -> refused ? othersName : named(whose);
            case "token" -> refused ? othersToken : tokenOf(whose);
            case "joinToken" -> admin.post("/join-tokens", Map.of()).expect(201).text("/token/id");
            default -> throw new AssertionError(field);
        };
    }

    private String named(Person whose) {
        String fresh = node.freshName("repo");
        people.repository(whose, fresh);
        return fresh;
    }

    private String tokenOf(Person whose) {
        return people.token(whose, people.repository(whose, node.freshName("repo")), "read")
                .id();
    }
}

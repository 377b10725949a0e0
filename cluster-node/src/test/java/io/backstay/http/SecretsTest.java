package io.backstay.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("slow")
@ExtendWith(RunningNode.Shared.class)
class SecretsTest {
    private final RunningNode node;
    private final StringBuilder seen = new StringBuilder();

    SecretsTest(RunningNode node) {
        this.node = node;
    }

    @Test
    void secretsStandNowhereWhateverIsDoneWithThem() throws Exception {
        String password = "correct horse " + node.freshName("battery");
        People people = new People(node);
        Api admin = node.admin();
        String name = node.freshName("secretive");
        admin.post("/users", Map.of("name", name, "role", "admin", "password", password))
                .expect(201);
        String session = Api.of(node).signIn(name, password).text("/token");
        Api own = Api.of(node).bearer(session);
        String repository = own.post("/repositories", Map.of("name", node.freshName("repo")))
                .text("/id");
        People.Token token = people.token(
                new People.Person(own.get("/session").text("/id"), name, own, "Bearer " + session), repository, "full");
        String join = admin.post("/join-tokens", Map.of()).text("/secret");

        for (String secret : List.of(password, session, token.secret(), join)) {
            misuse(secret);
        }
        SecretSearch search = new SecretSearch()
                .add("the admin's password", RunningNode.ADMIN_PASSWORD)
                .add("a user's password", password)
                .add("a session", session)
                .add("an application token", token.secret())
                .add("a join token", join)
                .add("the master key", masterKey());
        List<String> found = new ArrayList<>(search.in("the log", node.log().getBytes(StandardCharsets.UTF_8)));
        for (String table : node.tables()) {
            found.addAll(search.in("table " + table, node.table(table)));
        }
        found.addAll(search.inFiles(node.folder(), "node.conf", "cluster"));
        found.addAll(search.in("answers", seen.toString().getBytes(StandardCharsets.UTF_8)));
        assertThat(found).isEmpty();
        assertThat(node.tables()).isNotEmpty();
    }

    @Test
    void theSearchFindsWhatIsPlanted() throws Exception {
        String secret = "planted " + node.freshName("secret") + " ä/+";
        SecretSearch search = new SecretSearch().add("it", secret);
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        for (String text : List.of(
                "x" + java.util.HexFormat.of().formatHex(bytes),
                Base64.getEncoder().encodeToString(bytes),
                Base64.getEncoder().encodeToString(("name:" + secret).getBytes(StandardCharsets.UTF_8)),
                Base64.getUrlEncoder().encodeToString(("ab" + secret + "c").getBytes(StandardCharsets.UTF_8)),
                java.net.URLEncoder.encode(secret, StandardCharsets.UTF_8))) {
            assertThat(search.in("text", text.getBytes(StandardCharsets.UTF_8))).hasSize(1);
        }
        assertThat(search.in("bytes", bytes)).hasSize(1);
        assertThat(search.in("another", "planted".getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
        Path planted = Files.write(node.folder().resolve("planted"), bytes);
        assertThat(search.inFiles(node.folder())).hasSize(1);
        Files.delete(planted);
        String repository = node.freshName("repo");
        String table = new String(journalWith(new People(node), repository), StandardCharsets.ISO_8859_1);
        // The journal is read whole: a name that is no secret is found in it.
        assertThat(new SecretSearch()
                        .add("name", repository + "-found")
                        .in("journal", table.getBytes(StandardCharsets.ISO_8859_1)))
                .hasSize(1);
    }

    private byte[] journalWith(People people, String repository) throws Exception {
        people.repository(people.user("user"), repository + "-found");
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        for (String table : node.tables()) {
            all.writeBytes(node.table(table));
        }
        return all.toByteArray();
    }

    private byte[] masterKey() throws IOException {
        String text = Files.readString(
                        node.folder().resolve("cluster").resolve("master.key"), StandardCharsets.ISO_8859_1)
                .strip();
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** In every place where it may be written down by mistake. */
    private void misuse(String secret) throws IOException {
        Api stranger = Api.of(node);
        for (Answer answer : List.of(
                stranger.bearer(secret).get("/session"),
                stranger.basic(secret, secret).get("/session"),
                stranger.with("X-Request-Id", secret + " ").get("/session"),
                stranger.cookie(secret.replace(" ", "")).get("/session"),
                stranger.signIn(secret, secret),
                stranger.send("POST", "/session", Optional.of("{\"password\":\"" + secret + "\",}")),
                stranger.post("/nodes/join", Map.of("token", secret)))) {
            if (answer.status() >= 400) {
                seen.append(answer);
            }
        }
        stranger.send("POST", "/session", Optional.of("{\"" + secret + "\":1}"));
        for (String line : List.of("GET /" + secret, "GET /api/v1/users?q=" + secret, secret)) {
            for (String header : List.of(
                    "Authorization: Basic \u0000" + secret, "Authorization " + secret, "Cookie: \u0001=" + secret)) {
                try (Wire wire = Wire.to(node)) {
                    wire.head(line, header).endSending().answer();
                }
            }
        }
    }
}

package io.backstay.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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

    SecretsTest(RunningNode node) {
        this.node = node;
    }

    @Test
    void theLogHoldsNoSecretWhateverIsDoneWithIt() throws IOException {
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

        List<String> secrets = new ArrayList<>(List.of(password, session, token.secret(), join));
        secrets.add(Base64.getEncoder()
                .encodeToString((name + ":" + password).getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        for (String secret : List.copyOf(secrets)) {
            misuse(secret);
        }
        assertThat(node.log()).doesNotContain(secrets).doesNotContain(RunningNode.ADMIN_PASSWORD);
    }

    /** In every place where it may be written down by mistake. */
    private void misuse(String secret) throws IOException {
        Api stranger = Api.of(node);
        stranger.bearer(secret).get("/session");
        stranger.basic(secret, secret).get("/session");
        stranger.with("X-Request-Id", secret).get("/session");
        stranger.cookie(secret.replace(" ", "")).get("/session");
        stranger.signIn(secret, secret);
        stranger.send("POST", "/session", Optional.of("{\"password\":\"" + secret + "\",}"));
        stranger.send("POST", "/session", Optional.of("{\"" + secret + "\":1}"));
        stranger.post("/nodes/join", Map.of("token", secret));
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

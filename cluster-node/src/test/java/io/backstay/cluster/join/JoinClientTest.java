package io.backstay.cluster.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import io.backstay.cluster.identity.Certificates;
import io.backstay.cluster.identity.Founding;
import io.backstay.cluster.identity.JoinToken;
import io.backstay.cluster.identity.NodeIdentity;
import io.backstay.model.BackstayException;
import io.backstay.model.NodeId;
import io.backstay.model.NodeName;
import io.backstay.model.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JoinClientTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Founding founding = Founding.create();
    private final SecureRandom random = new SecureRandom();
    private final JoinToken token = JoinToken.create(founding.authority().certificate(), random);
    private final List<JsonNode> asked = new ArrayList<>();
    private NodeIdentity identity;
    private HttpServer member;

    @BeforeEach
    void start(@TempDir Path data) throws IOException {
        identity = NodeIdentity.open(data, Clock.systemUTC(), random);
        member = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        member.start();
    }

    @AfterEach
    void stop() {
        member.stop(0);
    }

    @Test
    void joinsWithWhatTheMemberSigns() throws Exception {
        answer(200, this::signed);
        JoinAnswer answer = client(address()).join(request());
        NodeIdentity admitted = identity.admit(
                Certificates.parse(answer.certificate()), Certificates.parse(answer.authority()), Clock.systemUTC());
        assertThat(admitted.cluster()).contains(founding.authority().cluster());
        JsonNode body = asked.get(0);
        assertThat(body.path("nodeId").asText()).isEqualTo(identity.id().toString());
        assertThat(body.path("roles").get(0).asText()).isEqualTo("backup-storage");
        assertThat(body.path("addresses").path("http").asText()).isEqualTo("http://node-4:8420");
        assertThat(body.path("token").asText()).isEqualTo(token.text());
    }

    @Test
    void asksAgainWhileMembersAreNotReady() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        member.createContext("/api/v1/nodes/join", exchange -> {
            boolean ready = requests.incrementAndGet() > 2;
            JsonNode body = JSON.readTree(exchange.getRequestBody());
            byte[] content = (ready ? signed(body) : "{\"detail\":\"no manager\"}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(ready ? 200 : 503, content.length);
            exchange.getResponseBody().write(content);
            exchange.close();
        });
        assertThat(client(address()).join(request()).certificate()).startsWith("-----BEGIN CERTIFICATE");
        assertThat(requests).hasValue(3);
    }

    @Test
    void takesTheMemberThatAnswersWhereOthersAreAway() throws Exception {
        URI away;
        try (var free = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            away = URI.create("http://127.0.0.1:" + free.getLocalPort());
        }
        answer(200, this::signed);
        assertThat(client(away, address()).join(request()).certificate()).isNotEmpty();
    }

    @Test
    void givesUpWithTheReasonWhereTheTokenIsRefused() {
        answer(403, body -> "{\"code\":\"forbidden\",\"detail\":\"the token has been used up\"}");
        assertThatThrownBy(() -> client(address()).join(request()))
                .isInstanceOf(BackstayException.class)
                .hasMessageContaining("the token has been used up");
    }

    @Test
    void trustsNoOtherAuthorityThanTheTokens() {
        Founding impostor = Founding.create();
        answer(200, body -> signed(impostor, body));
        assertThatThrownBy(() -> client(address()).join(request()))
                .isInstanceOf(BackstayException.class)
                .hasMessageContaining("another cluster");
    }

    private interface Answer {
        String to(JsonNode body) throws IOException;
    }

    private void answer(int status, Answer answer) {
        member.createContext("/api/v1/nodes/join", exchange -> {
            JsonNode body = JSON.readTree(exchange.getRequestBody());
            asked.add(body);
            byte[] content = answer.to(body).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, content.length);
            exchange.getResponseBody().write(content);
            exchange.close();
        });
    }

    private String signed(JsonNode body) throws IOException {
        return signed(founding, body);
    }

    private static String signed(Founding by, JsonNode body) throws IOException {
        String certificate = Certificates.pem(by.authority()
                .sign(
                        NodeId.parse(body.path("nodeId").asText()),
                        body.path("csr").asText()));
        return JSON.writeValueAsString(
                new JoinAnswer(certificate, Certificates.pem(by.authority().certificate())));
    }

    private URI address() {
        return URI.create("http://127.0.0.1:" + member.getAddress().getPort());
    }

    private static JoinClient client(URI... members) {
        return new JoinClient(List.of(members), Duration.ofMillis(10));
    }

    private JoinRequest request() {
        return new JoinRequest(
                new NodeDescription(
                        identity.id(),
                        new NodeName("node-4"),
                        Set.of(Role.BACKUP_STORAGE),
                        "",
                        "http://node-4:8420",
                        "http://node-4:8421"),
                identity.signingRequest(),
                token);
    }
}

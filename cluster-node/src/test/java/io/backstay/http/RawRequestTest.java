package io.backstay.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that no well-behaved client sends. */
@Tag("slow")
@ExtendWith(RunningNode.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RawRequestTest {
    private static final String HEX = "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9";

    private final RunningNode node;
    private final String name;
    private final String token;

    RawRequestTest(RunningNode node) {
        this.node = node;
        People people = new People(node);
        People.Person owner = people.user("user");
        this.name = node.freshName("repo");
        this.token = people.token(owner, people.repository(owner, name), "full").secret();
    }

    private String filled(String text) {
        return text.replace("{name}", name).replace("{hex}", HEX).replace("{token}", token);
    }

    /** What can be taken for two requests by one and for one by another. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 1\r\nContent-Length: 2",
                "Content-Length: 1\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 1",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\nContent-Length: 1",
                "Transfer-Encoding: xchunked\r\nContent-Length: 1",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding : chunked\r\nContent-Length: 1",
                "Content-Length : 1",
                "Content-Length: +1",
                "Content-Length: -1",
                "Content-Length: 0x1",
                "Content-Length: 1, 2",
                "Content-Length: 1 1",
                "Content-Length: 1\r\nContent-Length: 1",
                "Content-Length: 1\nX: 1",
                "Content-Length:",
                "Content-Length: 1\r\nTransfer-Encoding:\u000bchunked",
                "Content-Length: 1\r\n X: folded",
                "Content-Length: 99999999999999999999",
                "Content-Length: 1\r\n Folded: 1",
                "Content-Length: 1\rX: 1",
                "Content-Length: 1\u0000",
                "Content-Length\u0000: 1",
                "Content-Length: 1\r\nno colon at all",
                "Content-Length: 1\r\n: no name",
                "Content-Length: 1\r\nHost: another",
                "Content-Length: 1\r\nContent-Type: a/b\r\nContent-Type: c/d"
            })
    void aRequestWhoseEndIsInDoubtIsRefusedAndNothingAfterItIsRead(String headers) throws IOException {
        try (Wire wire = Wire.to(node)) {
            wire.send(filled("POST /restic/{name}/data/{hex} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
                    + headers
                    + "\r\n\r\n"
                    + "0GET /restic/{name}/keys/ HTTP/1.1\r\n"
                    + "Host: x\r\n"
                    + "Authorization: Bearer {token}\r\n\r\n"));
            Answer answer = wire.answer().orElseThrow();
            assertThat(answer.status()).as("%s", answer).isIn(400, 413);
            expectProblem(answer);
            assertThat(wire.endSending().answer()).as("after %s", answer).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/v1/session HTTP/1.1\r\n\r\n",
                "GET /api/v1/session HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET /api/v1/session HTTP/3.0\r\nHost: x\r\n\r\n",
                "GET /api/v1/session XTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /api/v1/session\r\nHost: x\r\n\r\n",
                "GET\r\n\r\n",
                "BREW /api/v1/session HTTP/1.1\r\nHost: x\r\n\r\n",
                "get /api/v1/session HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET  /api/v1/session HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET api/v1/session HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /api/v1/session%zz HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /api/v1/session% HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /api/v1/<script> HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /api/v1/\u0001 HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /api/v1/ä HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET ftp://x/api/v1/session HTTP/1.1\r\nHost: x\r\n\r\n",
                "CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n",
                "\u0000\u0000\u0000\u0000\r\n\r\n",
                "()\r\n\r\n"
            })
    void whatIsNoRequestIsRefused(String text) throws IOException {
        try (Wire wire = Wire.to(node)) {
            Optional<Answer> answer = wire.send(text).endSending().answer();
            assertThat(answer.map(Answer::status).orElse(400))
                    .as("%s", answer)
                    .isBetween(400, 505)
                    .isNotIn(500, 502, 503, 504);
            answer.ifPresent(RawRequestTest::expectProblem);
        }
    }

    @Test
    void whatIsTooLongIsRefused() throws IOException {
        for (String text : List.of(
                "GET /" + "x".repeat(100_000) + " HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(100_000) + "\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\n" + "x".repeat(100_000) + ": x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\n" + "X: x\r\n".repeat(10_000) + "\r\n",
                "X".repeat(100_000))) {
            try (Wire wire = Wire.to(node)) {
                Optional<Answer> answer = sent(wire, text);
                assertThat(answer.map(Answer::status).orElse(400))
                        .as("%s", answer)
                        .isIn(400, 414, 431);
            }
        }
    }

    /** A node may end the connection while such a request is still being sent. */
    private static Optional<Answer> sent(Wire wire, String text) throws IOException {
        try {
            wire.send(text).endSending();
        } catch (java.net.SocketException e) {
            return Optional.empty();
        }
        return wire.answer();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/v1/users?q=%zz",
                "GET /api/v1/users?q=%ff&limit=1",
                "GET /api/v1/users?q=%",
                "GET /api/v1/users?%00=%00",
                "GET /api/v1/users?&&&===",
                "POST /restic/{name}/?create=%zz",
                "POST /restic/{name}/?create",
                "POST /restic/{name}/?create=true&create=false",
                "GET /restic/{name}/config?%zz"
            })
    void queriesThatCannotBeReadAreNobodysFault(String line) throws IOException {
        try (Wire wire = Wire.to(node)) {
            Answer answer = wire.head(
                            filled(line),
                            "Authorization: Bearer " + (line.contains("/api/") ? session() : token),
                            "Content-Length: 0")
                    .answer()
                    .orElseThrow();
            assertThat(answer.status()).as("%s", answer).isIn(200, 400, 404);
        }
    }

    private String session() {
        return Api.of(node).signIn("admin", RunningNode.ADMIN_PASSWORD).text("/token");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zz\r\nabc\r\n0\r\n\r\n",
                "-1\r\n\r\n0\r\n\r\n",
                "ffffffffffffffffff\r\nabc",
                "5\r\nabc\r\n0\r\n\r\n",
                "3;" + "x=y" + "\r\nabc0\r\n\r\n",
                "3\r\nabc",
                "\r\n"
            })
    void chunksThatAreNoneAreRefused(String body) throws IOException {
        for (String path : List.of("/api/v1/session", filled("/restic/{name}/data/{hex}"), "/nowhere")) {
            try (Wire wire = Wire.to(node)) {
                wire.head(
                        "POST " + path,
                        "Authorization: Bearer " + token,
                        "Content-Type: application/json",
                        "Transfer-Encoding: chunked");
                Optional<Answer> answer = wire.send(body).endSending().answer();
                assertThat(answer.map(Answer::status).orElse(400))
                        .as("%s", answer)
                        .isBetween(400, 415);
            }
        }
    }

    @Test
    void oldClientsAreAnsweredAndTheirConnectionsEnd() throws IOException {
        try (Wire wire = Wire.to(node)) {
            wire.send(filled("GET /restic/{name}/keys/ HTTP/1.0\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"));
            assertThat(new String(wire.all(), StandardCharsets.ISO_8859_1))
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("\r\n\r\n[]");
        }
    }

    /** Which the reader of answers in these tests once took for an answer without a body and another that is no HTTP. */
    @Test
    void aListForAnOldClientEndsWithTheConnection() throws IOException {
        try (Wire wire = Wire.to(node)) {
            wire.send(filled("GET /restic/{name}/keys/ HTTP/1.0\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"));
            assertThat(wire.answer().orElseThrow().expect(200).body())
                    .asString()
                    .isEqualTo("[]");
            assertThat(wire.answer()).isEmpty();
        }
    }

    @Test
    void anAddressMayNameTheServerToo() throws IOException {
        try (Wire wire = Wire.to(node)) {
            wire.head(filled("GET http://elsewhere/restic/{name}/keys/"), "Authorization: Bearer " + token);
            assertThat(wire.answer().orElseThrow().status()).isIn(200, 400);
        }
    }

    private static void expectProblem(Answer answer) {
        Contract.checkProblem("%s".formatted(answer), "GET", answer);
    }
}

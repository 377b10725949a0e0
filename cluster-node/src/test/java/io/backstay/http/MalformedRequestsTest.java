package io.backstay.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Good requests with a few bytes changed, many of them. */
@Tag("slow")
@ExtendWith(RunningNode.Shared.class)
class MalformedRequestsTest {
    private static final int REQUESTS = 2_000;
    private static final String HEX = "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9";
    private static final List<String> GOOD = List.of("""
        POST /restic/{name}/data/{hex} HTTP/1.1
        Host: x
        Authorization: Bearer {token}
        Content-Length: 1

        0\
        """, """
        GET /restic/{name}/data/{hex} HTTP/1.1
        Host: x
        Authorization: Bearer {token}
        Range: bytes=0-
        Accept: application/vnd.x.restic.rest.v2

        """, """
        POST /restic/{name}/?create=true HTTP/1.1
        Host: x
        Authorization: Bearer {token}
        Transfer-Encoding: chunked

        3
        abc
        0

        """, """
        POST /api/v1/nodes/join HTTP/1.1
        Host: x
        Content-Type: application/json
        Content-Length: 15

        {"nodeId":"[]"}\
        """, """
        GET /api/v1/users?q=a&limit=10&sort=-name HTTP/1.1
        Host: x
        If-Match: "1"
        Cookie: backstay_session=bss_A
        X-Request-Id: a
        Expect: 100-continue

        """);

    private final RunningNode node;
    private final String name;
    private final String token;

    MalformedRequestsTest(RunningNode node) {
        this.node = node;
        People people = new People(node);
        People.Person owner = people.user("user");
        this.name = node.freshName("repo");
        this.token = people.token(owner, people.repository(owner, name), "full").secret();
    }

    private String filled(String text) {
        return text.replace("\n", "\r\n")
                .replace("{name}", name)
                .replace("{hex}", HEX)
                .replace("{token}", token);
    }

    @Test
    void noGarbageMakesAnErrorOrHindersTheNextClient() throws IOException {
        long seed = Long.getLong("backstay.seed", System.nanoTime());
        System.out.println("Seed of the malformed requests (-Dbackstay.seed=): " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < REQUESTS; i++) {
            String request = spoiled(filled(GOOD.get(random.nextInt(GOOD.size()))), random);
            for (int status : statuses(request)) {
                assertThat(status)
                        .as("seed %d, request %d: %s", seed, i, request)
                        .isLessThan(600)
                        .isNotIn(500, 502, 503, 504);
            }
            if (i % 50 == 0) {
                Answer good = Answer.of(good());
                assertThat(good.status())
                        .as("after request %d of seed %d", i, seed)
                        .isEqualTo(200);
            }
        }
    }

    private java.net.http.HttpResponse<byte[]> good() throws IOException {
        try {
            return node.freshClient()
                    .send(
                            java.net.http.HttpRequest.newBuilder(node.http().resolve(filled("/restic/{name}/keys/")))
                                    .header("Authorization", "Bearer " + token)
                                    .build(),
                            java.net.http.HttpResponse.BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The statuses of everything that comes back until the connection ends. */
    private List<Integer> statuses(String request) throws IOException {
        List<Integer> statuses = new ArrayList<>();
        try (Wire wire = Wire.to(node)) {
            byte[] all;
            try {
                all = wire.send(request.getBytes(StandardCharsets.ISO_8859_1))
                        .endSending()
                        .all();
            } catch (SocketTimeoutException e) {
                throw new AssertionError("the connection stays open after: " + request, e);
            } catch (java.net.SocketException e) {
                return statuses;
            }
            for (String part : new String(all, StandardCharsets.ISO_8859_1).split("HTTP/1\\.1 ", -1)) {
                if (part.matches("(?s)\\d{3} .*")) {
                    statuses.add(Integer.parseInt(part.substring(0, 3)));
                }
            }
        }
        return statuses;
    }

    private static String spoiled(String request, Random random) {
        StringBuilder text = new StringBuilder(request);
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(6)) {
                case 0 -> text.setCharAt(at, (char) random.nextInt(256));
                case 1 -> text.insert(at, (char) random.nextInt(256));
                case 2 -> text.delete(at, Math.min(text.length() - 1, at + 1 + random.nextInt(8)));
                case 3 -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(40))));
                case 4 ->
                    text.insert(
                            at,
                            List.of("\r\n", "\n", "%", "..", "/", ":", "\u0000", " ", ",", ";")
                                    .get(random.nextInt(10)));
                default -> text.setLength(Math.max(1, at));
            }
        }
        return text.toString();
    }
}

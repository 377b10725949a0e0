package io.backstay.http.restic;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.http.Answer;
import io.backstay.http.People;
import io.backstay.http.RunningNode;
import io.backstay.http.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Uploads of clients that vanish, dawdle, ask first or send too much, on connections that go on. */
@Tag("slow")
@ExtendWith(RunningNode.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResticUploadTest {
    private static final byte[] LARGE = Restic.bytes("0123456789".repeat(100_000));

    private final RunningNode node;
    private final String base;
    private final String full;
    private final String read;
    private final Restic restic;

    ResticUploadTest(RunningNode node) {
        this.node = node;
        People people = new People(node);
        People.Person owner = people.user("user");
        String name = node.freshName("repo");
        String id = people.repository(owner, name);
        this.base = " /restic/" + name + "/";
        this.full = "Authorization: " + people.token(owner, id, "full").authorization();
        this.read = "Authorization: " + people.token(owner, id, "read").authorization();
        this.restic = Restic.to(node, name, full.substring("Authorization: ".length()));
        restic.post("config", Restic.bytes("config")).expect(200);
    }

    private Set<Path> files() {
        return new TreeSet<>(node.storedFiles());
    }

    private Wire begun(byte[] content) throws IOException {
        Wire wire = Wire.to(node).head("POST" + base + Restic.data(content), full, "Content-Length: " + content.length);
        return wire.send(java.util.Arrays.copyOf(content, content.length / 2));
    }

    @Test
    void aClientThatVanishesLeavesNoFile() throws IOException {
        Set<Path> before = files();
        try (Wire wire = begun(LARGE)) {
            RunningNode.await("the upload has reached the disk", () -> !files().equals(before));
            wire.reset();
        }
        RunningNode.await("nothing is left of it", () -> files().equals(before));
        restic.get(Restic.data(LARGE)).expect(404);
    }

    @Test
    void aBodyThatIsCutOffLeavesNoFile() throws IOException {
        Set<Path> before = files();
        try (Wire wire = begun(LARGE)) {
            RunningNode.await("the upload has reached the disk", () -> !files().equals(before));
            assertThat(wire.endSending().answer().map(Answer::status).orElse(400))
                    .isEqualTo(400);
        }
        RunningNode.await("nothing is left of it", () -> files().equals(before));
        restic.post(Restic.data(LARGE), LARGE).expect(200);
        restic.delete(Restic.data(LARGE)).expect(200);
    }

    @Test
    void aClientMaySendByteByByte() throws IOException {
        byte[] content = Restic.bytes("byte by byte by byte by byte");
        try (Wire wire = Wire.to(node)) {
            for (byte next : ("POST" + base + Restic.data(content) + " HTTP/1.1\r\nHost: x\r\n" + full
                            + "\r\nContent-Length: " + content.length + "\r\n\r\n")
                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII)) {
                wire.send(new byte[] {next});
            }
            for (byte next : content) {
                wire.send(new byte[] {next});
            }
            assertThat(wire.answer().orElseThrow().status()).isEqualTo(200);
        }
        assertThat(restic.get(Restic.data(content)).expect(200).body()).isEqualTo(content);
    }

    @Test
    void aClientThatAsksFirstIsToldToGoOn() throws IOException {
        byte[] content = Restic.bytes("asked first");
        try (Wire wire = Wire.to(node)) {
            wire.head(
                    "POST" + base + Restic.data(content),
                    full,
                    "Content-Length: " + content.length,
                    "Expect: 100-continue");
            assertThat(wire.answer().orElseThrow().status()).isEqualTo(100);
            assertThat(wire.send(content).answer().orElseThrow().status()).isEqualTo(200);
        }
    }

    @Test
    void aClientThatAsksFirstIsRefusedBeforeItSends() throws IOException {
        for (String authorization : List.of(read, "Authorization: none at all")) {
            try (Wire wire = Wire.to(node)) {
                wire.head(
                        "POST" + base + Restic.data(LARGE),
                        authorization,
                        "Content-Length: " + LARGE.length,
                        "Expect: 100-continue");
                assertThat(wire.answer().orElseThrow().status()).isIn(401, 403);
            }
        }
    }

    @Test
    void aConnectionSurvivesRefusedUploads() throws IOException {
        byte[] content = Restic.bytes("refused".repeat(20_000));
        String length = "Content-Length: " + content.length;
        String path = base + Restic.data(content);
        try (Wire wire = Wire.to(node)) {
            assertThat(refused(wire, "POST" + path, content, read, length)).isEqualTo(403);
            assertThat(refused(wire, "POST" + path, content, length)).isEqualTo(401);
            assertThat(refused(wire, "POST" + base + "nothing/x", content, full, length))
                    .isEqualTo(404);
            assertThat(refused(wire, "PUT" + path, content, full, length)).isEqualTo(405);
            assertThat(refused(wire, "POST" + base + Restic.data(LARGE), content, full, length))
                    .isEqualTo(400);
            assertThat(refused(wire, "POST" + base + "config", content, full, length))
                    .isEqualTo(403);
            assertThat(refused(wire, "POST /restic/none/config", content, full, length))
                    .isEqualTo(403);
            assertThat(refused(wire, "POST /api/v1/session", content, length)).isEqualTo(413);
            assertThat(refused(wire, "POST /nowhere", content, length)).isEqualTo(413);
            assertThat(wire.head("GET" + base + "config", full)
                            .answer()
                            .orElseThrow()
                            .status())
                    .isEqualTo(200);
        }
    }

    private static int refused(Wire wire, String line, byte[] content, String... headers) throws IOException {
        wire.head(line, headers).send(content);
        return wire.answer().orElseThrow().status();
    }

    @Test
    void aBodyThatNobodyAskedForIsPassedOver() throws IOException {
        byte[] half = new byte[20_000];
        String length = "Content-Length: " + 2 * half.length;
        try (Wire wire = Wire.to(node)) {
            for (String line : List.of(
                    "GET" + base + "config",
                    "GET" + base + "keys/",
                    "DELETE" + base + Restic.data(LARGE),
                    "POST" + base + "?create=true",
                    "GET /api/v1/openapi.yaml")) {
                wire.head(line, full, length).send(half).send(half);
                Answer answer = wire.answer().orElseThrow();
                assertThat(answer.status()).as("%s: %s", line, answer).isIn(200, 403, 415);
            }
            assertThat(wire.head("GET" + base + "config", full)
                            .answer()
                            .orElseThrow()
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() throws IOException {
        byte[] content = Restic.bytes("pipelined");
        String length = "Content-Length: " + content.length;
        try (Wire wire = Wire.to(node)) {
            wire.head("POST" + base + Restic.data(content), full, length).send(content);
            wire.head("POST" + base + Restic.data(LARGE), read, length).send(content);
            wire.head("GET" + base + Restic.data(content), full);
            wire.head("GET" + base + "keys/", full);
            wire.head("GET" + base + "nothing", full);
            assertThat(wire.answer().orElseThrow().status()).isEqualTo(200);
            assertThat(wire.answer().orElseThrow().status()).isEqualTo(403);
            assertThat(wire.answer().orElseThrow().body()).isEqualTo(content);
            assertThat(wire.answer().orElseThrow().body()).isEqualTo(Restic.bytes("[]"));
            assertThat(wire.answer().orElseThrow().status()).isEqualTo(404);
        }
    }

    @Test
    void moreThanAnObjectMayHoldIsRefusedUnread() throws IOException {
        for (String length : List.of("1073741825", "9223372036854775807")) {
            try (Wire wire = Wire.to(node)) {
                Answer answer = wire.head("POST" + base + Restic.data(LARGE), full, "Content-Length: " + length)
                        .answer()
                        .orElseThrow();
                assertThat(answer.status()).as("%s", answer).isEqualTo(413);
                assertThat(wire.ended()).isTrue();
            }
        }
    }

    @Test
    void twoUploadsOfOneObjectAtOnceBothSucceed() throws IOException {
        byte[] content = Restic.bytes("twice at once".repeat(50_000));
        Set<Path> before = files();
        try (Wire one = begun(content);
                Wire other = begun(content)) {
            RunningNode.await("one has reached the disk", () -> !files().equals(before));
            byte[] rest = java.util.Arrays.copyOfRange(content, content.length / 2, content.length);
            one.send(rest);
            other.send(rest);
            assertThat(one.answer().orElseThrow().status()).isEqualTo(200);
            assertThat(other.answer().orElseThrow().status()).isEqualTo(200);
        }
        assertThat(restic.get(Restic.data(content)).expect(200).body()).isEqualTo(content);
    }
}

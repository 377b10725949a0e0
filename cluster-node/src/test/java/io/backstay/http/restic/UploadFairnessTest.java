package io.backstay.http.restic;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.http.Answer;
import io.backstay.http.People;
import io.backstay.http.RunningNode;
import io.backstay.http.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Uploads of a user who takes all that can be had, and of others meanwhile. */
@Tag("slow")
@ExtendWith(RunningNode.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UploadFairnessTest {
    private static final int AT_ONCE = 24;
    private static final int WAITING = 256;
    private static final int STORAGE_PLACES = 128;
    private static final int BYTES = 100_000;

    private final RunningNode node;
    private final String base;
    private final String repository;
    private final String append;
    private final ResticClient other;
    private final List<Wire> wires = new ArrayList<>();
    private int contents;

    UploadFairnessTest(RunningNode node) {
        this.node = node;
        People people = new People(node);
        People.Person owner = people.user("user");
        String name = node.freshName("repo");
        this.repository = people.repository(owner, name);
        this.base = " /restic/" + name + "/";
        this.append =
                "Authorization: " + people.token(owner, repository, "append").authorization();
        People.Person another = people.user("user");
        String others = node.freshName("repo");
        String id = people.repository(another, others);
        this.other =
                new ResticClient(node, others, people.token(another, id, "full").authorization());
    }

    @AfterEach
    void closeAll() throws IOException {
        for (Wire wire : wires) {
            wire.close();
        }
        wires.clear();
    }

    private record Upload(Wire wire, byte[] content) {
        void trickle(int at) throws IOException {
            wire.send(Arrays.copyOfRange(content, at, at + 1));
        }

        Answer finished(int from) throws IOException {
            return wire.send(Arrays.copyOfRange(content, from, content.length))
                    .answer()
                    .orElseThrow();
        }
    }

    private Wire wire() throws IOException {
        Wire wire = Wire.to(node);
        wires.add(wire);
        return wire;
    }

    private List<Upload> begun(int count) throws IOException {
        List<Upload> uploads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] content = Arrays.copyOf(Restic.bytes("upload " + contents++), BYTES);
            Upload upload = new Upload(wire(), content);
            upload.wire().head("POST" + base + Restic.data(content), append, "Content-Length: " + BYTES);
            upload.trickle(0);
            uploads.add(upload);
        }
        return uploads;
    }

    private long staged() {
        return node.stagedFiles().stream()
                .filter(path -> path.contains(repository))
                .count();
    }

    private void allPlacesAreFree() throws IOException {
        RunningNode.await("nothing is being written", () -> staged() == 0);
        List<Upload> uploads = begun(AT_ONCE);
        RunningNode.await("all are written at once", () -> staged() == AT_ONCE);
        for (Upload upload : uploads) {
            assertThat(upload.finished(1).status()).isEqualTo(200);
        }
    }

    @Test
    void aUserWhoTricklesOnManyConnectionsHoldsUpNobodyElse() throws Exception {
        List<Upload> slow = begun(STORAGE_PLACES);
        RunningNode.await("the first are being written", () -> staged() == AT_ONCE);
        Thread trickling = Thread.ofVirtual().start(() -> {
            try {
                for (int at = 1; at < BYTES && !Thread.currentThread().isInterrupted(); at++) {
                    for (Upload upload : slow) {
                        upload.trickle(at);
                    }
                    LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        for (int i = 0; i < 20; i++) {
            other.storesAndReadsBack(Restic.bytes("another's upload " + i));
            assertThat(staged()).isEqualTo(AT_ONCE);
        }
        assertThat(trickling.isAlive()).isTrue();
        trickling.interrupt();
        trickling.join();
        for (Upload upload : slow) {
            upload.wire().reset();
        }
        allPlacesAreFree();
    }

    @Test
    void whoWaitsIsServedWhenOthersEndWell() throws Exception {
        List<Upload> uploads = begun(AT_ONCE + 1);
        RunningNode.await("the first are being written", () -> staged() == AT_ONCE);
        // Which one waits depends on which connection the node has read first.
        Upload waiting = uploads.removeLast();
        for (Upload upload : uploads) {
            upload.wire().send(Arrays.copyOfRange(upload.content(), 1, BYTES));
        }
        assertThat(waiting.finished(1).status()).isEqualTo(200);
        for (Upload upload : uploads) {
            assertThat(upload.wire().answer().orElseThrow().status()).isEqualTo(200);
        }
        allPlacesAreFree();
    }

    @Test
    void whoWaitsIsServedWhenOthersFail() throws Exception {
        List<Upload> uploads = begun(AT_ONCE);
        RunningNode.await("the first are being written", () -> staged() == AT_ONCE);
        Upload waiting = begun(1).getFirst();
        for (Upload upload : uploads) {
            assertThat(upload.wire()
                            .send(new byte[BYTES - 1])
                            .answer()
                            .orElseThrow()
                            .status())
                    .isEqualTo(400);
        }
        assertThat(waiting.finished(1).status()).isEqualTo(200);
        allPlacesAreFree();
    }

    @Test
    void oneUploadTooManyIsRefused() throws Exception {
        List<Upload> uploads = begun(AT_ONCE);
        RunningNode.await("the first are being written", () -> staged() == AT_ONCE);
        for (int i = 0; i <= WAITING; i++) {
            byte[] content = Arrays.copyOf(Restic.bytes("waiting " + i), BYTES);
            wire().head(
                            "POST" + base + Restic.data(content),
                            append,
                            "Content-Length: " + BYTES,
                            "Expect: 100-continue");
        }
        List<Wire> waiting = wires.subList(AT_ONCE, wires.size());
        RunningNode.await("one is refused", () -> waiting.stream().anyMatch(UploadFairnessTest::answered));
        List<Wire> refused =
                waiting.stream().filter(UploadFairnessTest::answered).toList();
        assertThat(refused).hasSize(1);
        Answer answer = refused.getFirst().answer().orElseThrow().expectProblem(503, "unavailable");
        assertThat(answer.header("Retry-After").orElseThrow()).matches("[1-9]\\d*");
        for (Upload upload : uploads) {
            upload.wire().reset();
        }
        for (Wire wire : waiting) {
            wire.reset();
        }
        allPlacesAreFree();
    }

    private static boolean answered(Wire wire) {
        try {
            return wire.anythingCame();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

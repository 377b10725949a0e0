package io.backstay.http.restic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.backstay.http.Answer;
import io.backstay.http.Api;
import io.backstay.http.People;
import io.backstay.http.RunningNode;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the client of restic relies on, request by request. */
@Tag("slow")
@ExtendWith(RunningNode.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResticProtocolTest {
    private static final byte[] CONTENT = Restic.bytes("0123456789");

    private final RunningNode node;
    private final People people;
    private final People.Person owner;
    private String name = "";
    private Restic restic;

    ResticProtocolTest(RunningNode node) {
        this.node = node;
        this.people = new People(node);
        this.owner = people.user("user");
        this.restic = Restic.stranger(node, name);
    }

    @BeforeEach
    void aNameThatIsFree() {
        name = node.freshName("repo");
        restic = Restic.to(node, name, owner.authorization());
    }

    @Test
    void initMakesTheRepositoryAndMayBeRepeated() {
        Restic restic = Restic.to(node, name, Api.basicValue(owner.name(), People.PASSWORD));
        restic.head("config").expect(404);
        restic.get("keys/").expect(404);
        restic.send("POST", "", HttpRequest.BodyPublishers.noBody()).expect(400);
        restic.send("POST", "?create=false", HttpRequest.BodyPublishers.noBody())
                .expect(400);
        assertThat(restic.create().expect(200).body()).isEmpty();
        restic.create().expect(200);
        restic.head("config").expect(404);
        assertThat(owner.api().get("/repositories?q=" + name).texts("name")).containsExactly(name);
    }

    @Test
    void whoHasAGrantMayInitToo() {
        restic.create().expect(200);
        String id = owner.api().get("/repositories?q=" + name).text("/items/0/id");
        People.Person other = people.user("user");
        Restic theirs = Restic.to(node, name, other.authorization());
        theirs.create().expectProblem(403, "already-exists");
        owner.api()
                .patch(
                        "/repositories/" + id,
                        Map.of("grants", List.of(Map.of("user", other.id(), "permission", "full"))))
                .expect(200);
        theirs.create().expect(200);
        theirs.post("config", CONTENT).expect(200);
    }

    @Test
    void listsAreEmptyArraysAndTellTheirVersion() {
        restic.create().expect(200);
        for (String type : List.of("data", "keys", "locks", "snapshots", "index")) {
            Answer second = restic.get(type + "/").expect(200);
            assertThat(second.body()).isEqualTo(Restic.bytes("[]"));
            assertThat(second.header("Content-Type")).contains("application/vnd.x.restic.rest.v2");
            Answer first =
                    restic.with("Accept", "application/vnd.x.restic.rest.v1").get(type + "/");
            assertThat(first.expect(200).body()).isEqualTo(Restic.bytes("[]"));
            assertThat(first.header("Content-Type")).contains("application/vnd.x.restic.rest.v1");
            restic.with("Accept", "*/*").get(type).expect(200);
        }
    }

    @Test
    void listsHoldEachObjectOnceWithItsSize() {
        restic.create().expect(200);
        for (int i = 0; i < 12; i++) {
            byte[] content = Restic.bytes("x".repeat(i));
            restic.post(Restic.data(content), content).expect(200);
        }
        JsonNode second = restic.get("data/").json();
        assertThat(second).hasSize(12);
        for (JsonNode entry : second) {
            String path = "data/" + entry.path("name").asText();
            assertThat(restic.head(path).header("Content-Length"))
                    .contains(entry.path("size").asText());
        }
        JsonNode first = restic.with("Accept", "something/else").get("data/").json();
        assertThat(first).hasSize(12).allMatch(JsonNode::isTextual);
    }

    @Test
    void configIsWrittenOnceAndAgainOnlyTheSame() {
        restic.create().expect(200);
        restic.get("config").expect(404);
        restic.post("config", CONTENT).expect(200);
        restic.post("config", CONTENT).expect(200);
        restic.post("config", Restic.bytes("another")).expectProblem(403, "already-exists");
        assertThat(restic.head("config").expect(200).header("Content-Length")).contains("10");
        assertThat(restic.get("config").expect(200).body()).isEqualTo(CONTENT);
        restic.delete("config").expect(200);
        restic.delete("config").expect(200);
        restic.head("config").expect(404);
        restic.post("config", Restic.bytes("another")).expect(200);
    }

    @Test
    void objectsComeBackAsTheyWentAndMayBeSentTwice() {
        restic.create().expect(200);
        for (String type : List.of("data", "keys", "locks", "snapshots", "index")) {
            String path = Restic.data(CONTENT).replace("data/", type + "/");
            restic.head(path).expect(404);
            restic.get(path).expectProblem(404, "not-found");
            restic.delete(path).expect(200);
            restic.post(path, CONTENT).expect(200);
            restic.post(path, CONTENT).expect(200);
            Answer got = restic.get(path).expect(200);
            assertThat(got.body()).isEqualTo(CONTENT);
            assertThat(got.header("Content-Type")).contains("application/octet-stream");
            assertThat(restic.head(path).expect(200).header("Content-Length")).contains("10");
            restic.delete(path).expect(200);
            restic.delete(path).expect(200);
            restic.get(path).expect(404);
            restic.post(path, CONTENT).expect(200);
        }
    }

    @Test
    void anEmptyObjectIsAnObject() {
        restic.create().expect(200);
        String path = Restic.data(new byte[0]).replace("data/", "locks/");
        restic.post(path, new byte[0]).expect(200);
        assertThat(restic.head(path).expect(200).header("Content-Length")).contains("0");
        assertThat(restic.get(path).expect(200).body()).isEmpty();
        assertThat(restic.with("Range", "bytes=0-").get(path).expect(200).body())
                .isEmpty();
        assertThat(restic.get("locks/").json()).hasSize(1);
    }

    @Test
    void aBodyThatIsNotItsNameIsRefusedAndLeavesNothing() {
        restic.create().expect(200);
        String path = Restic.data(CONTENT);
        restic.post(path, Restic.bytes("something else")).expectProblem(400, "content-mismatch");
        restic.post(path, new byte[0]).expectProblem(400, "content-mismatch");
        restic.get(path).expect(404);
        assertThat(restic.get("data/").json()).isEmpty();
        restic.post(path, CONTENT).expect(200);
        restic.post(path, Restic.bytes("something else")).expectProblem(400, "content-mismatch");
        assertThat(restic.get(path).body()).isEqualTo(CONTENT);
    }

    @Test
    void anUploadNeedsALengthWithinBounds() {
        restic.create().expect(200);
        restic.postChunked(Restic.data(CONTENT), CONTENT).expectProblem(411, "length-required");
        restic.get(Restic.data(CONTENT)).expect(404);
    }

    @Test
    void aPackOfUsualSizeGoesAndComes() {
        restic.create().expect(200);
        byte[] pack = new byte[20 << 20];
        new java.util.Random(42).nextBytes(pack);
        restic.post(Restic.data(pack), pack).expect(200);
        assertThat(restic.get(Restic.data(pack)).expect(200).body()).isEqualTo(pack);
        Answer part = restic.with("Range", "bytes=10000000-10000999")
                .get(Restic.data(pack))
                .expect(206);
        assertThat(part.body()).isEqualTo(java.util.Arrays.copyOfRange(pack, 10_000_000, 10_001_000));
    }

    @Test
    void methodsThatRestHasNotAreToldWithThoseThatItHas() {
        HttpRequest.BodyPublisher none = HttpRequest.BodyPublishers.noBody();
        assertThat(restic.send("DELETE", "", none)
                        .expectProblem(405, "method-not-allowed")
                        .header("Allow"))
                .contains("POST");
        assertThat(restic.send("GET", "", none).expect(405).header("Allow")).contains("POST");
        assertThat(restic.send("POST", "data/", none).expect(405).header("Allow"))
                .contains("GET");
        assertThat(restic.send("PUT", "config", none).expect(405).header("Allow"))
                .contains("HEAD, GET, POST, DELETE");
        assertThat(restic.send("OPTIONS", "config", none).expect(405).header("Allow"))
                .isPresent();
        assertThat(restic.send("PATCH", Restic.data(CONTENT), none).expect(405).header("Allow"))
                .isPresent();
    }
}

package io.backstay.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.local.harness.Api;
import io.backstay.local.harness.Await;
import io.backstay.local.harness.FileTrees;
import io.backstay.local.harness.LocalCluster;
import io.backstay.local.harness.RawRepository;
import io.backstay.local.harness.Restic;
import io.backstay.local.harness.TestNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nothing but disks left: Postgres, Redis and the manager are away, and a storage node with them. */
final class DegradedIT {
    private static final int MIB = 1024 * 1024;

    @RegisterExtension
    static final LocalCluster CLUSTER = LocalCluster.of(3).withoutRestart();

    @Test
    void restoresAndChecksFromTheDisksAndBacksUpWhenPostgresIsBack() throws Exception {
        Path source = FileTrees.random(CLUSTER.scratch().resolve("source"), 41, 24 * MIB);
        Path later = FileTrees.random(CLUSTER.scratch().resolve("later"), 42, 8 * MIB);
        TestNode manager = CLUSTER.manager();
        TestNode door = CLUSTER.nodes().stream()
                .filter(node -> !node.name().equals(manager.name()))
                .findFirst()
                .orElseThrow();
        CLUSTER.restic(door, "degraded").ok("init");
        Restic restic = withToken(door, "degraded");
        restic.ok("backup", source.toString());
        allCopiesAreMade();

        CLUSTER.server("postgres").kill(true, io.backstay.local.cluster.Launcher.END_WITHIN);
        CLUSTER.server("redis").kill(true, io.backstay.local.cluster.Launcher.END_WITHIN);
        manager.killForGood();

        restoresIdentically(restic, source);
        restic.ok("check", "--read-data");
        saysThatItIsDegraded(door);

        String lock = takesALock(door);

        Restic.Running backup = restic.begin("backup", later.toString());
        CLUSTER.server("postgres").start();
        Restic.Result ended = backup.end();
        assertThat(ended.status()).as(ended.output()).isZero();
        CLUSTER.heal();
        restoresIdentically(restic, later);
        restic.ok("check", "--read-data");
        Await.until("the node serves everything again", () -> degradedRepositories(door) == 0);
        RawRepository repository = door.repository("degraded");
        assertThat(repository.list("locks").orElseThrow())
                .as("the lock that was taken in the dark")
                .containsExactly(lock);
        assertThat(repository.delete("locks", lock)).isEqualTo(200);
        assertThat(repository.list("locks").orElseThrow()).isEmpty();
    }

    /** Takes a lock for somebody who is still at work when an owner is back. */
    private static String takesALock(TestNode door) throws Exception {
        byte[] content = "the lock of a restore that goes on".getBytes(StandardCharsets.UTF_8);
        assertThat(door.repository("degraded").save("locks", content)).isEqualTo(200);
        return RawRepository.name(content);
    }

    private static Restic withToken(TestNode door, String repository) throws Exception {
        Api.Answer made = door.api()
                .post(
                        "/tokens",
                        Api.object()
                                .put("name", "laptop")
                                .put("repository", repository)
                                .put("permission", "full"));
        return CLUSTER.restic(
                door, repository, "token", made.ok().path("secret").asText());
    }

    private static void allCopiesAreMade() throws Exception {
        Await.until("every node has every pack", () -> {
            var first = CLUSTER.nodes().getFirst().objects("data");
            for (TestNode node : CLUSTER.nodes()) {
                if (!node.objects("data").equals(first)) {
                    return false;
                }
            }
            return !first.isEmpty();
        });
    }

    private static void saysThatItIsDegraded(TestNode door) throws Exception {
        RawRepository repository = door.repository("degraded");
        String pack = repository.list("data").orElseThrow().iterator().next();
        HttpResponse<byte[]> loaded = repository.load("data", pack);
        assertThat(loaded.statusCode()).isEqualTo(200);
        assertThat(loaded.headers().firstValue("Backstay-Degraded")).contains("true");
        assertThat(RawRepository.name(loaded.body())).isEqualTo(pack);
        assertThat(degradedRepositories(door)).isEqualTo(1);
        assertThat(repository.save("data", new byte[] {1, 2, 3})).as("a write").isEqualTo(503);
        assertThat(repository.delete("data", pack)).as("a delete").isEqualTo(503);
        assertThat(repository.load("data", pack).statusCode()).isEqualTo(200);
        assertThat(repository.load("data", RawRepository.name(new byte[] {9})).statusCode())
                .as("what is not there, with one of three nodes silent")
                .isEqualTo(404);
    }

    private static int degradedRepositories(TestNode node) throws Exception {
        return node.api().get("/node").ok().path("degradedRepositories").asInt();
    }

    private static void restoresIdentically(Restic restic, Path source) throws Exception {
        Path target = FileTrees.empty(CLUSTER.scratch().resolve("restored"));
        restic.ok("restore", "latest", "--target", target.toString());
        FileTrees.assertSame(source, target.resolve(Path.of("/").relativize(source)));
    }
}

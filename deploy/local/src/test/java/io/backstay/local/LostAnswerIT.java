package io.backstay.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.backstay.local.harness.Api;
import io.backstay.local.harness.FileTrees;
import io.backstay.local.harness.LocalCluster;
import io.backstay.local.harness.LosingProxy;
import io.backstay.local.harness.Restic;
import io.backstay.local.harness.TestNode;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An object is recorded, and its client never hears of it. */
class LostAnswerIT {
    @RegisterExtension
    static final LocalCluster CLUSTER = LocalCluster.of(3);

    @Test
    void lostAnswersDoNotFailABackupThatMayOnlyAppend() throws Exception {
        TestNode door = CLUSTER.node("node-1");
        CLUSTER.restic(door, "lost-answers").ok("init");
        Path source = FileTrees.random(CLUSTER.scratch().resolve("source"), 1, 40 * 1024 * 1024);
        String token = appendToken(door, "lost-answers");
        Set<String> seen = ConcurrentHashMap.newKeySet();

        // The first answer to each object that is stored; restic asks to delete it, which it may not, and sends it
        // again.
        try (LosingProxy proxy =
                LosingProxy.to(door, line -> line.startsWith("POST ") && line.contains("/data/") && seen.add(line))) {
            Restic restic = CLUSTER.restic(proxy.http(), "lost-answers", "token", token);
            restic.ok("backup", source.toString());
            assertThat(proxy.lost()).isPositive();
        }

        Restic admin = CLUSTER.restic(door, "lost-answers");
        admin.ok("check", "--read-data");
        Path target = CLUSTER.scratch().resolve("restored");
        admin.ok("restore", "latest", "--target", target.toString());
        FileTrees.assertSame(source, target.resolve(Path.of("/").relativize(source)));
    }

    private static String appendToken(TestNode door, String repository) throws Exception {
        Api api = door.api();
        String id = "";
        for (JsonNode item : api.get("/repositories").ok().path("items")) {
            if (item.path("name").asText().equals(repository)) {
                id = item.path("id").asText();
            }
        }
        JsonNode made = api.post(
                        "/tokens",
                        Api.object().put("name", "laptop").put("repository", id).put("permission", "append"))
                .ok();
        return made.path("secret").asText();
    }
}

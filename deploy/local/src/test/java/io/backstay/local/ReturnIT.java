package io.backstay.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.local.harness.Await;
import io.backstay.local.harness.LocalCluster;
import io.backstay.local.harness.RawRepository;
import io.backstay.local.harness.TestNode;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes that were away and come back with their folder. */
class ReturnIT {
    @RegisterExtension
    static final LocalCluster CLUSTER = LocalCluster.of(3);

    @Test
    void nodeThatMissedDeletesPaysThemAndServesNothingOld() throws Exception {
        TestNode away = CLUSTER.node("node-3");
        RawRepository repository = CLUSTER.node("node-1").repository("missed-deletes");
        repository.create();
        Set<String> kept = save(repository, 1, 5);
        Set<String> deleted = save(repository, 2, 5);
        Await.until("the node has all copies", () -> away.objects("data").containsAll(deleted));

        away.killForGood();
        for (String name : deleted) {
            Await.until("a delete is answered", () -> repository.delete("data", name) == 200);
        }
        away.start();

        RawRepository throughIt = away.repository("missed-deletes");
        Await.until("it lists", () -> throughIt.list("data").isPresent());
        assertThat(throughIt.list("data")).isEqualTo(Optional.of(kept));
        for (String name : deleted) {
            assertThat(throughIt.load("data", name).statusCode()).isEqualTo(404);
        }
        Await.until(
                "its disk holds what is kept and nothing else",
                () -> away.objects("data").containsAll(kept)
                        && away.objects("data").stream().noneMatch(deleted::contains));
    }

    @Test
    void nodeThatMissedWritesGetsItsCopies() throws Exception {
        TestNode away = CLUSTER.node("node-2");
        RawRepository repository = CLUSTER.node("node-1").repository("missed-writes");
        repository.create();

        away.killForGood();
        Set<String> written = new HashSet<>();
        Await.until("objects are acknowledged by two of three", () -> {
            written.addAll(save(repository, 3, 5));
            return true;
        });
        away.start();

        Await.until("it has its copies", () -> away.objects("data").containsAll(written));
    }

    @Test
    void nodeThatEndsInAnOrderlyWayIsBackWithItsFolder() throws Exception {
        TestNode node = CLUSTER.node("node-2");
        String id = node.id();
        RawRepository repository = CLUSTER.node("node-1").repository("orderly");
        repository.create();
        Set<String> names = save(repository, 4, 3);

        node.stop();
        Await.until("the others list", () -> repository.list("data").isPresent());
        assertThat(repository.list("data")).isEqualTo(Optional.of(names));
        node.start();

        assertThat(node.id()).isEqualTo(id);
        for (String name : names) {
            assertThat(node.repository("orderly").load("data", name).statusCode())
                    .isEqualTo(200);
        }
    }

    /** Saves objects and answers with their names; fails where one is not acknowledged. */
    private static Set<String> save(RawRepository repository, long seed, int count) throws Exception {
        Random random = new Random(seed);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < count; i++) {
            byte[] content = new byte[100_000];
            random.nextBytes(content);
            Await.until("an object is acknowledged", () -> repository.save("data", content) == 200);
            names.add(RawRepository.name(content));
        }
        return names;
    }
}

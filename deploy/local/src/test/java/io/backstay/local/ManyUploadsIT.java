package io.backstay.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.local.harness.LocalCluster;
import io.backstay.local.harness.RawRepository;
import io.backstay.local.harness.TestNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Bodies pass through a node, they do not gather in it. */
class ManyUploadsIT {
    private static final int UPLOADS = 64;
    private static final int BYTES = 16 * 1024 * 1024;

    /** Three copies of 64 times 16 MiB are eight times this heap. */
    @RegisterExtension
    static final LocalCluster CLUSTER = LocalCluster.of(3).withJavaOption("-Xmx384m");

    @Test
    void sixtyFourUploadsOf16MiBAtOnceFitIntoAHeapOf384MiB() throws Exception {
        TestNode door = CLUSTER.node("node-1");
        long pid = door.pid();
        RawRepository repository = door.repository("many-uploads");
        repository.create();
        byte[] content = new byte[BYTES - 1];
        new Random(1).nextBytes(content);

        List<Future<Integer>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < UPLOADS; i++) {
                byte[] number = {(byte) i};
                answers.add(threads.submit(() -> repository.save("data", number, content)));
            }
        }

        for (Future<Integer> answer : answers) {
            assertThat(answer.get()).isEqualTo(200);
        }
        assertThat(repository.list("data").orElseThrow()).hasSize(UPLOADS);
        assertThat(door.pid()).as("the same process as before").isEqualTo(pid);
    }
}

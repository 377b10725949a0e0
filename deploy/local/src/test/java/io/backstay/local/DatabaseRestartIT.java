package io.backstay.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.local.cluster.Launcher;
import io.backstay.local.harness.Await;
import io.backstay.local.harness.LocalCluster;
import io.backstay.local.harness.RawRepository;
import io.backstay.local.harness.TestNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Postgres dies while events are being persisted, and comes back. */
final class DatabaseRestartIT {
    private static final int OBJECTS = 12;
    private static final int RESTARTS = 3;
    private static final int WRITERS = 4;

    @RegisterExtension
    static final LocalCluster CLUSTER = LocalCluster.of(3);

    private final ConcurrentLinkedQueue<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final AtomicInteger number = new AtomicInteger();

    /**
     * The journal was read again into the catalogue that had it already. Removals from before came again under later numbers, and
     * the rebuild that followed took for removed what had been stored once more.
     */
    @Test
    void whatWasStoredAgainAfterItsRemovalStaysWhereEventsCouldNotBePersisted() throws Exception {
        TestNode node = CLUSTER.node("node-1");
        RawRepository repository = node.repository("restarts");
        assertThat(repository.create()).isEqualTo(200);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < OBJECTS; i++) {
            byte[] content = content("again " + i);
            String name = RawRepository.name(content);
            assertThat(repository.save("data", content)).isEqualTo(200);
            Await.until("its removal", () -> repository.delete("data", name) == 200);
            Await.until("it is stored again", () -> repository.save("data", content) == 200);
            names.add(name);
        }

        for (int restart = 0; restart < RESTARTS; restart++) {
            restartUnderWriters(repository);
            Await.until("writes are taken again", () -> save(repository));
        }

        // What the disks were told meanwhile is compared with the journal when the repository is opened the next time.
        CLUSTER.stop();
        CLUSTER.start();

        names.addAll(acknowledged);
        Await.until("the list is whole", () -> {
            Optional<Set<String>> listed = repository.list("data");
            listed.ifPresent(all -> assertThat(all).containsAll(names));
            return listed.isPresent();
        });
        for (String name : names) {
            assertThat(repository.load("data", name).statusCode()).as(name).isEqualTo(200);
        }
        for (TestNode each : CLUSTER.nodes()) {
            assertThat(each.log()).doesNotContain("is being rebuilt from the disks");
        }
    }

    private void restartUnderWriters(RawRepository repository) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        int before = acknowledged.size();
        try (ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                all.add(writers.submit(() -> {
                    while (!over.get()) {
                        save(repository);
                    }
                    return true;
                }));
            }
            Await.until("the writers are at work", () -> acknowledged.size() > before + WRITERS);
            CLUSTER.server("postgres").kill(true, Launcher.END_WITHIN);
            CLUSTER.server("postgres").start();
            over.set(true);
            for (Future<?> writer : all) {
                writer.get();
            }
        }
    }

    /** Whether a new object was taken. */
    private boolean save(RawRepository repository) throws Exception {
        byte[] content = content("new " + number.incrementAndGet());
        boolean taken = repository.save("data", content) == 200;
        if (taken) {
            acknowledged.add(RawRepository.name(content));
        }
        return taken;
    }

    private static byte[] content(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

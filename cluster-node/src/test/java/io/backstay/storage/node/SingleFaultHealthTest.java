package io.backstay.storage.node;

import static io.backstay.objects.Contents.keyOf;
import static io.backstay.objects.Contents.random;
import static io.backstay.storage.node.Answers.body;
import static io.backstay.storage.node.Answers.bytes;
import static io.backstay.storage.node.TestViews.REPOSITORY;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.objects.SettableClock;
import io.backstay.objects.disk.DiskMedium;
import io.backstay.objects.disk.NthFault;
import io.backstay.storage.transfer.StoragePeer;
import io.backstay.storage.transfer.StoragePeer.DiskState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One fault at each step of a node's work, in turn: what it then says of its disk. */
class SingleFaultHealthTest {
    private static final int SIZE = 1000;
    private static final int MOST_STEPS = 300;
    private static ActorSystem system;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startSystem() {
        system = ActorSystem.create("single-fault-test", ConfigFactory.load());
    }

    @AfterAll
    static void stopSystem() {
        TestKit.shutdownActorSystem(system);
    }

    @Test
    void aDiskThatFailedARequestIsNotCalledSoundAndOneThatFailedASyncTakesNothingMore() throws Exception {
        for (NthFault.Kind kind : List.of(NthFault.Kind.FAILS, NthFault.Kind.SYNC_LOSES)) {
            int step = 0;
            boolean hit = true;
            while (hit) {
                hit = run(kind, step);
                step++;
                assertThat(step).isLessThan(MOST_STEPS);
            }
        }
    }

    private boolean run(NthFault.Kind kind, int step) throws Exception {
        NthFault files = new NthFault(kind, step);
        String when = "%s at step %d".formatted(kind, step);
        DiskMedium opened;
        try {
            opened = DiskMedium.open(folder.resolve(kind + "-" + step), SettableClock.atSomeTime(), files);
        } catch (IOException e) {
            assertThat(files.hit()).as("%s, %s", when, e).isTrue();
            return true;
        }
        try (DiskMedium medium = opened;
                StorageNode node = node(medium)) {
            if (files.hit()) {
                // Before there was a node: what was found is in the log.
                return true;
            }
            List<ObjectKey> stored = new ArrayList<>();
            boolean failed = false;
            for (int seed = 1; seed <= 3 && !failed; seed++) {
                ObjectKey key = keyOf(ObjectType.DATA, random(seed, SIZE));
                failed = fails(put(node, seed));
                if (!failed) {
                    stored.add(key);
                }
            }
            ObjectKey gone = keyOf(ObjectType.DATA, random(1, SIZE));
            if (!failed) {
                failed = fails(node.remove(
                        new StoragePeer.Fence(REPOSITORY, 1, 9), List.of(new StoragePeer.Removal(gone, 9))));
                stored.remove(gone);
            }
            DiskState state = node.room().toCompletableFuture().join().state();
            if (failed) {
                assertThat(state).as("%s, %s", when, files.at()).isNotEqualTo(DiskState.OK);
                assertThat(fails(put(node, 10))).as(when).isTrue();
            }
            if (files.syncFailed()) {
                assertThat(failed).as("%s, %s", when, files.at()).isTrue();
                assertThat(state).as("%s, %s", when, files.at()).isEqualTo(DiskState.UNTRUSTED);
            }
            if (!files.hit()) {
                return false;
            }
            for (ObjectKey key : stored) {
                assertThat(bytes(node.read(REPOSITORY, key, 0, SIZE), system))
                        .as(when)
                        .hasSize(SIZE);
            }
            return true;
        }
    }

    private static boolean fails(CompletionStage<?> answer) {
        try {
            answer.toCompletableFuture().join();
            return false;
        } catch (CompletionException e) {
            return true;
        }
    }

    private static CompletionStage<?> put(StorageNode node, int seed) {
        byte[] content = random(seed, SIZE);
        ObjectKey key = keyOf(ObjectType.DATA, content);
        return node.put(new StoragePeer.Fence(REPOSITORY, 1, seed), key, key.contentHash(), SIZE, body(content));
    }

    private static StorageNode node(DiskMedium medium) {
        return StorageNode.start(
                system,
                TestViews.node(1),
                medium,
                new TestViews(),
                id -> {
                    throw new AssertionError("no other node is asked here: " + id);
                },
                StorageSettings.defaults().withLowWater(0, 0).withTimers(Duration.ofHours(1), Duration.ofHours(1)),
                SettableClock.atSomeTime());
    }
}

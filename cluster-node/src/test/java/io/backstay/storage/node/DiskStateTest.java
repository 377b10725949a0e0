package io.backstay.storage.node;

import static io.backstay.objects.Contents.keyOf;
import static io.backstay.objects.Contents.random;
import static io.backstay.storage.node.Answers.await;
import static io.backstay.storage.node.Answers.body;
import static io.backstay.storage.node.Answers.bytes;
import static io.backstay.storage.node.Answers.failure;
import static io.backstay.storage.node.TestViews.REPOSITORY;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.objects.SettableClock;
import io.backstay.objects.disk.DiskMedium;
import io.backstay.objects.disk.FaultyFiles;
import io.backstay.objects.disk.FaultyFiles.Fault;
import io.backstay.storage.transfer.StoragePeer;
import io.backstay.storage.transfer.StoragePeer.DiskState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose disk is full, read-only or failing: what it takes, what it still serves, and what it says. */
class DiskStateTest {
    private static final NodeId SELF = TestViews.node(1);
    private static final int SIZE = 100_000;
    private static final long LOW_WATER = 1 << 20;
    private static ActorSystem system;

    @TempDir
    private Path root;

    private final FaultyFiles files = new FaultyFiles();
    private final TestViews views = new TestViews();
    private DiskMedium medium;
    private StorageNode node;

    @BeforeAll
    static void startSystem() {
        system = ActorSystem.create("disk-state-test", ConfigFactory.load());
    }

    @AfterAll
    static void stopSystem() {
        TestKit.shutdownActorSystem(system);
    }

    @BeforeEach
    void start() throws IOException {
        medium = DiskMedium.open(root, SettableClock.atSomeTime(), files);
        node = StorageNode.start(
                system,
                SELF,
                medium,
                views,
                id -> {
                    throw new AssertionError("no other node is asked here: " + id);
                },
                StorageSettings.defaults()
                        .withLowWater(LOW_WATER, 100)
                        .withTimers(Duration.ofMillis(30), Duration.ofHours(1)),
                SettableClock.atSomeTime());
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
        medium.close();
    }

    private CompletionStage<?> put(ObjectType type, int seed) {
        byte[] content = random(seed, SIZE);
        ObjectKey key = keyOf(type, content);
        return node.put(new StoragePeer.Fence(REPOSITORY, 1, seed), key, key.contentHash(), SIZE, body(content));
    }

    private void stillServes(int seed) throws Exception {
        byte[] content = random(seed, SIZE);
        assertThat(bytes(node.read(REPOSITORY, keyOf(ObjectType.DATA, content), 0, SIZE), system))
                .isEqualTo(content);
    }

    private DiskState state() {
        return node.room().toCompletableFuture().join().state();
    }

    private void becomes(DiskState wanted) throws InterruptedException {
        long limit = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (state() != wanted) {
            assertThat(System.nanoTime())
                    .as("it is %s, not %s", state(), wanted)
                    .isLessThan(limit);
            Thread.onSpinWait();
        }
    }

    @Test
    void aFullDiskSaysSoServesRemovesAndTakesWritesWhenThereIsRoom() throws Exception {
        await(put(ObjectType.DATA, 1));
        files.leave(LOW_WATER + SIZE / 2);
        assertThat(failure(put(ObjectType.DATA, 2))).isEqualTo(ErrorCode.STORAGE_FULL);
        assertThat(state()).isEqualTo(DiskState.FULL);
        assertThat(await(node.room()).writable()).isFalse();
        stillServes(1);
        ObjectKey gone = keyOf(ObjectType.DATA, random(1, SIZE));
        await(node.remove(new StoragePeer.Fence(REPOSITORY, 1, 5), List.of(new StoragePeer.Removal(gone, 5))));
        files.leave(100 * LOW_WATER);
        becomes(DiskState.OK);
        await(put(ObjectType.DATA, 2));
    }

    /** Without locks and indexes nobody could prune it. */
    @Test
    void aFullDiskTakesWhatIsNeededToTidyUp() throws Exception {
        files.leave(LOW_WATER - 1);
        assertThat(failure(put(ObjectType.DATA, 1))).isEqualTo(ErrorCode.STORAGE_FULL);
        await(put(ObjectType.LOCKS, 2));
        await(put(ObjectType.INDEX, 3));
        files.leave(SIZE / 2);
        assertThat(failure(put(ObjectType.INDEX, 4))).isEqualTo(ErrorCode.STORAGE_FULL);
    }

    @Test
    void aReadOnlyDiskSaysSoServesAndTakesWritesWhenItCan() throws Exception {
        await(put(ObjectType.DATA, 1));
        files.fail(Fault.READ_ONLY);
        becomes(DiskState.READ_ONLY);
        assertThat(failure(put(ObjectType.DATA, 2))).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(await(node.room()).reason()).isNotBlank();
        stillServes(1);
        files.heal();
        becomes(DiskState.OK);
        await(put(ObjectType.DATA, 2));
    }

    @Test
    void aFailingDiskIsTriedAgain() throws Exception {
        await(put(ObjectType.DATA, 1));
        files.fail(Fault.WRITE);
        assertThat(failure(put(ObjectType.DATA, 2))).isEqualTo(ErrorCode.UNAVAILABLE);
        becomes(DiskState.FAILING);
        stillServes(1);
        files.heal();
        becomes(DiskState.OK);
        await(put(ObjectType.DATA, 2));
    }

    /** The system may have thrown away what it could not write, and would say that all is well when it is asked again. */
    @Test
    void aDiskThatFailedToMakeSomethingDurableIsTrustedNoMoreUntilTheNodeStartsAgain() throws Exception {
        await(put(ObjectType.DATA, 1));
        files.fail(Fault.FORCE);
        assertThat(failure(put(ObjectType.DATA, 2))).isEqualTo(ErrorCode.UNAVAILABLE);
        files.heal();
        assertThat(state()).isEqualTo(DiskState.UNTRUSTED);
        assertThat(failure(put(ObjectType.DATA, 2))).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(failure(node.announce(REPOSITORY, 2, 2))).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(await(node.announce(REPOSITORY, 0, 2)).epoch())
                .as("it may be asked")
                .isEqualTo(1);
        stillServes(1);
        stop();
        start();
        assertThat(state()).isEqualTo(DiskState.OK);
        stillServes(1);
        assertThat(await(node.stat(REPOSITORY, keyOf(ObjectType.DATA, random(2, SIZE)))))
                .isEmpty();
        await(put(ObjectType.DATA, 2));
    }
}

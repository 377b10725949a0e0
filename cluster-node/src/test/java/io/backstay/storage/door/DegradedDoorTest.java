package io.backstay.storage.door;

import static io.backstay.objects.Contents.keyOf;
import static io.backstay.objects.Contents.random;
import static io.backstay.storage.node.Answers.await;
import static io.backstay.storage.node.Answers.body;
import static io.backstay.storage.node.Answers.failure;
import static io.backstay.storage.node.TestViews.REPOSITORY;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.objects.SettableClock;
import io.backstay.objects.disk.DiskMedium;
import io.backstay.storage.door.ObjectDoor.Listed;
import io.backstay.storage.node.StorageNode;
import io.backstay.storage.node.StorageSettings;
import io.backstay.storage.node.TestViews;
import io.backstay.storage.protocol.NodeRules.Told;
import io.backstay.storage.transfer.StoragePeer;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three real disks, of which some are silent, and no entity. */
class DegradedDoorTest {
    private static final List<NodeId> NODES = List.of(TestViews.node(1), TestViews.node(2), TestViews.node(3));
    private static final long EPOCH = 5;
    private static ActorSystem system;

    @TempDir
    private Path root;

    private final TestViews views = new TestViews();
    private final Map<NodeId, DiskMedium> media = new HashMap<>();
    private final Map<NodeId, StorageNode> disks = new HashMap<>();
    private final Set<NodeId> silent = new HashSet<>();
    private final Set<NodeId> frozen = new HashSet<>();

    @BeforeAll
    static void startSystem() {
        system = ActorSystem.create("degraded-door-test", ConfigFactory.load());
    }

    @AfterAll
    static void stopSystem() {
        TestKit.shutdownActorSystem(system);
    }

    @BeforeEach
    void start() throws IOException {
        for (NodeId node : NODES) {
            views.admit(node, "http://127.0.0.1:1", true);
            DiskMedium medium = DiskMedium.open(root.resolve(node.toString()), SettableClock.atSomeTime());
            media.put(node, medium);
            disks.put(
                    node,
                    StorageNode.start(
                            system,
                            node,
                            medium,
                            views,
                            this::peer,
                            StorageSettings.defaults().withLowWater(1 << 20, 1),
                            SettableClock.atSomeTime()));
        }
    }

    @AfterEach
    void stop() throws IOException {
        disks.values().forEach(StorageNode::close);
        for (DiskMedium medium : media.values()) {
            medium.close();
        }
    }

    /** A disk of ours, or one that does not answer. */
    private StoragePeer peer(NodeId node) {
        StoragePeer real = Objects.requireNonNull(disks.get(node));
        return silent.contains(node) || frozen.contains(node)
                ? (StoragePeer) Proxy.newProxyInstance(
                        StoragePeer.class.getClassLoader(),
                        new Class<?>[] {StoragePeer.class},
                        (proxy, method, arguments) -> frozen.contains(node)
                                ? new CompletableFuture<>()
                                : CompletableFuture.failedFuture(
                                        new BackstayException(ErrorCode.UNAVAILABLE, node + " does not answer")))
                : real;
    }

    private DegradedDoor door() {
        return door(false);
    }

    /** The entity has said that everything is on W disks. */
    private void settled() throws Exception {
        for (int number = 0; number < NODES.size(); number++) {
            await(disk(number).announce(REPOSITORY, EPOCH, 2));
            await(disk(number).advance(new StoragePeer.Fence(REPOSITORY, EPOCH, 3), new Told(EPOCH, 1, 2)));
        }
    }

    private DegradedDoor door(boolean partialLists) {
        return new DegradedDoor(NODES.getFirst(), views, this::peer, partialLists);
    }

    private ObjectKey store(ObjectType type, int seed, long revision, int... on) throws Exception {
        byte[] content = random(seed, 1_000 + seed);
        ObjectKey key = keyOf(type, content);
        for (int number : on) {
            await(disk(number)
                    .put(
                            new StoragePeer.Fence(REPOSITORY, EPOCH, revision),
                            key,
                            key.contentHash(),
                            content.length,
                            body(content)));
        }
        return key;
    }

    private void remove(ObjectKey key, long revision, int... on) throws Exception {
        for (int number : on) {
            await(disk(number)
                    .remove(
                            new StoragePeer.Fence(REPOSITORY, EPOCH, revision),
                            List.of(new StoragePeer.Removal(key, revision))));
        }
    }

    private StoragePeer disk(int number) {
        return Objects.requireNonNull(disks.get(NODES.get(number)));
    }

    private static Set<Sha256> names(DegradedDoor door, ObjectType type) throws Exception {
        return await(door.list(REPOSITORY, type).thenCompose(all -> all.runWith(Sink.seq(), system))).stream()
                .map(Listed::name)
                .collect(Collectors.toSet());
    }

    // Lists

    @Test
    void listsTheUnionOfTheDisksLessWhatWasRemovedLater() throws Exception {
        ObjectKey here = store(ObjectType.DATA, 1, 3, 0, 1);
        ObjectKey there = store(ObjectType.DATA, 2, 4, 2);
        ObjectKey removed = store(ObjectType.DATA, 3, 5, 0, 1, 2);
        remove(removed, 6, 1, 2);
        ObjectKey again = store(ObjectType.DATA, 4, 7, 0);
        remove(again, 7, 1, 2);
        store(ObjectType.INDEX, 5, 8, 0);

        assertThat(names(door(), ObjectType.DATA)).containsExactlyInAnyOrder(here.name(), there.name(), again.name());
        assertThat(names(door(), ObjectType.SNAPSHOTS)).isEmpty();
    }

    @Test
    void listsWhileFewerThanWNodesAreSilentAndRefusesBeyond() throws Exception {
        ObjectKey key = store(ObjectType.DATA, 1, 3, 0, 1);
        settled();
        silent.add(NODES.get(0));
        assertThat(names(door(), ObjectType.DATA)).containsExactly(key.name());
        silent.add(NODES.get(1));
        assertThat(failure(door().list(REPOSITORY, ObjectType.DATA))).isEqualTo(ErrorCode.TOO_FEW_NODES);
    }

    /** W had grown with a node that was just admitted, and all objects were still on the one that is silent. */
    @Test
    void refusesAListWhileNobodyKnowsThatAllObjectsAreOnWDisks() throws Exception {
        store(ObjectType.DATA, 1, 3, 0);
        silent.add(NODES.get(0));
        assertThat(failure(door().list(REPOSITORY, ObjectType.DATA))).isEqualTo(ErrorCode.TOO_FEW_NODES);
        assertThat(failure(door().stat(REPOSITORY, keyOf(ObjectType.DATA, random(9, 10)))))
                .isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void listsWhatIsLeftWhereTheAdminWantsIt() throws Exception {
        ObjectKey key = store(ObjectType.DATA, 1, 3, 2);
        store(ObjectType.DATA, 2, 3, 0, 1);
        silent.addAll(NODES.subList(0, 2));
        assertThat(names(door(true), ObjectType.DATA)).containsExactly(key.name());
        silent.addAll(NODES);
        assertThat(failure(door(true).list(REPOSITORY, ObjectType.DATA))).isEqualTo(ErrorCode.TOO_FEW_NODES);
    }

    @Test
    void listsMoreThanAPageOfEachDisk() throws Exception {
        Set<Sha256> names = new HashSet<>();
        for (int i = 0; i < 1_100; i++) {
            names.add(store(ObjectType.KEYS, i, 3, i % 2).name());
        }
        store(ObjectType.SNAPSHOTS, 5_000, 3, 0);
        assertThat(names(door(), ObjectType.KEYS)).isEqualTo(names);
    }

    /** One that was frozen held up every request, each for as long as a slow disk may take. */
    @Test
    void goesOnWithoutAFrozenNode() throws Exception {
        ObjectKey key = store(ObjectType.DATA, 1, 3, 0, 1);
        settled();
        frozen.add(NODES.get(2));
        DegradedDoor door = door();
        assertThat(names(door, ObjectType.DATA)).containsExactly(key.name());
        assertThat(await(door.stat(REPOSITORY, key))).isPresent();
    }

    // Objects

    @Test
    void findsAnObjectOnAnyDiskAndSaysWhoHasIt() throws Exception {
        ObjectKey key = store(ObjectType.DATA, 1, 3, 2);
        ObjectDoor.ObjectInfo info = await(door().stat(REPOSITORY, key)).orElseThrow();
        assertThat(info.holders()).containsExactly(NODES.get(2));
        assertThat(info.sizeBytes()).isEqualTo(1_001);
        assertThat(info.mode()).isEqualTo(ObjectDoor.Mode.DEGRADED);
    }

    @Test
    void doesNotSayThatAnObjectIsMissingWhileItMayBeOnSilentDisks() throws Exception {
        ObjectKey missing = keyOf(ObjectType.DATA, random(9, 10));
        settled();
        silent.add(NODES.get(2));
        assertThat(await(door().stat(REPOSITORY, missing))).isEmpty();
        silent.add(NODES.get(1));
        assertThat(failure(door().stat(REPOSITORY, missing))).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void theConfigOfTheHighestRevisionCounts() throws Exception {
        for (int number = 0; number < 3; number++) {
            byte[] content = random(number / 2, 200);
            await(disk(number)
                    .put(
                            new StoragePeer.Fence(REPOSITORY, EPOCH, number == 2 ? 9 : 3),
                            ObjectKey.config(),
                            Optional.empty(),
                            content.length,
                            body(content)));
        }
        assertThat(await(door().stat(REPOSITORY, ObjectKey.config()))
                        .orElseThrow()
                        .holders())
                .containsExactly(NODES.get(2));
    }

    /** A HEAD said that it was there, beside a list that did not have it. */
    @Test
    void doesNotFindAnObjectThatWNodesKnowToBeRemoved() throws Exception {
        ObjectKey removed = store(ObjectType.DATA, 1, 3, 0, 1, 2);
        remove(removed, 6, 1);
        remove(removed, 6, 2);
        ObjectKey again = store(ObjectType.DATA, 2, 3, 0, 1, 2);
        remove(again, 6, 1);
        byte[] content = random(2, 1_002);
        await(disk(1).put(
                        new StoragePeer.Fence(REPOSITORY, EPOCH, 8),
                        again,
                        again.contentHash(),
                        content.length,
                        body(content)));
        assertThat(await(door().stat(REPOSITORY, removed))).isEmpty();
        assertThat(await(door().stat(REPOSITORY, again))).isPresent();
    }

    @Test
    void refusesListsBeyondThoseThatRunUntilOneEnds() throws Exception {
        ObjectKey key = store(ObjectType.DATA, 1, 3, 0, 1, 2);
        DegradedLists lists = new DegradedLists(this::peer, new Disks(views, this::peer), false, Duration.ofSeconds(1));
        List<Source<Listed, NotUsed>> open = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            open.add(await(lists.list(REPOSITORY, ObjectType.DATA)));
        }
        assertThat(failure(lists.list(REPOSITORY, ObjectType.DATA))).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(await(open.getFirst().runWith(Sink.seq(), system)))
                .extracting(Listed::name)
                .containsExactly(key.name());
        Source<Listed, NotUsed> next = await(lists.list(REPOSITORY, ObjectType.DATA));
        assertThat(await(next.runWith(Sink.seq(), system))).hasSize(1);
    }

    // Locks

    @Test
    void aLockIsAFileOnWNodesUntilItIsDeleted() throws Exception {
        byte[] lock = random(1, 150);
        ObjectKey key = keyOf(ObjectType.LOCKS, lock);
        settled();
        silent.add(NODES.get(1));
        await(door().saveLock(REPOSITORY, key, ByteString.fromArray(lock)));
        assertThat(names(door(), ObjectType.LOCKS)).containsExactly(key.name());
        await(door().deleteLock(REPOSITORY, key));
        assertThat(names(door(), ObjectType.LOCKS)).isEmpty();
    }

    @Test
    void refusesALockForWhichThereAreTooFewNodes() throws Exception {
        byte[] lock = random(1, 150);
        silent.addAll(NODES.subList(1, 3));
        assertThat(failure(door().saveLock(REPOSITORY, keyOf(ObjectType.LOCKS, lock), ByteString.fromArray(lock))))
                .isEqualTo(ErrorCode.UNAVAILABLE);
    }

    /** It came to light when the others were back, and locked people out. */
    @Test
    void leavesNothingOfALockThatTooFewNodesTook() throws Exception {
        byte[] lock = random(1, 150);
        ObjectKey key = keyOf(ObjectType.LOCKS, lock);
        silent.addAll(NODES.subList(1, 3));
        assertThat(failure(door().saveLock(REPOSITORY, key, ByteString.fromArray(lock))))
                .isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(await(disk(0).stat(REPOSITORY, key))).isEmpty();
    }

    @Test
    void saysWhyNodesDidNotTakeALock() {
        byte[] lock = random(1, 150);
        silent.addAll(NODES);
        assertThat(door().saveLock(REPOSITORY, keyOf(ObjectType.LOCKS, lock), ByteString.fromArray(lock)))
                .failsWithin(Duration.ofMinutes(1))
                .withThrowableOfType(ExecutionException.class)
                .satisfies(
                        failure -> assertThat(Failures.cause(failure.getCause()).getSuppressed())
                                .extracting(Throwable::getMessage)
                                .contains(NODES.get(0) + " does not answer"));
    }

    @Test
    void refusesALockWhoseContentIsNotWhatItsNameSays() throws Exception {
        byte[] lock = random(1, 150);
        ObjectKey other = keyOf(ObjectType.LOCKS, random(2, 150));
        assertThat(failure(door().saveLock(REPOSITORY, other, ByteString.fromArray(lock))))
                .isEqualTo(ErrorCode.CONTENT_MISMATCH);
        assertThat(failure(DegradedDoor.lock(system, 151, body(lock)))).isEqualTo(ErrorCode.CONTENT_TRUNCATED);
        assertThat(names(door(), ObjectType.LOCKS)).isEmpty();
    }

    /** The entity has decided on it, and would still list it. */
    @Test
    void aLockThatAnEntityHasAcknowledgedStays() throws Exception {
        ObjectKey key = store(ObjectType.LOCKS, 1, 7, 0, 1, 2);
        assertThat(failure(door().deleteLock(REPOSITORY, key))).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(names(door(), ObjectType.LOCKS)).containsExactly(key.name());
    }
}

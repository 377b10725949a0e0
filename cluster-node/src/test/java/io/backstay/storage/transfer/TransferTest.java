package io.backstay.storage.transfer;

import static io.backstay.objects.Contents.keyOf;
import static io.backstay.objects.Contents.random;
import static io.backstay.storage.node.Answers.await;
import static io.backstay.storage.node.Answers.body;
import static io.backstay.storage.node.Answers.bytes;
import static io.backstay.storage.node.Answers.collect;
import static io.backstay.storage.node.Answers.failure;
import static io.backstay.storage.node.TestViews.REPOSITORY;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.objects.SettableClock;
import io.backstay.objects.disk.DiskMedium;
import io.backstay.objects.memory.MemoryMedium;
import io.backstay.storage.node.StorageSettings;
import io.backstay.storage.node.TestViews;
import io.backstay.storage.protocol.NodeRules.Told;
import io.backstay.storage.transfer.StoragePeer.Fence;
import io.backstay.storage.transfer.StoragePeer.InventoryPage;
import io.backstay.storage.transfer.StoragePeer.Removal;
import io.backstay.storage.transfer.StoragePeer.ReplicaInfo;
import io.backstay.storage.transfer.StoragePeer.Standing;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransferTest {
    private static final StorageSettings STORAGE = StorageSettings.defaults().withLowWater(0, 0);
    private static final Fence FENCE = new Fence(REPOSITORY, 1, 5);
    private static ActorSystem system;

    @TempDir
    private Path root;

    private final SettableClock clock = SettableClock.atSomeTime();
    private final TestViews views = new TestViews();
    private final TransferSettings settings = TransferSettings.defaults()
            .withPatience(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(10));
    private DiskMedium disk;
    private TransferNode one;
    private TransferNode two;
    private StoragePeer peer;

    @BeforeAll
    static void startSystem() {
        system = ActorSystem.create("transfer-test", ConfigFactory.load());
    }

    @AfterAll
    static void stopSystem() {
        TestKit.shutdownActorSystem(system);
    }

    @BeforeEach
    void start() throws Exception {
        disk = DiskMedium.open(root, clock);
        one = new TransferNode(system, 1, new MemoryMedium(clock, 1L << 28), views, settings, STORAGE, clock);
        two = new TransferNode(system, 2, disk, views, settings, STORAGE, clock);
        peer = one.to(two);
    }

    @AfterEach
    void stop() throws Exception {
        one.stop();
        two.stop();
        disk.close();
    }

    private ReplicaInfo put(byte[] content) throws Exception {
        return await(peer.put(
                FENCE,
                keyOf(ObjectType.DATA, content),
                Optional.of(Sha256.hash(content)),
                content.length,
                body(content)));
    }

    private Path file(ObjectKey key) {
        String name = key.name().toString();
        return root.resolve(REPOSITORY.toString())
                .resolve("data")
                .resolve(name.substring(0, 2))
                .resolve(name);
    }

    @Test
    void objectsOfAnyLengthGoThereAndComeBack() throws Exception {
        for (int length : List.of(0, 1, 65_536, 262_144, 262_145, 1_000_000, 17_000_000)) {
            byte[] content = random(length, length);
            ReplicaInfo info = put(content);
            assertThat(info)
                    .isEqualTo(new ReplicaInfo(
                            keyOf(ObjectType.DATA, content), length, info.key().name(), 5));
            assertThat(await(two.storage.stat(REPOSITORY, info.key()))).contains(info);
            assertThat(await(peer.stat(REPOSITORY, info.key()))).contains(info);
            assertThat(await(peer.verify(REPOSITORY, info.key()))).isTrue();
            assertThat(bytes(peer.read(REPOSITORY, info.key(), 0, length), system))
                    .isEqualTo(content);
        }
    }

    @Test
    void rangesOfAnyLengthComeBack() throws Exception {
        byte[] content = random(1, 2_000_000);
        ObjectKey key = put(content).key();
        for (int length : List.of(0, 1, 100_000, 262_144, 262_145, 900_000)) {
            assertThat(bytes(peer.read(REPOSITORY, key, 777_777, length), system))
                    .isEqualTo(Arrays.copyOfRange(content, 777_777, 777_777 + length));
        }
        assertThat(failure(peer.read(REPOSITORY, key, 1, 2_000_000))).isEqualTo(ErrorCode.RANGE_NOT_SATISFIABLE);
        assertThat(failure(peer.read(REPOSITORY, key, -1, 1))).isEqualTo(ErrorCode.RANGE_NOT_SATISFIABLE);
    }

    @Test
    void everyOperationMeansTheSameOnAnotherNode() throws Exception {
        byte[] content = random(1, 1000);
        ObjectKey key = keyOf(ObjectType.DATA, content);
        assertThat(await(peer.stat(REPOSITORY, key))).isEmpty();
        assertThat(failure(peer.read(REPOSITORY, key, 0, 1))).isEqualTo(ErrorCode.NOT_FOUND);
        put(content);
        await(peer.put(FENCE, ObjectKey.config(), Optional.empty(), 155, body(random(9, 155))));
        assertThat(bytes(peer.read(REPOSITORY, ObjectKey.config(), 0, 155), system))
                .isEqualTo(random(9, 155));
        await(peer.announce(REPOSITORY, 1, 2));
        await(peer.advance(new Fence(REPOSITORY, 1, 9), new Told(1, 1, 2)));
        assertThat(await(peer.announce(REPOSITORY, 2, 2))).isEqualTo(new Standing(2, 9, new Told(2, 0, 2)));
        assertThat(await(peer.announce(REPOSITORY, 1, 2))).isEqualTo(new Standing(2, 9, new Told(2, 0, 2)));
        await(peer.remove(new Fence(REPOSITORY, 2, 10), Removal.of(List.of(key), 10)));
        await(peer.discard(new Fence(REPOSITORY, 2, 11), Removal.of(List.of(ObjectKey.config()), 11)));
        InventoryPage page = await(peer.inventory(REPOSITORY, Optional.empty(), 100));
        assertThat(page).isEqualTo(await(two.storage.inventory(REPOSITORY, Optional.empty(), 100)));
        assertThat(page.entries()).hasSize(1);
        assertThat(await(peer.inventory(REPOSITORY, Optional.of(key), 100)).entries())
                .isEmpty();
        assertThat(await(peer.room()).totalBytes()).isPositive();
        assertThat(failure(peer.remove(FENCE, Removal.of(Collections.nCopies(1001, key), 1))))
                .isEqualTo(ErrorCode.TOO_LARGE);
        await(peer.remove(new Fence(REPOSITORY, 2, 12), Removal.of(Collections.nCopies(1000, key), 12)));
    }

    @Test
    void aPageOfAThousandEntriesFits() throws Exception {
        for (int i = 0; i < 1000; i++) {
            byte[] content = random(i, 10);
            await(two.storage.put(FENCE, keyOf(ObjectType.INDEX, content), Optional.empty(), 10, body(content)));
        }
        assertThat(await(peer.inventory(REPOSITORY, Optional.empty(), 1000)).entries())
                .hasSize(1000);
    }

    @Test
    void aNodeCopiesFromAnother() throws Exception {
        byte[] content = random(1, 3_000_000);
        ObjectKey key = keyOf(ObjectType.DATA, content);
        await(one.storage.put(FENCE, key, Optional.empty(), content.length, body(content)));
        ReplicaInfo copy = await(peer.copyFrom(FENCE, key, key.name(), content.length, one.id));
        assertThat(copy.sizeBytes()).isEqualTo(content.length);
        assertThat(bytes(two.storage.read(REPOSITORY, key, 0, content.length), system))
                .isEqualTo(content);
        assertThat(failure(peer.copyFrom(FENCE, key, key.name(), content.length, TestViews.node(77))))
                .isEqualTo(ErrorCode.UNAVAILABLE);
        ObjectKey missing = keyOf(ObjectType.DATA, random(2, 5));
        assertThat(failure(peer.copyFrom(FENCE, missing, missing.name(), 5, one.id)))
                .isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void refusalsComeBackWithTheirCodeAlsoBeforeTheWholeBodyWasSent() throws Exception {
        byte[] content = random(1, 17_000_000);
        ObjectKey key = keyOf(ObjectType.DATA, content);
        await(two.storage.announce(REPOSITORY, 2, 2));
        assertThat(failure(peer.put(FENCE, key, Optional.empty(), content.length, body(content))))
                .isEqualTo(ErrorCode.STALE_EPOCH);
        Fence fence = new Fence(REPOSITORY, 2, 5);
        assertThat(failure(peer.put(fence, key, Optional.empty(), content.length, body(random(2, content.length)))))
                .isEqualTo(ErrorCode.CONTENT_MISMATCH);
        assertThat(await(two.storage.stat(REPOSITORY, key))).isEmpty();
    }

    @Test
    void bodiesOfAnotherLengthAreTruncated() throws Exception {
        byte[] content = random(1, 1_000_000);
        ObjectKey key = keyOf(ObjectType.DATA, content);
        for (long announced : List.of(999_999L, 1_000_001L, 0L)) {
            assertThat(failure(peer.put(FENCE, key, Optional.empty(), announced, body(content))))
                    .as("%d announced", announced)
                    .isEqualTo(ErrorCode.CONTENT_TRUNCATED);
        }
        Source<ByteString, NotUsed> breaking =
                body(content).take(3).concat(Source.failed(new BackstayException(ErrorCode.QUOTA_EXCEEDED, "enough")));
        assertThat(failure(peer.put(FENCE, key, Optional.empty(), content.length, breaking)))
                .isEqualTo(ErrorCode.QUOTA_EXCEEDED);
        assertThat(await(two.storage.stat(REPOSITORY, key))).isEmpty();
        put(content);
    }

    @Test
    void damageThatIsFoundOnTheWayIsKnownAsDamage() throws Exception {
        byte[] content = random(1, 3_000_000);
        ObjectKey key = put(content).key();
        for (long position : List.of(10L, 2_500_000L)) {
            try (RandomAccessFile file = new RandomAccessFile(file(key).toFile(), "rw")) {
                file.seek(position);
                int old = file.read();
                file.seek(position);
                file.write(old ^ 4);
            }
            assertThat(failure(collect(peer.read(REPOSITORY, key, 0, content.length), system)))
                    .isEqualTo(ErrorCode.DAMAGED);
            assertThat(failure(collect(peer.read(REPOSITORY, key, position, 10), system)))
                    .isEqualTo(ErrorCode.DAMAGED);
            put(content);
        }
    }

    @Test
    void aDownloadThatIsGivenUpOrReadSlowlyHurtsNobody() throws Exception {
        byte[] content = random(1, 3_000_000);
        ObjectKey key = put(content).key();
        for (int i = 0; i < 200; i++) {
            await(peer.read(REPOSITORY, key, 0, content.length))
                    .take(1)
                    .runWith(org.apache.pekko.stream.javadsl.Sink.ignore(), system)
                    .toCompletableFuture()
                    .join();
        }
        Source<ByteString, NotUsed> slow = await(peer.read(REPOSITORY, key, 0, content.length))
                .throttle(4, settings.stall().multipliedBy(2).dividedBy(3));
        ByteString read = await(slow.runFold(ByteString.emptyByteString(), ByteString::concat, system));
        assertThat(read.toArray()).isEqualTo(content);
    }

    @Test
    void aConnectionThatIsRefusedFailsAtOnce() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        views.admit(TestViews.node(3), "http://127.0.0.1:" + port, true);
        StoragePeer absent = one.peers.apply(TestViews.node(3));
        byte[] content = random(1, 1_000_000);
        long begin = System.nanoTime();
        for (int i = 0; i < 5; i++) {
            assertThat(failure(absent.room())).isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(failure(absent.put(
                            FENCE, keyOf(ObjectType.DATA, content), Optional.empty(), content.length, body(content))))
                    .isEqualTo(ErrorCode.UNAVAILABLE);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
        assertThat(failure(one.peers.apply(TestViews.node(99)).room())).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void aPeerThatStallsFailsAfterItsTime() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            views.admit(TestViews.node(3), "http://127.0.0.1:" + silent.getLocalPort(), true);
            StoragePeer stalled = one.peers.apply(TestViews.node(3));
            byte[] content = random(1, 60_000_000);
            long begin = System.nanoTime();
            assertThat(failure(stalled.put(
                            FENCE, keyOf(ObjectType.DATA, content), Optional.empty(), content.length, body(content))))
                    .isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(failure(stalled.room())).isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
        }
    }

    @Test
    void aDownloadThatStallsFailsAfterItsTime() throws Exception {
        byte[] content = random(1, 40_000_000);
        ObjectKey key = put(content).key();
        try (StallingProxy proxy = new StallingProxy(two.address, 5_000_000)) {
            views.admit(two.id, proxy.address(), true);
            assertThat(failure(collect(peer.read(REPOSITORY, key, 0, content.length), system)))
                    .isEqualTo(ErrorCode.UNAVAILABLE);
        }
    }

    @Test
    void aSlowClientIsNotTheStoragesFault() throws Exception {
        byte[] content = random(1, 400_000);
        Source<ByteString, NotUsed> slow =
                body(content).throttle(1, settings.stall().multipliedBy(3).dividedBy(2));
        await(peer.put(FENCE, keyOf(ObjectType.DATA, content), Optional.empty(), content.length, slow));
    }

    @Test
    void aNodeWithoutStorageIsUnavailable() throws Exception {
        two.peers.serve(Optional.empty());
        assertThat(failure(peer.room())).isEqualTo(ErrorCode.UNAVAILABLE);
        byte[] content = random(1, 1_000_000);
        assertThat(failure(peer.put(
                        FENCE, keyOf(ObjectType.DATA, content), Optional.empty(), content.length, body(content))))
                .isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void ofANodesOwnDiskItIsAskedWithoutADetour() {
        assertThat(one.peers.apply(one.id)).isSameAs(one.storage);
    }

    /** Passes bytes on, and after so many of an answer passes nothing more and keeps the connection. */
    private static final class StallingProxy implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final int port;
        private final long answerBytes;

        StallingProxy(String target, long answerBytes) throws IOException {
            this.port = java.net.URI.create(target).getPort();
            this.answerBytes = answerBytes;
            Thread.ofVirtual().start(this::accept);
        }

        String address() {
            return "http://127.0.0.1:" + server.getLocalPort();
        }

        private void accept() {
            try {
                while (true) {
                    Socket client = server.accept();
                    Socket target = new Socket(InetAddress.getLoopbackAddress(), port);
                    Thread.ofVirtual().start(() -> pass(client, target, Long.MAX_VALUE));
                    Thread.ofVirtual().start(() -> pass(target, client, answerBytes));
                }
            } catch (IOException e) {
                // The test is over.
            }
        }

        private static void pass(Socket from, Socket to, long limit) {
            byte[] buffer = new byte[8192];
            try {
                long left = limit;
                while (left > 0) {
                    int count = from.getInputStream().read(buffer, 0, (int) Math.min(left, buffer.length));
                    if (count < 0) {
                        break;
                    }
                    to.getOutputStream().write(buffer, 0, count);
                    left -= count;
                }
            } catch (IOException e) {
                // The other side is gone.
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}

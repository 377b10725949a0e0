package io.backstay.storage.node;

import static io.backstay.objects.Contents.keyOf;
import static io.backstay.objects.Contents.random;
import static io.backstay.storage.node.Answers.await;
import static io.backstay.storage.node.Answers.body;
import static io.backstay.storage.node.TestViews.REPOSITORY;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.objects.SettableClock;
import io.backstay.objects.disk.DiskMedium;
import io.backstay.objects.disk.FileOperations;
import io.backstay.storage.transfer.StoragePeer.Fence;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifiedSourceTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MEBIBYTE = 1 << 20;
    private static ActorSystem system;

    @TempDir
    private Path root;

    private final Queue<FileChannel> opened = new ConcurrentLinkedQueue<>();
    private DiskMedium medium;
    private StorageNode node;
    private final byte[] content = random(7, 12 * MEBIBYTE + 12_345);
    private final ObjectKey key = keyOf(ObjectType.DATA, content);

    @BeforeAll
    static void startSystem() {
        system = ActorSystem.create("verified-source-test", ConfigFactory.load());
    }

    @AfterAll
    static void stopSystem() {
        TestKit.shutdownActorSystem(system);
    }

    @BeforeEach
    void start() throws Exception {
        medium = DiskMedium.open(root, SettableClock.atSomeTime(), new FileOperations() {
            @Override
            public FileChannel open(Path file) throws IOException {
                FileChannel channel = FileOperations.super.open(file);
                opened.add(channel);
                return channel;
            }
        });
        node = StorageNode.start(
                system,
                TestViews.node(1),
                medium,
                new TestViews(),
                id -> {
                    throw new AssertionError("no other node is asked here: " + id);
                },
                StorageSettings.defaults().withLowWater(MEBIBYTE, 1),
                SettableClock.atSomeTime());
        await(node.put(new Fence(REPOSITORY, 1, 1), key, Optional.empty(), content.length, body(content)));
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
        medium.close();
    }

    private void allIsClosed() {
        TestKit probe = new TestKit(system);
        probe.awaitCond(LIMIT, () -> opened.stream().noneMatch(FileChannel::isOpen));
    }

    @Test
    void oneMebibyteComesInOnePieceWhereverItBegins() throws Exception {
        List<ByteString> pieces =
                await(node.read(REPOSITORY, key, 65_535, MEBIBYTE).thenCompose(s -> s.runWith(Sink.seq(), system)));
        assertThat(pieces).hasSize(1);
        assertThat(pieces.getFirst().toArray()).isEqualTo(Arrays.copyOfRange(content, 65_535, 65_535 + MEBIBYTE));
        allIsClosed();
    }

    @Test
    void aLongRangeComesWholeAndItsFileIsClosed() throws Exception {
        List<ByteString> pieces = await(
                node.read(REPOSITORY, key, 1, content.length - 2).thenCompose(s -> s.runWith(Sink.seq(), system)));
        assertThat(pieces).hasSizeGreaterThan(10);
        ByteString whole = pieces.stream().reduce(ByteString.emptyByteString(), ByteString::concat);
        assertThat(whole.toArray()).isEqualTo(Arrays.copyOfRange(content, 1, content.length - 1));
        allIsClosed();
    }

    @Test
    void aFileIsClosedOfWhichNobodyWantsMore() throws Exception {
        for (int taken = 1; taken < 6; taken++) {
            int wanted = taken;
            List<ByteString> pieces = await(node.read(REPOSITORY, key, 0, content.length)
                    .thenCompose(s -> s.take(wanted).runWith(Sink.seq(), system)));
            assertThat(pieces).hasSize(taken);
        }
        allIsClosed();
    }
}

package io.backstay.storage.node;

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
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.RepositoryId;
import io.backstay.model.Sha256;
import io.backstay.objects.SettableClock;
import io.backstay.objects.disk.DiskMedium;
import io.backstay.objects.disk.FaultyFiles;
import io.backstay.objects.disk.FaultyFiles.Fault;
import io.backstay.storage.protocol.NodeRules.Told;
import io.backstay.storage.transfer.StoragePeer;
import io.backstay.storage.transfer.StoragePeer.Fence;
import io.backstay.storage.transfer.StoragePeer.InventoryEntry;
import io.backstay.storage.transfer.StoragePeer.InventoryPage;
import io.backstay.storage.transfer.StoragePeer.Removal;
import io.backstay.storage.transfer.StoragePeer.ReplicaInfo;
import io.backstay.storage.transfer.StoragePeer.Standing;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.OverflowStrategy;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.SourceQueueWithComplete;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageNodeTest {
    private static final NodeId SELF = TestViews.node(1);
    private static ActorSystem system;

    @TempDir
    private Path root;

    private final SettableClock clock = SettableClock.atSomeTime();
    private final FaultyFiles files = new FaultyFiles();
    private final TestViews views = new TestViews();
    private StorageSettings settings =
            StorageSettings.defaults().withLowWater(1 << 20, 1).withTimers(Duration.ofHours(1), Duration.ofHours(1));
    private DiskMedium medium;
    private StorageNode node;

    @BeforeAll
    static void startSystem() {
        system = ActorSystem.create("storage-node-test", ConfigFactory.load());
    }

    @AfterAll
    static void stopSystem() {
        TestKit.shutdownActorSystem(system);
    }

    @BeforeEach
    void start() throws IOException {
        medium = DiskMedium.open(root, clock, files);
        node = StorageNode.start(system, SELF, medium, views, this::stranger, settings, clock);
    }

    private StoragePeer stranger(NodeId id) {
        throw new AssertionError("no other node is asked here: " + id);
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
        medium.close();
    }

    private void restart() throws IOException {
        stop();
        start();
    }

    /** As after SIGKILL: nothing is written down on the way. */
    private void crashAndStart() throws IOException {
        medium.close();
        start();
    }

    private static Fence fence(long epoch, long revision) {
        return new Fence(REPOSITORY, epoch, revision);
    }

    private CompletionStage<ReplicaInfo> put(Fence fence, byte[] content) {
        return node.put(
                fence,
                keyOf(ObjectType.DATA, content),
                Optional.of(Sha256.hash(content)),
                content.length,
                body(content));
    }

    private CompletionStage<Done> remove(long revision, ObjectKey key) {
        return node.remove(fence(1, revision), Removal.of(List.of(key), revision));
    }

    private List<String> temporaryFiles() throws IOException {
        Path folder = root.resolve(".backstay").resolve(REPOSITORY.toString()).resolve("tmp");
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(Path::toString).toList();
        }
    }

    private boolean isUploading() {
        try {
            return !temporaryFiles().isEmpty();
        } catch (java.nio.file.NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void eventually(BooleanSupplier condition) throws InterruptedException {
        long limit = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it takes too long").isLessThan(limit);
            Thread.sleep(5);
        }
    }

    @Test
    void whatWasPutIsReadBackWholeAndInRanges() throws Exception {
        byte[] content = random(1, 1_000_000);
        ObjectKey key = keyOf(ObjectType.DATA, content);
        ReplicaInfo info = await(put(fence(1, 5), content));
        assertThat(info).isEqualTo(new ReplicaInfo(key, content.length, key.name(), 5));
        assertThat(await(node.stat(REPOSITORY, key))).contains(info);
        assertThat(bytes(node.read(REPOSITORY, key, 0, content.length), system)).isEqualTo(content);
        assertThat(bytes(node.read(REPOSITORY, key, 123_456, 777_000), system))
                .isEqualTo(Arrays.copyOfRange(content, 123_456, 900_456));
        assertThat(bytes(node.read(REPOSITORY, key, 500, 0), system)).isEmpty();
        assertThat(await(node.verify(REPOSITORY, key))).isTrue();
    }

    @Test
    void whatIsNotThereIsNotFound() throws Exception {
        ObjectKey key = keyOf(ObjectType.DATA, random(1, 1));
        assertThat(await(node.stat(REPOSITORY, key))).isEmpty();
        assertThat(await(node.verify(REPOSITORY, key))).isFalse();
        assertThat(failure(node.read(REPOSITORY, key, 0, 1))).isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void manyPutsOfOneKeyAllSucceedAndLeaveOneFile() throws Exception {
        byte[] content = random(1, 400_000);
        List<CompletionStage<ReplicaInfo>> puts = new ArrayList<>();
        for (int i = 1; i <= 40; i++) {
            puts.add(put(fence(1, i), content));
        }
        for (CompletionStage<ReplicaInfo> one : puts) {
            await(one);
        }
        ObjectKey key = keyOf(ObjectType.DATA, content);
        assertThat(await(node.stat(REPOSITORY, key)).orElseThrow().revision()).isEqualTo(40);
        assertThat(bytes(node.read(REPOSITORY, key, 0, content.length), system)).isEqualTo(content);
        assertThat(temporaryFiles()).isEmpty();
    }

    /** Puts a body by hand, so that something can happen before its end. */
    private SourceQueueWithComplete<ByteString> begin(
            Fence fence, byte[] content, List<CompletionStage<ReplicaInfo>> result) {
        var queue = Source.<ByteString>queue(100, OverflowStrategy.backpressure())
                .toMat(Sink.asPublisher(org.apache.pekko.stream.javadsl.AsPublisher.WITHOUT_FANOUT), Keep.both())
                .run(system);
        result.add(node.put(
                fence,
                keyOf(ObjectType.DATA, content),
                Optional.empty(),
                content.length,
                Source.fromPublisher(queue.second())));
        return queue.first();
    }

    @Test
    void aRenameThatComesAfterALaterRemovalIsRefused() throws Exception {
        byte[] content = random(1, 1000);
        ObjectKey key = keyOf(ObjectType.DATA, content);
        List<CompletionStage<ReplicaInfo>> result = new ArrayList<>();
        SourceQueueWithComplete<ByteString> body = begin(fence(1, 5), content, result);
        await(body.offer(ByteString.fromArray(content, 0, 500)));
        eventually(this::isUploading);
        await(remove(6, key));
        await(body.offer(ByteString.fromArray(content, 500, 500)));
        body.complete();
        assertThat(failure(result.get(0))).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(await(node.stat(REPOSITORY, key))).isEmpty();
        assertThat(temporaryFiles()).isEmpty();
        assertThat(failure(put(fence(1, 5), content))).isEqualTo(ErrorCode.UNAVAILABLE);
        await(put(fence(1, 6), content));
        assertThat(await(node.stat(REPOSITORY, key))).isPresent();
    }

    @Test
    void anEpochThatBeginsDuringAnUploadRefusesItsRename() throws Exception {
        byte[] content = random(1, 1000);
        List<CompletionStage<ReplicaInfo>> result = new ArrayList<>();
        SourceQueueWithComplete<ByteString> body = begin(fence(1, 5), content, result);
        await(body.offer(ByteString.fromArray(content, 0, 500)));
        eventually(this::isUploading);
        assertThat(await(node.announce(REPOSITORY, 2, 2)).epoch()).isEqualTo(2);
        await(body.offer(ByteString.fromArray(content, 500, 500)));
        body.complete();
        assertThat(failure(result.get(0))).isEqualTo(ErrorCode.STALE_EPOCH);
        assertThat(await(node.stat(REPOSITORY, keyOf(ObjectType.DATA, content))))
                .isEmpty();
    }

    @Test
    void anOlderEpochIsRefusedEverywhereAlsoAfterARestart() throws Exception {
        byte[] content = random(1, 1000);
        await(node.announce(REPOSITORY, 3, 2));
        crashAndStart();
        assertThat(await(node.announce(REPOSITORY, 2, 2)).epoch()).isEqualTo(3);
        assertThat(failure(put(fence(2, 9), content))).isEqualTo(ErrorCode.STALE_EPOCH);
        assertThat(failure(node.advance(fence(2, 9), Told.NOTHING))).isEqualTo(ErrorCode.STALE_EPOCH);
        assertThat(failure(node.remove(fence(2, 9), Removal.of(List.of(), 9)))).isEqualTo(ErrorCode.STALE_EPOCH);
        assertThat(failure(node.discard(fence(2, 9), Removal.of(List.of(), 9)))).isEqualTo(ErrorCode.STALE_EPOCH);
        assertThat(await(node.announce(REPOSITORY, 3, 2))).isEqualTo(new Standing(3, 0, new Told(3, 0, 0)));
    }

    @Test
    void theStampNeverFallsBehindWhatIsOnDisk() throws Exception {
        await(put(fence(1, 7), random(1, 1000)));
        crashAndStart();
        assertThat(await(node.announce(REPOSITORY, 2, 2)).stamp()).isEqualTo(7);
        await(node.remove(fence(2, 9), Removal.of(List.of(ObjectKey.config()), 9)));
        crashAndStart();
        assertThat(await(node.announce(REPOSITORY, 3, 2)).stamp()).isEqualTo(9);
        await(node.advance(fence(3, 12), new Told(3, 1, 2)));
        assertThat(await(node.announce(REPOSITORY, 3, 2)).stamp()).isEqualTo(12);
        restart();
        assertThat(await(node.announce(REPOSITORY, 3, 2)).stamp()).isEqualTo(12);
    }

    @Test
    void aLostStandingIsFoundAgainOnFilesAndMarkers() throws Exception {
        byte[] content = random(1, 1000);
        await(put(fence(1, 7), content));
        await(remove(9, keyOf(ObjectType.INDEX, content)));
        stop();
        Files.write(root.resolve(".backstay").resolve(REPOSITORY.toString()).resolve("note"), new byte[28]);
        start();
        assertThat(await(node.announce(REPOSITORY, 1, 2))).isEqualTo(new Standing(1, 9, new Told(1, 0, 0)));
    }

    @Test
    void leftoversOfACrashAreGoneAfterTheNextStart() throws Exception {
        byte[] content = random(1, 1000);
        await(put(fence(1, 7), content));
        Path folder = root.resolve(".backstay").resolve(REPOSITORY.toString()).resolve("tmp");
        Files.write(folder.resolve("half-written"), content);
        crashAndStart();
        assertThat(await(node.stat(REPOSITORY, keyOf(ObjectType.DATA, content))))
                .isPresent();
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void aRemovalTakesOlderFilesMarksWhatIsNotThereAndKeepsLaterOnes() throws Exception {
        byte[] old = random(1, 1000);
        byte[] late = random(2, 1000);
        ObjectKey never = keyOf(ObjectType.DATA, random(3, 1000));
        await(put(fence(1, 5), old));
        await(put(fence(1, 8), late));
        List<ObjectKey> keys = List.of(keyOf(ObjectType.DATA, old), keyOf(ObjectType.DATA, late), never);
        await(node.remove(fence(1, 6), Removal.of(keys, 6)));
        await(node.remove(fence(1, 6), Removal.of(keys, 6)));
        assertThat(await(node.stat(REPOSITORY, keys.get(0)))).isEmpty();
        assertThat(await(node.stat(REPOSITORY, keys.get(1)))).isPresent();
        assertThat(failure(put(fence(1, 5), random(3, 1000)))).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(failure(node.remove(fence(1, 6), Removal.of(java.util.Collections.nCopies(1001, never), 6))))
                .isEqualTo(ErrorCode.TOO_LARGE);
    }

    @Test
    void aRemovalTakesADamagedFileAlong() throws Exception {
        byte[] content = random(1, 1000);
        ObjectKey key = keyOf(ObjectType.DATA, content);
        await(put(fence(1, 5), content));
        try (RandomAccessFile file = new RandomAccessFile(file(key).toFile(), "rw")) {
            file.setLength(10);
        }
        await(remove(6, key));
        assertThat(file(key)).doesNotExist();
    }

    @Test
    void aDiscardedCopyLeavesNoMarker() throws Exception {
        byte[] content = random(1, 1000);
        ObjectKey key = keyOf(ObjectType.DATA, content);
        await(put(fence(1, 5), content));
        await(node.discard(fence(1, 6), Removal.of(List.of(key), 6)));
        assertThat(await(node.inventory(REPOSITORY, Optional.empty(), 10)).entries())
                .isEmpty();
        await(put(fence(1, 5), content));
    }

    @Test
    void removalsAndPutsInAnyOrderEndWithTheNewest() throws Exception {
        byte[] content = random(1, 70_000);
        ObjectKey key = keyOf(ObjectType.DATA, content);
        Random random = new Random(42);
        for (int round = 0; round < 15; round++) {
            List<CompletionStage<?>> all = new ArrayList<>();
            long base = round * 100L;
            boolean endsWithPut = random.nextBoolean();
            for (int i = 0; i < 20; i++) {
                long revision = base + random.nextInt(50);
                all.add(random.nextBoolean() ? put(fence(1, revision), content) : remove(revision, key));
            }
            all.add(endsWithPut ? put(fence(1, base + 60), content) : remove(base + 60, key));
            for (CompletionStage<?> one : all) {
                one.handle((done, failure) -> done).toCompletableFuture().join();
            }
            assertThat(await(node.stat(REPOSITORY, key)).isPresent())
                    .as("round %d", round)
                    .isEqualTo(endsWithPut);
        }
    }

    private Path file(ObjectKey key) {
        String name = key.name().toString();
        return root.resolve(REPOSITORY.toString())
                .resolve("data")
                .resolve(name.substring(0, 2))
                .resolve(name);
    }

    @Test
    void aFlippedByteIsNeverServed() throws Exception {
        byte[] content = random(1, 700_000);
        ObjectKey key = keyOf(ObjectType.DATA, content);
        for (long position : List.of(0L, 70_000L, 300_000L, 699_999L)) {
            await(put(fence(1, position + 1), content));
            try (RandomAccessFile file = new RandomAccessFile(file(key).toFile(), "rw")) {
                file.seek(position);
                int old = file.read();
                file.seek(position);
                file.write(old ^ 1);
            }
            assertThat(await(node.verify(REPOSITORY, key))).isFalse();
            assertThat(failure(collect(node.read(REPOSITORY, key, 0, content.length), system)))
                    .isEqualTo(ErrorCode.DAMAGED);
            assertThat(failure(node.read(REPOSITORY, key, position, 1))).isEqualTo(ErrorCode.DAMAGED);
        }
    }

    @Test
    void puttingAgainRepairsADamagedCopyEvenUnderAnOlderTicket() throws Exception {
        byte[] content = random(1, 700_000);
        ObjectKey key = keyOf(ObjectType.DATA, content);
        await(put(fence(1, 9), content));
        Files.write(file(key), new byte[content.length]);
        assertThat(await(put(fence(1, 5), content)).revision()).isEqualTo(9);
        assertThat(bytes(node.read(REPOSITORY, key, 0, content.length), system)).isEqualTo(content);
    }

    @Test
    void bodiesThatAreCutShortTooLongOrOtherwiseWrongLeaveNothing() throws Exception {
        byte[] content = random(1, 300_000);
        ObjectKey key = keyOf(ObjectType.DATA, content);
        Fence fence = fence(1, 5);
        Optional<Sha256> none = Optional.empty();
        assertThat(failure(node.put(fence, key, none, 300_001, body(content)))).isEqualTo(ErrorCode.CONTENT_TRUNCATED);
        assertThat(failure(node.put(fence, key, none, 299_999, body(content)))).isEqualTo(ErrorCode.CONTENT_TRUNCATED);
        assertThat(failure(node.put(fence, key, none, 300_000, body(random(2, 300_000)))))
                .isEqualTo(ErrorCode.CONTENT_MISMATCH);
        assertThat(failure(node.put(
                        fence, ObjectKey.config(), Optional.of(new Sha256(1, 1, 1, 1)), 10, body(random(1, 10)))))
                .isEqualTo(ErrorCode.CONTENT_MISMATCH);
        assertThat(failure(node.put(
                        fence,
                        key,
                        none,
                        300_000,
                        body(random(1, 1000)).concat(Source.failed(new IOException("gone"))))))
                .isEqualTo(ErrorCode.CONTENT_TRUNCATED);
        assertThat(failure(node.put(fence, key, none, Long.MAX_VALUE, body(content))))
                .isEqualTo(ErrorCode.STORAGE_FULL);
        assertThat(await(node.stat(REPOSITORY, key))).isEmpty();
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void anUploadThatBringsNothingIsGivenUp() throws Exception {
        node.close();
        settings = settings.withUploadIdle(Duration.ofMillis(200));
        node = StorageNode.start(system, SELF, medium, views, this::stranger, settings, clock);
        byte[] content = random(1, 1000);
        List<CompletionStage<ReplicaInfo>> result = new ArrayList<>();
        SourceQueueWithComplete<ByteString> body = begin(fence(1, 5), content, result);
        await(body.offer(ByteString.fromArray(content, 0, 500)));
        assertThat(failure(result.get(0))).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(temporaryFiles()).isEmpty();
        await(body.watchCompletion().handle((done, failure) -> done));
    }

    @Test
    void belowTheLowWaterMarkUploadsAreRefusedBeforeTheDiskIsFull() throws Exception {
        byte[] content = random(1, 100_000);
        files.leave((1 << 20) + 100_001);
        assertThat(await(node.room()).writable()).isTrue();
        assertThat(await(node.room()).freeBytes()).isEqualTo(100_001);
        await(put(fence(1, 5), content));
        files.leave((1 << 20) + 99_999);
        assertThat(failure(put(fence(1, 6), content))).isEqualTo(ErrorCode.STORAGE_FULL);
        files.leave(1 << 20);
        assertThat(await(node.room()).writable()).isFalse();
    }

    @Test
    void aDiskThatIsFullAllTheSameSaysSoAndTakesWritesWhenThereIsRoom() throws Exception {
        byte[] content = random(1, 400_000);
        files.fail(Fault.WRITE);
        files.leave((1 << 20) + 500_000);
        node.close();
        settings = settings.withLowWater(0, 0).withTimers(Duration.ofMillis(50), Duration.ofHours(1));
        node = StorageNode.start(system, SELF, medium, views, this::stranger, settings, clock);
        files.heal();
        files.fail(Fault.FULL);
        assertThat(failure(put(fence(1, 5), content))).isIn(ErrorCode.STORAGE_FULL, ErrorCode.UNAVAILABLE);
        files.heal();
        eventually(() -> node.room().toCompletableFuture().join().writable());
        await(put(fence(1, 5), content));
    }

    @Test
    void aFailingDiskTakesNothingUntilAProbeWentWell() throws Exception {
        node.close();
        settings = settings.withTimers(Duration.ofMillis(50), Duration.ofHours(1));
        node = StorageNode.start(system, SELF, medium, views, this::stranger, settings, clock);
        byte[] content = random(1, 400_000);
        await(put(fence(1, 5), content));
        files.fail(Fault.WRITE);
        assertThat(failure(put(fence(1, 5), random(2, 400_000)))).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(await(node.room()).writable()).isFalse();
        assertThat(failure(put(fence(1, 5), random(2, 400_000)))).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(bytes(node.read(REPOSITORY, keyOf(ObjectType.DATA, content), 0, 400_000), system))
                .isEqualTo(content);
        files.heal();
        eventually(() -> node.room().toCompletableFuture().join().writable());
        await(put(fence(1, 5), random(2, 400_000)));
    }

    @Test
    void trashIsPurgedAfterItsRepositorysGraceAndKeptWhereTheViewKnowsNone() throws Exception {
        RepositoryId unknown = new RepositoryId(new UUID(5, 5));
        byte[] content = random(1, 1000);
        ObjectKey key = keyOf(ObjectType.DATA, content);
        for (RepositoryId repository : List.of(REPOSITORY, unknown)) {
            await(node.put(new Fence(repository, 1, 5), key, Optional.empty(), content.length, body(content)));
            await(node.remove(new Fence(repository, 1, 6), Removal.of(List.of(key), 6)));
        }
        node.close();
        settings = settings.withTimers(Duration.ofHours(1), Duration.ofMillis(20));
        node = StorageNode.start(system, SELF, medium, views, this::stranger, settings, clock);
        assertThat(medium.store(REPOSITORY).marker(key)).isPresent();
        clock.advance(TestViews.GRACE.plusSeconds(1));
        eventually(() -> node.inventory(REPOSITORY, Optional.empty(), 10)
                .toCompletableFuture()
                .join()
                .entries()
                .isEmpty());
        assertThat(medium.store(unknown).marker(key)).isPresent();
    }

    @Test
    void theInventoryShowsFilesAndMarkersInPages() throws Exception {
        List<ObjectKey> expected = new ArrayList<>();
        for (ObjectType type : List.of(ObjectType.DATA, ObjectType.LOCKS)) {
            for (int i = 0; i < 20; i++) {
                byte[] content = random(i, 100);
                ObjectKey key = keyOf(type, content);
                expected.add(key);
                if (i % 3 != 0) {
                    await(node.put(fence(1, 5), key, Optional.empty(), 100, body(content)));
                }
                if (i % 3 != 1) {
                    await(remove(6, key));
                }
                if (i % 6 == 5) {
                    await(node.put(fence(1, 7), key, Optional.empty(), 100, body(content)));
                }
            }
        }
        await(node.put(fence(1, 8), ObjectKey.config(), Optional.empty(), 100, body(random(1, 100))));
        expected.add(ObjectKey.config());
        expected.sort(null);
        List<InventoryEntry> entries = new ArrayList<>();
        Optional<ObjectKey> after = Optional.empty();
        boolean more = true;
        while (more) {
            InventoryPage page = await(node.inventory(REPOSITORY, after, 7));
            assertThat(page.entries()).hasSizeLessThanOrEqualTo(7);
            entries.addAll(page.entries());
            after = Optional.of(entries.get(entries.size() - 1).key());
            more = page.more();
        }
        assertThat(entries).extracting(InventoryEntry::key).isEqualTo(expected);
        for (InventoryEntry entry : entries) {
            boolean there = await(node.stat(REPOSITORY, entry.key())).isPresent();
            assertThat(entry.file().isPresent()).as("%s", entry).isEqualTo(there);
            assertThat(entry.file().isPresent() || entry.removedRevision() == 6).isTrue();
        }
        assertThat(await(node.inventory(REPOSITORY, after, 7)).entries()).isEmpty();
    }
}

package io.backstay.objects;

import static io.backstay.objects.Contents.keyOf;
import static io.backstay.objects.Contents.load;
import static io.backstay.objects.Contents.random;
import static io.backstay.objects.Contents.save;
import static io.backstay.objects.Contents.saveData;
import static io.backstay.objects.Contents.stage;
import static io.backstay.objects.Contents.trash;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.RepositoryId;
import io.backstay.model.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every {@link ObjectStore} promises. An implementation's test extends it. */
public abstract class ObjectStoreContract {
    protected static final RepositoryId REPOSITORY = new RepositoryId(new UUID(1, 1));
    private static final int BLOCK = ObjectStore.BLOCK_BYTES;

    protected final SettableClock clock = SettableClock.atSomeTime();

    protected abstract ObjectMedium medium() throws IOException;

    /** Flips a bit of the content on the medium. */
    protected abstract void damage(ObjectKey key, long position) throws IOException;

    protected ObjectStore store() throws IOException {
        return medium().store(REPOSITORY);
    }

    @Test
    void givesBackWhatWasSavedWhateverItsLength() throws IOException {
        for (int length : List.of(0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 4 * BLOCK, 4 * BLOCK + 1, 700_001)) {
            byte[] content = random(length, length);
            ObjectKey key = saveData(store(), content);
            assertThat(load(store(), key, 0, length)).as("%d bytes", length).isEqualTo(content);
            assertThat(store().verify(key)).isTrue();
        }
    }

    @Test
    void piecesOfAnyLengthMakeTheSameObject() throws IOException {
        byte[] content = random(7, 300_000);
        for (int step : List.of(1_000, 4_096, 65_535, 65_536, 65_537, 299_999, 300_000)) {
            try (StagedObject staged = stage(store(), keyOf(ObjectType.INDEX, content), content, step)) {
                assertThat(staged.sha256()).isEqualTo(Sha256.hash(content));
                store().publish(staged, step);
            }
            assertThat(load(store(), keyOf(ObjectType.INDEX, content), 0, content.length))
                    .isEqualTo(content);
        }
    }

    @Test
    void everyRangeIsThatPartOfTheContent() throws IOException {
        byte[] content = random(3, 5 * BLOCK + 77);
        ObjectKey key = saveData(store(), content);
        Random random = new Random(11);
        List<long[]> ranges = new ArrayList<>(List.of(
                new long[] {0, 0},
                new long[] {content.length, 0},
                new long[] {BLOCK, BLOCK},
                new long[] {BLOCK - 1, 2},
                new long[] {0, 4L * BLOCK},
                new long[] {1, 4L * BLOCK}));
        for (int i = 0; i < 200; i++) {
            int offset = random.nextInt(content.length);
            ranges.add(new long[] {offset, random.nextInt(content.length - offset)});
        }
        for (long[] range : ranges) {
            assertThat(load(store(), key, range[0], range[1]))
                    .as("%d bytes at %d", range[1], range[0])
                    .isEqualTo(Arrays.copyOfRange(content, (int) range[0], (int) (range[0] + range[1])));
        }
    }

    @Test
    void refusesRangesOutsideTheObject() throws IOException {
        ObjectKey key = saveData(store(), random(1, 10));
        for (long[] range : new long[][] {{-1, 1}, {0, -1}, {0, 11}, {11, 0}, {5, 6}, {5, Long.MAX_VALUE}}) {
            assertThatExceptionOfType(BackstayException.class)
                    .isThrownBy(() -> store().open(key, range[0], range[1]))
                    .extracting(BackstayException::code)
                    .isEqualTo(ErrorCode.RANGE_NOT_SATISFIABLE);
        }
    }

    @Test
    void aFlippedBitIsNeverHandedOutAndOtherBlocksStayReadable() throws IOException {
        int length = 4 * BLOCK + 100;
        for (long position : List.of(0L, 1L, BLOCK - 1L, (long) BLOCK, 2L * BLOCK + 5, length - 1L)) {
            byte[] content = random(100 + position, length);
            ObjectKey key = saveData(store(), content);
            damage(key, position);
            assertThat(store().verify(key)).isFalse();
            assertThatExceptionOfType(DamagedObjectException.class).isThrownBy(() -> load(store(), key, 0, length));
            assertThatExceptionOfType(DamagedObjectException.class).isThrownBy(() -> load(store(), key, position, 1));
            int bad = (int) (position / BLOCK);
            for (int block = 0; block <= length / BLOCK; block++) {
                int from = block * BLOCK;
                int to = Math.min(from + BLOCK, length);
                if (block != bad) {
                    assertThat(load(store(), key, from, to - from)).isEqualTo(Arrays.copyOfRange(content, from, to));
                }
            }
        }
    }

    @Test
    void aPublishedObjectIsDescribed() throws IOException {
        byte[] content = random(5, 1000);
        ObjectKey key = keyOf(ObjectType.SNAPSHOTS, content);
        assertThat(store().stat(key)).isEmpty();
        StoredObject published = save(store(), key, content, 42);
        assertThat(published).isEqualTo(new StoredObject(key, 1000, Sha256.hash(content), 42, clock.instant()));
        assertThat(store().stat(key)).contains(published);
    }

    @Test
    void whatIsMissingIsSaidToBeMissing() throws IOException {
        ObjectKey key = keyOf(ObjectType.DATA, random(1, 1));
        assertThat(store().verify(key)).isFalse();
        assertThat(store().marker(key)).isEmpty();
        assertThatExceptionOfType(MissingObjectException.class).isThrownBy(() -> store().open(key, 0, 0));
    }

    @Test
    void nobodySeesAnObjectBeforeItIsPublished() throws IOException {
        byte[] content = random(6, 1000);
        ObjectKey key = keyOf(ObjectType.LOCKS, content);
        StagedObject staged = stage(store(), key, content, 10);
        assertThat(store().stat(key)).isEmpty();
        assertThat(keys(store().list(ObjectType.LOCKS, Optional.empty()))).isEmpty();
        staged.close();
        staged.close();
        assertThat(store().stat(key)).isEmpty();
    }

    @Test
    void refusesContentOfAnotherLengthOrHash() throws IOException {
        byte[] content = random(8, 1000);
        ObjectKey key = keyOf(ObjectType.DATA, content);
        refused(ErrorCode.CONTENT_TRUNCATED, key, 1001, content, Optional.empty());
        refused(ErrorCode.CONTENT_TRUNCATED, key, 999, content, Optional.empty());
        refused(ErrorCode.CONTENT_MISMATCH, key, 1000, random(9, 1000), Optional.empty());
        refused(ErrorCode.CONTENT_MISMATCH, ObjectKey.config(), 1000, content, Optional.of(new Sha256(1, 2, 3, 4)));
        refused(ErrorCode.TOO_LARGE, key, ObjectStore.MAX_OBJECT_BYTES + 1, content, Optional.empty());
        refused(ErrorCode.TOO_LARGE, ObjectKey.config(), ObjectStore.MAX_CONFIG_BYTES + 1, content, Optional.empty());
        refused(ErrorCode.INVALID_REQUEST, key, -1, content, Optional.empty());
        assertThat(store().stat(key)).isEmpty();
    }

    private void refused(ErrorCode code, ObjectKey key, long size, byte[] content, Optional<Sha256> expected) {
        assertThatExceptionOfType(BackstayException.class)
                .isThrownBy(() -> {
                    try (Staging staging = store().stage(key, size)) {
                        staging.write(ByteBuffer.wrap(content));
                        staging.seal(expected);
                    }
                })
                .extracting(BackstayException::code)
                .isEqualTo(code);
    }

    @Test
    void configIsReplacedByOtherContent() throws IOException {
        byte[] first = random(1, 155);
        byte[] second = random(2, 155);
        save(store(), ObjectKey.config(), first, 1);
        try (RangeReader old = store().open(ObjectKey.config(), 0, 155)) {
            save(store(), ObjectKey.config(), second, 2);
            assertThat(old.object().revision()).isEqualTo(1);
        }
        assertThat(load(store(), ObjectKey.config(), 0, 155)).isEqualTo(second);
        assertThat(store().stat(ObjectKey.config()).orElseThrow().revision()).isEqualTo(2);
        assertThat(store().verify(ObjectKey.config())).isTrue();
        damage(ObjectKey.config(), 100);
        assertThat(store().verify(ObjectKey.config())).isFalse();
    }

    @Test
    void publishingAgainRepairsADamagedObject() throws IOException {
        byte[] content = random(4, 2 * BLOCK);
        ObjectKey key = saveData(store(), content);
        damage(key, 5);
        save(store(), key, content, 2);
        assertThat(load(store(), key, 0, content.length)).isEqualTo(content);
    }

    @Test
    void aRemovalTakesTheObjectAndLeavesAMarker() throws IOException {
        byte[] content = random(4, 2 * BLOCK);
        ObjectKey key = saveData(store(), content);
        trash(store(), key, 9);
        assertThat(store().stat(key)).isEmpty();
        assertThatExceptionOfType(MissingObjectException.class).isThrownBy(() -> store().open(key, 0, 1));
        assertThat(store().marker(key)).contains(new Marker(key, 2L * BLOCK, key.name(), 9, clock.instant()));
    }

    @Test
    void whatIsBeingReadStaysReadableWhenItIsRemoved() throws IOException {
        byte[] content = random(4, 9 * BLOCK);
        ObjectKey key = saveData(store(), content);
        try (RangeReader reader = store().open(key, 0, content.length)) {
            long before = reader.read().remaining();
            trash(store(), key, 9);
            while (reader.remaining() > 0) {
                before += reader.read().remaining();
            }
            assertThat(before).isEqualTo(content.length);
        }
    }

    @Test
    void aRemovalOfNothingLeavesAMarkerAlone() throws IOException {
        ObjectKey key = keyOf(ObjectType.DATA, random(1, 1));
        trash(store(), key, 9);
        trash(store(), ObjectKey.config(), 9);
        assertThat(store().marker(key)).contains(new Marker(key, 0, key.name(), 9, clock.instant()));
        assertThat(store().marker(ObjectKey.config()).orElseThrow().revision()).isEqualTo(9);
    }

    @Test
    void aDroppedCopyLeavesNoMarker() throws IOException {
        ObjectKey key = saveData(store(), random(4, 100));
        Removal removal = store().removal(9);
        removal.drop(key);
        removal.drop(ObjectKey.config());
        removal.commit();
        assertThat(store().stat(key)).isEmpty();
        assertThat(store().marker(key)).isEmpty();
        assertThat(store().markers(ObjectType.DATA, Optional.empty())).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        store().purge(clock.instant());
        save(store(), key, random(4, 100), 10);
        assertThat(store().stat(key)).isPresent();
    }

    @Test
    void theNewestMarkerCountsAndStaysWhenANewObjectComes() throws IOException {
        byte[] content = random(4, 100);
        ObjectKey key = keyOf(ObjectType.LOCKS, content);
        for (long revision = 1; revision <= 9; revision += 2) {
            save(store(), key, content, revision);
            trash(store(), key, revision + 1);
        }
        save(store(), key, content, 11);
        assertThat(store().marker(key).orElseThrow().revision()).isEqualTo(10);
        assertThat(store().stat(key).orElseThrow().revision()).isEqualTo(11);
        assertThat(store().markers(ObjectType.LOCKS, Optional.empty()).toList())
                .extracting(Marker::revision)
                .containsExactly(10L);
    }

    @Test
    void aRemovedConfigKeepsItsHash() throws IOException {
        byte[] content = random(1, 155);
        save(store(), ObjectKey.config(), content, 1);
        trash(store(), ObjectKey.config(), 2);
        assertThat(store().marker(ObjectKey.config()).orElseThrow().sha256()).isEqualTo(Sha256.hash(content));
    }

    @Test
    void purgeDeletesWhatWasRemovedBeforeTheMoment() throws IOException {
        ObjectKey old = saveData(store(), random(1, 100));
        ObjectKey recent = saveData(store(), random(2, 100));
        trash(store(), old, 2);
        clock.advance(Duration.ofHours(1));
        trash(store(), recent, 3);
        assertThat(store().purge(clock.instant())).isEqualTo(1);
        assertThat(store().marker(old)).isEmpty();
        assertThat(store().marker(recent)).isPresent();
        assertThat(store().purge(clock.instant())).isZero();
    }

    @Test
    void listsAreOrderedAndBeginAfterAnyKey() throws IOException {
        for (ObjectType type : List.of(ObjectType.DATA, ObjectType.INDEX)) {
            List<ObjectKey> expected = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                byte[] content = random(1000 + i, 10);
                expected.add(keyOf(type, content));
                save(store(), keyOf(type, content), content, i);
            }
            expected.sort(null);
            assertThat(keys(store().list(type, Optional.empty()))).isEqualTo(expected);
            for (int i = 0; i < expected.size(); i += 7) {
                assertThat(keys(store().list(type, Optional.of(expected.get(i)))))
                        .isEqualTo(expected.subList(i + 1, expected.size()));
            }
            for (ObjectKey key : expected) {
                trash(store(), key, 100);
            }
            assertThat(store().list(type, Optional.empty())).isEmpty();
            try (Stream<Marker> markers = store().markers(type, Optional.of(expected.get(20)))) {
                assertThat(markers.map(Marker::key)).containsExactlyElementsOf(expected.subList(21, 60));
            }
        }
    }

    @Test
    void configIsListedAsItIs() throws IOException {
        byte[] content = random(1, 155);
        StoredObject config = save(store(), ObjectKey.config(), content, 3);
        assertThat(store().list(ObjectType.CONFIG, Optional.empty())).containsExactly(config);
        assertThat(store().list(ObjectType.CONFIG, Optional.of(ObjectKey.config())))
                .isEmpty();
    }

    private static List<ObjectKey> keys(Stream<StoredObject> objects) {
        try (objects) {
            return objects.map(StoredObject::key).toList();
        }
    }

    @Test
    void theNoteIsReplacedAsAWhole() throws IOException {
        assertThat(store().note()).isEmpty();
        store().note(new byte[] {1, 2, 3});
        store().note(new byte[] {4});
        assertThat(store().note()).hasValueSatisfying(note -> assertThat(note).containsExactly(4));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> store().note(new byte[ObjectStore.MAX_NOTE_BYTES + 1]));
    }

    @Test
    void repositoriesAreApart() throws IOException {
        ObjectKey key = saveData(store(), random(1, 10));
        RepositoryId other = new RepositoryId(new UUID(2, 2));
        assertThat(medium().store(other).stat(key)).isEmpty();
        save(medium().store(other), key, random(1, 10), 1);
        assertThat(medium().repositories()).containsExactly(REPOSITORY, other);
    }

    @Test
    void manyWritersOfOneKeyLeaveOneWholeObject() throws Exception {
        byte[] content = random(1, 200_000);
        ObjectKey key = keyOf(ObjectType.DATA, content);
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<byte[]>> done = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                long revision = i;
                done.add(threads.submit(() -> {
                    save(store(), key, content, revision);
                    return load(store(), key, 0, content.length);
                }));
            }
            for (Future<byte[]> one : done) {
                assertThat(one.get()).isEqualTo(content);
            }
        }
        assertThat(store().verify(key)).isTrue();
    }
}

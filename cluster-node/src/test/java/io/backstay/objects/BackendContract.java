package io.backstay.objects;

import static io.backstay.objects.Contents.keyOf;
import static io.backstay.objects.Contents.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every {@link Backend} promises. An implementation's test extends it. */
public abstract class BackendContract {
    /** The same backend each time, empty at first. */
    protected abstract Backend backend() throws IOException;

    @Test
    void givesBackWhatWasSavedWhateverItsLength() throws IOException {
        backend().create();
        for (int length : List.of(0, 1, 65_535, 1_000_003)) {
            for (ObjectType type : ObjectType.values()) {
                byte[] content = random(length + type.number(), length);
                ObjectKey key = type == ObjectType.CONFIG ? ObjectKey.config() : keyOf(type, content);
                backend().remove(key);
                backend().save(key, ByteBuffer.wrap(content));
                assertThat(backend().load(key, length)).isEqualTo(content);
                assertThat(backend().size(key)).isEqualTo(length);
            }
        }
    }

    @Test
    void savesOnlyWhatIsBetweenPositionAndLimitAndMovesNeither() throws IOException {
        byte[] content = random(1, 100);
        ByteBuffer part = ByteBuffer.wrap(content, 10, 50);
        ObjectKey key = keyOf(ObjectType.DATA, content);
        backend().save(key, part);
        assertThat(part.position()).isEqualTo(10);
        assertThat(part.limit()).isEqualTo(60);
        assertThat(ByteBuffer.wrap(backend().load(key, 50))).isEqualTo(part);
    }

    @Test
    void savesWithoutCreateBefore() throws IOException {
        byte[] content = random(2, 10);
        backend().save(keyOf(ObjectType.DATA, content), ByteBuffer.wrap(content));
        assertThat(backend().list(ObjectType.DATA)).hasSize(1);
    }

    @Test
    void everyRangeIsThatPartOfTheContent() throws IOException {
        byte[] content = random(3, 10_000);
        ObjectKey key = keyOf(ObjectType.DATA, content);
        backend().save(key, ByteBuffer.wrap(content));
        for (int[] range : new int[][] {{0, 10_000}, {0, 1}, {9_999, 1}, {10_000, 0}, {5, 5_000}}) {
            ByteBuffer into = ByteBuffer.allocate(range[1]);
            backend().load(key, range[0], into);
            assertThat(into.hasRemaining()).isFalse();
            assertThat(into.flip()).isEqualTo(ByteBuffer.wrap(content, range[0], range[1]));
        }
    }

    @Test
    void refusesARangeThatEndsBehindTheObject() throws IOException {
        byte[] content = random(4, 100);
        ObjectKey key = keyOf(ObjectType.DATA, content);
        backend().save(key, ByteBuffer.wrap(content));
        for (int[] range : new int[][] {{0, 101}, {100, 1}, {101, 0}, {-1, 1}}) {
            refuses(
                    ErrorCode.RANGE_NOT_SATISFIABLE,
                    () -> backend().load(key, range[0], ByteBuffer.allocate(range[1])));
        }
    }

    @Test
    void refusesToLoadMoreThanTheLimit() throws IOException {
        byte[] content = random(5, 100);
        ObjectKey key = keyOf(ObjectType.INDEX, content);
        backend().save(key, ByteBuffer.wrap(content));
        refuses(ErrorCode.TOO_LARGE, () -> backend().load(key, 99));
    }

    @Test
    void saysThatAnObjectIsMissing() throws IOException {
        for (ObjectKey key : List.of(ObjectKey.config(), keyOf(ObjectType.DATA, random(6, 1)))) {
            assertThatExceptionOfType(MissingObjectException.class)
                    .isThrownBy(() -> backend().load(key, 10));
            assertThatExceptionOfType(MissingObjectException.class)
                    .isThrownBy(() -> backend().load(key, 0, ByteBuffer.allocate(1)));
            assertThatExceptionOfType(MissingObjectException.class)
                    .isThrownBy(() -> backend().size(key));
        }
    }

    @Test
    void savesAndRemovesTwice() throws IOException {
        byte[] content = random(7, 100);
        ObjectKey key = keyOf(ObjectType.LOCKS, content);
        backend().save(key, ByteBuffer.wrap(content));
        backend().save(key, ByteBuffer.wrap(content));
        assertThat(backend().list(ObjectType.LOCKS)).containsExactly(new ListedObject(key, 100));
        backend().remove(key);
        backend().remove(key);
        assertThat(backend().list(ObjectType.LOCKS)).isEmpty();
    }

    @Test
    void replacesNoConfig() throws IOException {
        byte[] first = random(8, 155);
        backend().save(ObjectKey.config(), ByteBuffer.wrap(first));
        backend().save(ObjectKey.config(), ByteBuffer.wrap(first));
        refuses(ErrorCode.ALREADY_EXISTS, () -> backend().save(ObjectKey.config(), ByteBuffer.wrap(random(9, 155))));
        assertThat(backend().load(ObjectKey.config(), 155)).isEqualTo(first);
    }

    @Test
    void listsEachTypeByItself() throws IOException {
        for (ObjectType type : ObjectType.values()) {
            assertThat(backend().list(type)).isEmpty();
        }
        List<ListedObject> expected = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            byte[] content = random(i, i);
            expected.add(new ListedObject(keyOf(ObjectType.DATA, content), i));
            backend().save(keyOf(ObjectType.DATA, content), ByteBuffer.wrap(content));
        }
        assertThat(backend().list(ObjectType.DATA)).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(backend().list(ObjectType.INDEX)).isEmpty();
    }

    @Test
    void manyThreadsSaveAndLoad() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                byte[] content = random(i % 10, 5_000);
                done.add(threads.submit(() -> {
                    ObjectKey key = keyOf(ObjectType.DATA, content);
                    backend().save(key, ByteBuffer.wrap(content));
                    assertThat(backend().load(key, 5_000)).isEqualTo(content);
                    return null;
                }));
            }
            for (Future<?> one : done) {
                one.get();
            }
        }
        assertThat(backend().list(ObjectType.DATA)).hasSize(10);
    }

    private static void refuses(ErrorCode code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatExceptionOfType(BackstayException.class)
                .isThrownBy(call)
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(code));
    }
}

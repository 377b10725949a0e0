package io.backstay.objects.disk;

import static io.backstay.objects.Contents.keyOf;
import static io.backstay.objects.Contents.load;
import static io.backstay.objects.Contents.random;
import static io.backstay.objects.Contents.stage;
import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.RepositoryId;
import io.backstay.objects.ObjectStore;
import io.backstay.objects.Removal;
import io.backstay.objects.SettableClock;
import io.backstay.objects.StagedObject;
import java.io.IOException;
import java.io.SyncFailedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One fault at each step that the store takes, in turn: the call fails, or the process dies before it or after half of it.
 * Then the folder is opened anew on a sound disk. What a disk loses that it never had made durable is {@link NthFault}'s.
 */
class SingleFaultTest {
    private static final RepositoryId REPOSITORY = new RepositoryId(new UUID(1, 1));
    private static final int SIZE = 150_000;
    private static final int MOST_STEPS = 500;

    @TempDir
    private Path folder;

    /** What the caller was told. */
    private static final class Told {
        private final Map<ObjectKey, byte[]> stored = new HashMap<>();
        private final Map<ObjectKey, byte[]> maybe = new HashMap<>();
        private final Set<ObjectKey> removed = new HashSet<>();
        private byte[] note = {};
        private byte[] nextNote = {};
    }

    @Test
    void afterAnySingleFaultAndACrashWhatWasAcknowledgedIsWholeAndNothingIsHalf() throws IOException {
        for (NthFault.Kind kind : NthFault.Kind.values()) {
            int steps = 0;
            boolean hit = true;
            while (hit) {
                Path root = folder.resolve(kind + "-" + steps);
                NthFault files = new NthFault(kind, steps);
                Told told = new Told();
                run(root, files, told);
                hit = files.hit();
                String when = "%s at step %d, %s".formatted(kind, steps, files.at());
                files.crash();
                verify(root, told, when);
                Files.deleteIfExists(root.resolve(DiskLayout.SIDE).resolve("reserve"));
                steps++;
                assertThat(steps).isLessThan(MOST_STEPS);
            }
            assertThat(steps).as("steps with %s", kind).isGreaterThan(5);
        }
    }

    private static void run(Path root, NthFault files, Told told) throws IOException {
        try (DiskMedium medium = DiskMedium.open(root, SettableClock.atSomeTime(), files)) {
            ObjectStore store = medium.store(REPOSITORY);
            for (int seed = 1; seed <= 2 && files.alive(); seed++) {
                save(store, files, told, keyOf(ObjectType.DATA, random(seed, SIZE)), random(seed, SIZE), seed);
            }
            save(store, files, told, ObjectKey.config(), random(3, 155), 3);
            note(store, files, told, random(4, 40));
            remove(store, files, told, keyOf(ObjectType.DATA, random(1, SIZE)));
            note(store, files, told, random(5, 40));
            save(store, files, told, keyOf(ObjectType.INDEX, random(6, 500)), random(6, 500), 6);
        } catch (IOException e) {
            assertThat(files.hit()).as("nothing failed but %s", e).isTrue();
        }
    }

    private static void save(
            ObjectStore store, NthFault files, Told told, ObjectKey key, byte[] content, long revision) {
        if (!files.alive()) {
            return;
        }
        told.maybe.put(key, content);
        try (StagedObject staged = stage(store, key, content, 100_000)) {
            store.publish(staged, revision);
            told.stored.put(key, content);
            told.maybe.remove(key);
        } catch (IOException e) {
            isTold(files, e);
        }
    }

    private static void remove(ObjectStore store, NthFault files, Told told, ObjectKey key) {
        if (!files.alive()) {
            return;
        }
        byte[] content = told.stored.remove(key);
        if (content != null) {
            told.maybe.put(key, content);
        }
        try {
            Removal removal = store.removal(9);
            removal.trash(key);
            removal.commit();
            told.removed.add(key);
            told.maybe.remove(key);
        } catch (IOException e) {
            isTold(files, e);
        }
    }

    private static void note(ObjectStore store, NthFault files, Told told, byte[] note) {
        if (!files.alive()) {
            return;
        }
        told.nextNote = note;
        try {
            store.note(note);
            told.note = note;
        } catch (IOException e) {
            isTold(files, e);
        }
    }

    /** A sync that failed is told as such, so that nobody tries it again. */
    private static void isTold(NthFault files, IOException failure) {
        assertThat(files.hit()).as("nothing failed but %s", failure).isTrue();
        if (files.alive() && files.syncFailed()) {
            assertThat(failure).isInstanceOf(SyncFailedException.class);
        }
    }

    private static void verify(Path root, Told told, String when) throws IOException {
        try (DiskMedium medium = DiskMedium.open(root, SettableClock.atSomeTime())) {
            ObjectStore store = medium.store(REPOSITORY);
            for (Map.Entry<ObjectKey, byte[]> object : told.stored.entrySet()) {
                assertThat(load(store, object.getKey(), 0, object.getValue().length))
                        .as(when)
                        .isEqualTo(object.getValue());
            }
            for (Map.Entry<ObjectKey, byte[]> object : told.maybe.entrySet()) {
                if (store.stat(object.getKey()).isPresent()) {
                    assertThat(load(store, object.getKey(), 0, object.getValue().length))
                            .as(when)
                            .isEqualTo(object.getValue());
                }
            }
            for (ObjectKey gone : told.removed) {
                assertThat(store.peek(gone)).as(when).isEmpty();
                assertThat(store.marker(gone)).as(when).isPresent();
            }
            byte[] note = store.note().orElse(new byte[0]);
            assertThat(List.of(told.note, told.nextNote))
                    .as(when)
                    .anySatisfy(one -> assertThat(note).isEqualTo(one));
        }
        assertThat(staged(root)).as(when).isEmpty();
    }

    private static List<Path> staged(Path root) throws IOException {
        Path side = root.resolve(DiskLayout.SIDE);
        Path temporary = DiskLayout.of(root, REPOSITORY).temporary();
        try (Stream<Path> all = Files.walk(side)) {
            return all.filter(Files::isRegularFile)
                    .filter(file ->
                            file.startsWith(temporary) || Folders.name(file).startsWith("probe-"))
                    .toList();
        }
    }
}

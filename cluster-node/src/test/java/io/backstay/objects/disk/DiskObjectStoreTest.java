package io.backstay.objects.disk;

import static io.backstay.objects.Contents.keyOf;
import static io.backstay.objects.Contents.load;
import static io.backstay.objects.Contents.random;
import static io.backstay.objects.Contents.save;
import static io.backstay.objects.Contents.saveData;
import static io.backstay.objects.Contents.stage;
import static io.backstay.objects.Contents.trash;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.objects.DamagedObjectException;
import io.backstay.objects.MediumFullException;
import io.backstay.objects.ObjectMedium;
import io.backstay.objects.ObjectStore;
import io.backstay.objects.ObjectStoreContract;
import io.backstay.objects.StoredObject;
import io.backstay.objects.disk.FaultyFiles.Fault;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskObjectStoreTest extends ObjectStoreContract {
    @TempDir
    private Path root;

    private final FaultyFiles files = new FaultyFiles();
    private DiskMedium medium;

    @BeforeEach
    void open() throws IOException {
        medium = DiskMedium.open(root, clock, files);
    }

    @AfterEach
    void close() throws IOException {
        medium.close();
    }

    @Override
    protected ObjectMedium medium() {
        return medium;
    }

    @Override
    protected void damage(ObjectKey key, long position) throws IOException {
        flip(layout().object(key), position);
    }

    private DiskLayout layout() {
        return DiskLayout.of(root, REPOSITORY);
    }

    private static void flip(Path file, long position) throws IOException {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.seek(position);
            int old = access.read();
            access.seek(position);
            access.write(old ^ 0x10);
        }
    }

    private List<String> filesUnder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void theTreeIsRestics() throws IOException {
        byte[] content = random(1, 10);
        for (ObjectType type : ObjectType.values()) {
            save(store(), type == ObjectType.CONFIG ? ObjectKey.config() : keyOf(type, content), content, 1);
        }
        String name = keyOf(ObjectType.DATA, content).name().toString();
        assertThat(filesUnder(root.resolve(REPOSITORY.toString())))
                .containsExactly(
                        "config",
                        "data/" + name.substring(0, 2) + "/" + name,
                        "index/" + name,
                        "keys/" + name,
                        "locks/" + name,
                        "snapshots/" + name);
        try (Stream<Path> folders = Files.list(root.resolve(REPOSITORY.toString()))) {
            assertThat(folders.map(folder -> folder.getFileName().toString()))
                    .containsExactlyInAnyOrder("config", "data", "index", "keys", "locks", "snapshots");
        }
    }

    @Test
    void aSidecarTruncatedAtAnyLengthIsMadeAnewFromTheFile() throws IOException {
        byte[] content = random(1, 3 * ObjectStore.BLOCK_BYTES + 5);
        ObjectKey key = saveData(store(), content);
        Path sidecar = layout().sidecar(key);
        byte[] whole = Files.readAllBytes(sidecar);
        for (int length = 0; length < whole.length; length++) {
            Files.write(sidecar, Arrays.copyOf(whole, length));
            assertThat(load(store(), key, 70_000, 100)).isEqualTo(Arrays.copyOfRange(content, 70_000, 70_100));
            assertThat(store().stat(key).orElseThrow().revision()).isZero();
            assertThat(Files.size(sidecar)).isEqualTo(whole.length);
        }
    }

    @Test
    void aSidecarFlippedAnywhereIsMadeAnewFromTheFile() throws IOException {
        byte[] content = random(1, ObjectStore.BLOCK_BYTES + 5);
        ObjectKey key = saveData(store(), content);
        Path sidecar = layout().sidecar(key);
        byte[] whole = Files.readAllBytes(sidecar);
        for (int position = 0; position < whole.length; position++) {
            Files.write(sidecar, whole);
            flip(sidecar, position);
            assertThat(load(store(), key, 10, 10)).isEqualTo(Arrays.copyOfRange(content, 10, 20));
            assertThat(store().stat(key).orElseThrow().revision()).isZero();
        }
    }

    @Test
    void withoutASidecarADamagedFileIsNeverServed() throws IOException {
        byte[] content = random(1, 3 * ObjectStore.BLOCK_BYTES);
        ObjectKey key = saveData(store(), content);
        Files.delete(layout().sidecar(key));
        flip(layout().object(key), 100_000);
        assertThat(store().stat(key)).isEmpty();
        assertThat(store().verify(key)).isFalse();
        assertThatExceptionOfType(DamagedObjectException.class).isThrownBy(() -> load(store(), key, 0, 10));
    }

    @Test
    void aFileOfAnotherLengthIsDamagedWhateverItsSidecarSays() throws IOException {
        byte[] content = random(1, 3 * ObjectStore.BLOCK_BYTES);
        ObjectKey key = saveData(store(), content);
        try (RandomAccessFile access = new RandomAccessFile(layout().object(key).toFile(), "rw")) {
            access.setLength(content.length - 1);
        }
        assertThat(store().stat(key)).isEmpty();
        assertThatExceptionOfType(DamagedObjectException.class).isThrownBy(() -> load(store(), key, 0, 10));
    }

    @Test
    void aConfigWithoutItsSidecarIsNotTrusted() throws IOException {
        save(store(), ObjectKey.config(), random(1, 155), 1);
        Files.delete(layout().sidecar(ObjectKey.config()));
        assertThat(store().stat(ObjectKey.config())).isEmpty();
    }

    @Test
    void aConfigSurvivesACrashAtAnyStepOfItsReplacement() throws IOException {
        byte[] old = random(1, 155);
        byte[] next = random(2, 155);
        save(store(), ObjectKey.config(), old, 1);
        try (var staged = (DiskStaging.Sealed) stage(store(), ObjectKey.config(), next, 100)) {
            Sidecars sidecars = new Sidecars(new DiskFiles(files, root), layout());
            StoredObject described = new StoredObject(ObjectKey.config(), 155, staged.sha256(), 2, clock.instant());
            sidecars.prepare(new Sidecar(described, staged.blocks()));
            assertThat(load(store(), ObjectKey.config(), 0, 155)).isEqualTo(old);
            Files.move(
                    staged.file(), layout().object(ObjectKey.config()), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
            assertThat(load(store(), ObjectKey.config(), 0, 155)).isEqualTo(next);
            assertThat(store().stat(ObjectKey.config())).contains(described);
        }
    }

    @Test
    void anOversizedConfigOrSidecarIsNotReadIntoMemory() throws IOException {
        save(store(), ObjectKey.config(), random(1, 155), 1);
        try (RandomAccessFile access =
                new RandomAccessFile(layout().object(ObjectKey.config()).toFile(), "rw")) {
            access.setLength(8L << 30);
        }
        assertThat(store().stat(ObjectKey.config())).isEmpty();
        assertThat(store().list(ObjectType.CONFIG, Optional.empty())).isEmpty();
        ObjectKey key = saveData(store(), random(1, 10));
        try (RandomAccessFile access =
                new RandomAccessFile(layout().sidecar(key).toFile(), "rw")) {
            access.setLength(8L << 30);
        }
        assertThat(store().stat(key)).isPresent();
    }

    @Test
    void leftoversOfACrashAreGoneAfterTheNextStart() throws IOException {
        stage(store(), keyOf(ObjectType.DATA, random(1, 10)), random(1, 10), 10);
        assertThat(filesUnder(layout().temporary())).hasSize(1);
        medium.close();
        medium = DiskMedium.open(root, clock, files);
        assertThat(store().list(ObjectType.DATA, Optional.empty())).isEmpty();
        assertThat(filesUnder(layout().temporary())).isEmpty();
    }

    @Test
    void whatWasPublishedAndRemovedIsThereAfterARestart() throws IOException {
        ObjectKey kept = saveData(store(), random(1, 10));
        ObjectKey gone = saveData(store(), random(2, 10));
        trash(store(), gone, 7);
        store().note(new byte[] {1});
        medium.close();
        medium = DiskMedium.open(root, clock, files);
        assertThat(load(store(), kept, 0, 10)).isEqualTo(random(1, 10));
        assertThat(store().stat(gone)).isEmpty();
        assertThat(store().marker(gone).orElseThrow().revision()).isEqualTo(7);
        assertThat(store().note()).isPresent();
        assertThat(medium.repositories()).containsExactly(REPOSITORY);
    }

    @Test
    void aSecondProcessIsRefused() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> DiskMedium.open(root, clock))
                .withMessageContaining("in use");
    }

    @Test
    void aFullDiskIsSaidToBeFullAndKeepsNoFile() throws IOException {
        byte[] content = random(1, 300_000);
        saveData(store(), random(2, 10));
        files.fail(Fault.FULL);
        assertThatExceptionOfType(MediumFullException.class).isThrownBy(() -> saveData(store(), content));
        assertThatExceptionOfType(MediumFullException.class).isThrownBy(() -> medium.probe());
        assertThat(filesUnder(layout().temporary())).isEmpty();
        assertThat(filesUnder(layout().tree())).hasSize(1);
        files.heal();
        saveData(store(), content);
    }

    @Test
    void aFailingDiskIsNotCalledFullAndKeepsNoFile() throws IOException {
        byte[] content = random(1, 300_000);
        saveData(store(), random(2, 10));
        for (Fault fault : List.of(Fault.CREATE, Fault.WRITE, Fault.FORCE, Fault.RENAME)) {
            files.fail(fault);
            assertThatExceptionOfType(IOException.class)
                    .as("%s", fault)
                    .isThrownBy(() -> saveData(store(), content))
                    .isNotInstanceOf(MediumFullException.class);
            files.heal();
            assertThat(store().stat(keyOf(ObjectType.DATA, content))).isEmpty();
            assertThat(filesUnder(layout().tree())).hasSize(1);
        }
        saveData(store(), content);
    }

    @Test
    void anUnreadableBlockIsDamage() throws IOException {
        ObjectKey key = saveData(store(), random(1, 300_000));
        try (var reader = store().open(key, 0, 300_000)) {
            files.fail(Fault.READ);
            assertThatExceptionOfType(DamagedObjectException.class).isThrownBy(reader::read);
        }
    }

    @Test
    void aFileThatCannotBeOpenedIsDamagedUnlessItsFolderCannotBeEither() throws IOException {
        ObjectKey key = saveData(store(), random(1, 300_000));
        files.refuseToOpen(layout().object(key));
        assertThat(store().verify(key)).isFalse();
        assertThatExceptionOfType(DamagedObjectException.class).isThrownBy(() -> load(store(), key, 0, 1));
        files.refuseToOpen(layout().objectFolder(key));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> store().verify(key))
                .isNotInstanceOf(DamagedObjectException.class);
    }

    @Test
    void aSidecarThatCannotBeOpenedCountsAsLost() throws IOException {
        byte[] content = random(1, 300_000);
        ObjectKey key = saveData(store(), content);
        files.refuseToOpen(layout().sidecar(key));
        assertThat(load(store(), key, 0, content.length)).isEqualTo(content);
        assertThat(store().list(ObjectType.DATA, Optional.empty())).hasSize(1);
    }

    @Test
    void aDiskFilledToTheLastByteStillNotesAndRemovesByTheReserve() throws IOException {
        ObjectKey key = saveData(store(), random(1, 10));
        Path reserve = root.resolve(DiskLayout.SIDE).resolve("reserve");
        assertThat(reserve).hasSize(Reserve.BYTES);
        files.fullWhile(reserve);
        assertThatExceptionOfType(MediumFullException.class).isThrownBy(() -> saveData(store(), random(2, 10)));
        assertThat(reserve).as("packs do not use it").exists();
        store().note(new byte[] {1});
        assertThat(reserve).doesNotExist();
        trash(store(), key, 7);
        assertThat(store().stat(key)).isEmpty();
        files.heal();
        medium.probe();
        assertThat(reserve).as("when there is room again").hasSize(Reserve.BYTES);
    }

    @Test
    void aHardLinkedFileKeepsItsContentWhenTheObjectIsReplacedOrRemoved() throws IOException {
        byte[] content = random(1, 100);
        ObjectKey key = saveData(store(), content);
        Path link = root.resolve("link");
        Files.createLink(link, layout().object(key));
        save(store(), key, content, 2);
        trash(store(), key, 3);
        assertThat(Files.readAllBytes(link)).isEqualTo(content);
    }

    @Test
    void strangersInTheFoldersArePassedOver() throws IOException {
        ObjectKey key = saveData(store(), random(1, 10));
        Path object = layout().object(key);
        Files.writeString(object.resolveSibling("readme"), "?");
        Files.writeString(object.resolveSibling("0".repeat(64)), "in the wrong folder");
        Files.createDirectory(layout().tree().resolve("data").resolve("zz"));
        trash(store(), key, 3);
        Files.writeString(layout().trashFolder(key).resolve("stranger"), "?");
        assertThat(store().list(ObjectType.DATA, Optional.empty())).isEmpty();
        assertThat(store().markers(ObjectType.DATA, Optional.empty())).hasSize(1);
    }

    @Test
    void aFolderInPlaceOfAFileIsSetAsideForTheFile() throws IOException {
        byte[] content = random(77, 1000);
        ObjectKey key = saveData(store(), content);
        Path file = DiskLayout.of(root, REPOSITORY).object(key);
        Path sidecar = DiskLayout.of(root, REPOSITORY).sidecar(key);
        for (Path path : List.of(file, sidecar)) {
            Files.delete(path);
            Files.createDirectory(path);
            Files.writeString(path.resolve("inside"), "what is no object");
        }
        saveData(store(), content);
        assertThat(load(store(), key, 0, content.length)).isEqualTo(content);
        assertThat(store().verify(key)).isTrue();
    }
}

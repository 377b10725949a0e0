package io.backstay.repository.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.objects.ListedObject;
import io.backstay.objects.local.LocalBackend;
import io.backstay.objects.memory.MemoryBackend;
import io.backstay.repository.IndexLoader;
import io.backstay.repository.Repository;
import io.backstay.repository.Snapshots;
import io.backstay.repository.StockRestic;
import io.backstay.repository.files.Paths;
import io.backstay.repository.files.PosixFiles;
import io.backstay.repository.files.Trees;
import io.backstay.repository.json.ByteString;
import io.backstay.repository.pack.BlobType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Restores what stock restic backed up. */
final class RestoreTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    private final PosixFiles files = new PosixFiles();

    @Test
    void restoresEveryKindOfFileAsItWas() throws Exception {
        Repository repository = backedUp();
        for (RestoreOptions options : List.of(
                RestoreOptions.standard().verified(),
                RestoreOptions.standard().withHoles().verified())) {
            Path target = Files.createTempDirectory(folder, "to").resolve("new/folder");
            RestoreResult result = restore(repository, target, options);
            assertThat(result.problems()).isEmpty();
            assertThat(Trees.describe(Paths.of(target))).isEqualTo(Trees.describe(Paths.of(source())));
        }
    }

    @Test
    void makesHolesWhereItIsTold() throws Exception {
        Repository repository = backedUp();
        Path target = folder.resolve("target");
        restore(repository, target, RestoreOptions.standard().withHoles());
        ByteString sparse = Paths.of(target.resolve("sparse"));
        assertThat(files.status(sparse).allocatedBytes()).isLessThan(100_000);
    }

    @Test
    void restoresInPlaceOfWhatIsThere() throws Exception {
        Repository repository = backedUp();
        Path target = folder.resolve("target");
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.createDirectories(target);
        Files.writeString(target.resolve("small"), "other text that is longer");
        Files.writeString(elsewhere.resolve("kept"), "kept");
        // A link where a folder is to be, and one where a file is to be: neither may be followed.
        Files.createSymbolicLink(target.resolve("folder"), elsewhere);
        Files.createSymbolicLink(target.resolve("large"), elsewhere.resolve("kept"));
        RestoreResult result = restore(repository, target, RestoreOptions.standard());
        assertThat(result.problems()).isEmpty();
        assertThat(Trees.describe(Paths.of(target))).isEqualTo(Trees.describe(Paths.of(source())));
        assertThat(Files.readString(elsewhere.resolve("kept"))).isEqualTo("kept");
        try (var left = Files.list(elsewhere)) {
            assertThat(left).hasSize(1);
        }
        // Once more over itself, hard links too.
        assertThat(restore(repository, target, RestoreOptions.standard()).problems())
                .isEmpty();
        assertThat(Trees.describe(Paths.of(target))).isEqualTo(Trees.describe(Paths.of(source())));
    }

    @Test
    void leavesWhatIsThereWhereItIsTold() throws Exception {
        Repository repository = backedUp();
        Path target = Files.createDirectory(folder.resolve("target"));
        Files.writeString(target.resolve("small"), "newer");
        for (Overwrite rule : List.of(Overwrite.NEVER, Overwrite.IF_NEWER)) {
            RestoreResult result =
                    restore(repository, target, RestoreOptions.standard().overwriting(rule));
            assertThat(result.problems()).isEmpty();
            assertThat(result.skipped()).isPositive();
            assertThat(Files.readString(target.resolve("small"))).isEqualTo("newer");
        }
        RestoreResult result =
                restore(repository, target, RestoreOptions.standard().overwriting(Overwrite.IF_CHANGED));
        assertThat(result.problems()).isEmpty();
        assertThat(Files.readString(target.resolve("small"))).isEqualTo("some text\n");
        assertThat(Files.exists(target.resolve("large"))).isTrue();
    }

    @Test
    void restoresAPart() throws Exception {
        Repository repository = backedUp();
        Path target = folder.resolve("target");
        Selection oneFile = (path, isFolder) -> new Selection.Choice(
                path.toString().equals("/folder/file-3"), path.toString().equals("/folder"));
        RestoreResult result =
                restore(repository, target, RestoreOptions.standard().only(oneFile));
        assertThat(result.files()).isEqualTo(1);
        assertThat(Files.readAllBytes(target.resolve("folder/file-3")))
                .isEqualTo(Files.readAllBytes(source().resolve("folder/file-3")));
        try (var all = Files.walk(target)) {
            assertThat(all.filter(Files::isRegularFile)).hasSize(1);
        }
    }

    @Test
    void writesNothingInARehearsal() throws Exception {
        Repository repository = backedUp();
        Path target = folder.resolve("target");
        RestoreResult result =
                restore(repository, target, RestoreOptions.standard().rehearsed());
        assertThat(result.files()).isGreaterThan(30);
        assertThat(Files.exists(target)).isFalse();
    }

    @Test
    void reportsDamagedFilesKeepsWhatWasThereAndRestoresTheRest() throws Exception {
        Repository good = backedUp();
        Sha256 part = Sha256.hash("some text\n".getBytes(StandardCharsets.UTF_8));
        ObjectKey pack = new ObjectKey(
                ObjectType.DATA,
                IndexLoader.load(good).find(BlobType.DATA, part).orElseThrow().pack());
        MemoryBackend copy = new MemoryBackend();
        for (ObjectType type : ObjectType.values()) {
            for (ListedObject listed : good.backend().list(type)) {
                copy.save(listed.key(), ByteBuffer.wrap(good.backend().load(listed.key(), 1 << 27)));
            }
        }
        byte[] bytes = copy.load(pack, 1 << 27);
        int at = (int) IndexLoader.load(good)
                .find(BlobType.DATA, part)
                .orElseThrow()
                .blob()
                .offset();
        bytes[at + 17] ^= 1;
        copy.save(pack, ByteBuffer.wrap(bytes));
        Path target = Files.createDirectory(folder.resolve("target"));
        Files.writeString(target.resolve("small"), "what was there");
        RestoreResult result =
                restore(Repository.open(copy, StockRestic.password()), target, RestoreOptions.standard());
        assertThat(result.problems()).hasSize(1);
        assertThat(result.problems().getFirst().toString()).contains("small").contains(part.toString());
        assertThat(Files.readString(target.resolve("small"))).isEqualTo("what was there");
        try (var all = Files.list(target)) {
            assertThat(all.filter(file -> String.valueOf(file.getFileName()).startsWith(".backstay")))
                    .isEmpty();
        }
        assertThat(Files.readAllBytes(target.resolve("large")))
                .isEqualTo(Files.readAllBytes(source().resolve("large")));
    }

    private Path source() {
        return folder.resolve("source");
    }

    private Repository backedUp() throws Exception {
        Trees.makeAll(Paths.of(source()), 1);
        StockRestic restic = new StockRestic(folder.resolve("repository"), folder.resolve("cache"));
        restic.run("init");
        restic.runIn(source(), "backup", ".");
        return Repository.open(new LocalBackend(folder.resolve("repository")), StockRestic.password());
    }

    /** Restores below the folder that was backed up; restic notes the root folder's own attributes one level up. */
    private RestoreResult restore(Repository repository, Path target, RestoreOptions options) throws Exception {
        Sha256 tree = Snapshots.find(repository, "latest").snapshot().tree();
        RestoreResult result =
                new Restore(repository, IndexLoader.load(repository), files, options).run(tree, Paths.of(target));
        if (Files.exists(target)) {
            var status = files.status(Paths.of(source()));
            files.setMode(Paths.of(target), status.unixMode());
            files.setTimes(Paths.of(target), status.modified(), status.accessed());
        }
        return Objects.requireNonNull(result);
    }
}

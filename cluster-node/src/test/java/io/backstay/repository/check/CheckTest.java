package io.backstay.repository.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.objects.ListedObject;
import io.backstay.objects.local.LocalBackend;
import io.backstay.objects.memory.MemoryBackend;
import io.backstay.repository.Repository;
import io.backstay.repository.StockRestic;
import io.backstay.repository.TestRepositories;
import io.backstay.repository.files.Paths;
import io.backstay.repository.files.Trees;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks what stock restic wrote, whole and damaged in every way. */
final class CheckTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    @SuppressWarnings("NullAway.Init") // set before each test
    private MemoryBackend backend;

    @BeforeEach
    void backUp() throws Exception {
        Trees.makeAll(Paths.of(folder.resolve("source")), 1);
        LocalBackend local = new LocalBackend(folder.resolve("repository"));
        TestRepositories.create(local).close();
        StockRestic restic = new StockRestic(folder.resolve("repository"), folder.resolve("cache"));
        restic.run("backup", folder.resolve("source").toString());
        restic.run("backup", folder.resolve("source/folder").toString());
        backend = TestRepositories.copy(local);
    }

    @Test
    void findsNothingInAWholeRepository() throws Exception {
        CheckResult result = check(DataSample.ALL);
        assertThat(result.findings()).isEmpty();
        assertThat(result.snapshots()).isEqualTo(2);
        assertThat(result.packsRead()).isEqualTo(result.packs()).isPositive();
        assertThat(result.bytesRead()).isGreaterThan(9_000_000);
    }

    @Test
    void partsTogetherReadEverythingOnce() throws Exception {
        long read = 0;
        for (int part = 1; part <= 3; part++) {
            read += check(DataSample.part(part, 3)).packsRead();
        }
        assertThat(read).isEqualTo(backend.list(ObjectType.DATA).size());
        assertThat(check(DataSample.NONE).packsRead()).isZero();
    }

    @Test
    void findsAFlippedBitInAnyPack() throws Exception {
        for (ListedObject pack : backend.list(ObjectType.DATA)) {
            byte[] good = backend.load(pack.key(), 1 << 27);
            for (int at : new int[] {0, good.length / 2, good.length - 1}) {
                byte[] bad = good.clone();
                bad[at] ^= 16;
                backend.save(pack.key(), ByteBuffer.wrap(bad));
                assertFound(check(DataSample.ALL), pack.key());
            }
            backend.save(pack.key(), ByteBuffer.wrap(good));
        }
    }

    @Test
    void findsWhatIsMissingOrCutOff() throws Exception {
        for (ObjectType type : List.of(ObjectType.DATA, ObjectType.INDEX, ObjectType.SNAPSHOTS)) {
            for (ListedObject object : backend.list(type)) {
                byte[] good = backend.load(object.key(), 1 << 27);
                backend.save(object.key(), ByteBuffer.wrap(Arrays.copyOf(good, good.length - 1)));
                assertFound(check(DataSample.NONE), object.key());
                backend.save(object.key(), ByteBuffer.wrap(good));
            }
        }
        ListedObject pack = backend.list(ObjectType.DATA).getFirst();
        byte[] good = backend.load(pack.key(), 1 << 27);
        backend.remove(pack.key());
        assertFound(check(DataSample.ALL), pack.key());
        backend.save(pack.key(), ByteBuffer.wrap(good));
        for (ListedObject index : backend.list(ObjectType.INDEX)) {
            backend.remove(index.key());
        }
        CheckResult withoutIndex = check(DataSample.ALL);
        assertThat(withoutIndex.isWhole()).isFalse();
        assertThat(withoutIndex.findings())
                .filteredOn(finding -> finding.severity() == Finding.Severity.NOTE)
                .hasSameSizeAs(backend.list(ObjectType.DATA));
    }

    private CheckResult check(DataSample sample) throws Exception {
        return new Check(Repository.open(backend, StockRestic.password()), sample, 2).run();
    }

    private static void assertFound(CheckResult result, ObjectKey damaged) {
        assertThat(result.isWhole()).isFalse();
        assertThat(result.findings())
                .anySatisfy(finding ->
                        assertThat(finding.toString()).contains(damaged.name().toString()));
    }
}

package io.backstay.repository.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.objects.Backend;
import io.backstay.objects.ListedObject;
import io.backstay.objects.local.LocalBackend;
import io.backstay.objects.memory.MemoryBackend;
import io.backstay.repository.Repository;
import io.backstay.repository.RepositoryLock;
import io.backstay.repository.Snapshots;
import io.backstay.repository.StockRestic;
import io.backstay.repository.TestRepositories;
import io.backstay.repository.check.Check;
import io.backstay.repository.check.CheckResult;
import io.backstay.repository.check.DataSample;
import io.backstay.repository.compression.Level;
import io.backstay.repository.files.Paths;
import io.backstay.repository.files.Trees;
import io.backstay.repository.write.SaverSettings;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prunes what stock restic backed up and forgot. */
final class PruneTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    @Test
    void leavesWhatSnapshotsNeedAndNothingElse() throws Exception {
        Repository repository = forgotten();
        long before = bytes(repository.backend());
        prune(repository, PruneOptions.THOROUGH);
        assertThat(bytes(repository.backend())).isLessThan(before - 9_000_000);
        assertThat(planned(repository, PruneOptions.THOROUGH).isEmpty()).isTrue();
        restic().run("check", "--read-data");
        Path target = folder.resolve("target");
        restic().run("restore", "latest", "--target", target.toString());
        Path source = folder.resolve("source");
        assertThat(Trees.describe(Paths.of(target.resolve(source.subpath(0, source.getNameCount())))))
                .isEqualTo(Trees.describe(Paths.of(source)));
        // Also by restic's measure nothing is left to do.
        assertThat(restic().run("prune", "--dry-run", "--max-unused", "0"))
                .containsPattern("to repack: +0 blobs")
                .containsPattern("to delete: +0 blobs");
    }

    @Test
    void keepsALittleThatIsUnusedRatherThanWriteMuch() throws Exception {
        Repository repository = forgotten();
        PrunePlan thorough = planned(repository, PruneOptions.THOROUGH);
        PrunePlan lazy = planned(repository, new PruneOptions(1_000, Long.MAX_VALUE));
        assertThat(thorough.remainingUnusedBytes()).isZero();
        assertThat(lazy.repack().size()).isLessThanOrEqualTo(thorough.repack().size());
        assertThat(planned(repository, new PruneOptions(0, 0)).repack()).isEmpty();
    }

    @Test
    void losesNothingWhereverItIsInterrupted() throws Exception {
        MemoryBackend start = TestRepositories.copy(forgotten().backend());
        int changes = 0;
        boolean interrupted = true;
        while (interrupted) {
            MemoryBackend backend = TestRepositories.copy(start);
            interrupted = interruptedAfter(backend, changes);
            CheckResult result = new Check(Repository.open(backend, StockRestic.password()), DataSample.ALL, 2).run();
            assertThat(result.isWhole())
                    .as("after %d changes: %s", changes, result.findings())
                    .isTrue();
            assertThat(result.snapshots()).isEqualTo(1);
            changes++;
        }
        assertThat(changes).isGreaterThan(6);
    }

    @Test
    void refusesWhereSomethingNeededIsMissing() throws Exception {
        MemoryBackend copy = TestRepositories.copy(forgotten().backend());
        Repository repository = Repository.open(copy, StockRestic.password());
        PrunePlan plan = planned(repository, PruneOptions.THOROUGH);
        for (ListedObject pack : copy.list(ObjectType.DATA)) {
            if (!plan.unused().contains(pack.key().name())
                    && !plan.unlisted().contains(pack.key().name())) {
                copy.remove(pack.key());
                break;
            }
        }
        assertThatExceptionOfType(BackstayException.class)
                .isThrownBy(() -> planned(repository, PruneOptions.THOROUGH))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.REPOSITORY_DAMAGED));
    }

    @Test
    void removesNothingMoreOnceItsLockIsLost() throws Exception {
        Repository repository = forgotten();
        PrunePlan plan = planned(repository, PruneOptions.THOROUGH);
        try (RepositoryLock lock = lock(repository)) {
            repository.backend().remove(lock.key());
            loseLock(lock);
            List<ListedObject> before = repository.backend().list(ObjectType.DATA);
            assertThatExceptionOfType(BackstayException.class)
                    .isThrownBy(() -> new Prune(repository, lock, settings()).execute(plan))
                    .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.REPOSITORY_LOCKED));
            assertThat(repository.backend().list(ObjectType.DATA)).containsAll(before);
        }
    }

    private static void loseLock(RepositoryLock lock) throws IOException {
        lock.refresh();
    }

    /** Runs until so many objects were saved or removed; answers whether that was before the end. */
    private static boolean interruptedAfter(MemoryBackend backend, int changes) throws Exception {
        AtomicInteger left = new AtomicInteger(changes);
        Backend failing = (Backend) Proxy.newProxyInstance(
                PruneTest.class.getClassLoader(), new Class<?>[] {Backend.class}, (proxy, method, arguments) -> {
                    boolean change = List.of("save", "remove").contains(method.getName())
                            && ((ObjectKey) arguments[0]).type() != ObjectType.LOCKS;
                    if (change && left.getAndDecrement() <= 0) {
                        throw new IOException("interrupted");
                    }
                    try {
                        return method.invoke(backend, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        Repository repository = Repository.open(failing, StockRestic.password());
        try {
            prune(repository, PruneOptions.THOROUGH);
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static PrunePlan planned(Repository repository, PruneOptions options) throws Exception {
        return new PrunePlanner(repository, options).plan();
    }

    private static void prune(Repository repository, PruneOptions options) throws Exception {
        try (RepositoryLock lock = lock(repository)) {
            new Prune(repository, lock, settings()).execute(planned(repository, options));
        }
    }

    private static RepositoryLock lock(Repository repository) throws Exception {
        return RepositoryLock.take(repository, Clock.systemUTC(), true, "machine", "someone", 0, 0);
    }

    private static SaverSettings settings() {
        return new SaverSettings(Level.DEFAULT, 4 << 20, 2, 2, false);
    }

    private static long bytes(Backend backend) throws IOException {
        return backend.list(ObjectType.DATA).stream()
                .mapToLong(ListedObject::sizeBytes)
                .sum();
    }

    private StockRestic restic() {
        return new StockRestic(folder.resolve("repository"), folder.resolve("cache"));
    }

    /** A repository of whose two snapshots one was forgotten, and a pack that no index lists. */
    private Repository forgotten() throws Exception {
        Path source = folder.resolve("source");
        Trees.makeAll(Paths.of(source), 1);
        LocalBackend backend = new LocalBackend(folder.resolve("repository"));
        Repository repository = TestRepositories.create(backend);
        restic().run("backup", source.toString());
        byte[] other = new byte[9_500_000];
        new java.util.Random(2).nextBytes(other);
        Files.write(source.resolve("large"), other);
        Files.delete(source.resolve("folder/file-7"));
        restic().run("backup", source.toString());
        backend.remove(new ObjectKey(
                ObjectType.SNAPSHOTS, Snapshots.all(repository).getFirst().id()));
        byte[] stray = {1, 2, 3};
        backend.save(
                new ObjectKey(ObjectType.DATA, io.backstay.model.Sha256.hash(stray)), java.nio.ByteBuffer.wrap(stray));
        return repository;
    }
}

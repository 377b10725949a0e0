package io.backstay.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.objects.local.LocalBackend;
import io.backstay.repository.lock.LockFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RepositoryLockTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Repository repository;

    @BeforeEach
    void create() throws Exception {
        repository = TestRepositories.create(new LocalBackend(folder.resolve("repository")));
    }

    @Test
    void sharedOnesGoTogetherAndExclusiveOnesWithNone() throws Exception {
        try (RepositoryLock one = take(false);
                RepositoryLock other = take(false)) {
            one.check();
            other.check();
            assertThatExceptionOfType(BackstayException.class)
                    .isThrownBy(() -> take(true))
                    .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.REPOSITORY_LOCKED));
        }
        try (RepositoryLock exclusive = take(true)) {
            exclusive.check();
            assertThatExceptionOfType(BackstayException.class)
                    .isThrownBy(() -> take(false))
                    .withMessageContaining(exclusive.key().name().toString());
        }
        assertThat(repository.backend().list(ObjectType.LOCKS)).isEmpty();
    }

    @Test
    void resticWaitsForItAndReadsIt() throws Exception {
        StockRestic restic = new StockRestic(folder.resolve("repository"), folder.resolve("cache"));
        Path file = Files.writeString(folder.resolve("file"), "text");
        try (RepositoryLock exclusive = take(true)) {
            String refusal = restic.fail("backup", file.toString());
            assertThat(refusal).contains("already locked exclusively").contains("on elsewhere");
            exclusive.check();
        }
        try (RepositoryLock shared = take(false)) {
            restic.run("backup", file.toString());
            assertThat(restic.fail("prune")).contains("already locked");
            shared.check();
        }
    }

    @Test
    void aRefreshReplacesTheFile() throws Exception {
        try (RepositoryLock lock = take(false)) {
            ObjectKey before = lock.key();
            lock.refresh();
            assertThat(lock.key()).isNotEqualTo(before);
            assertThat(repository.backend().list(ObjectType.LOCKS))
                    .extracting(listed -> listed.key())
                    .containsExactly(lock.key());
            lock.check();
        }
    }

    @Test
    void aLockThatSomeoneRemovedIsLost() throws Exception {
        try (RepositoryLock lock = take(false)) {
            repository.backend().remove(lock.key());
            lock.refresh();
            assertThatExceptionOfType(BackstayException.class).isThrownBy(lock::check);
            assertThat(repository.backend().list(ObjectType.LOCKS)).isEmpty();
        }
    }

    @Test
    void removesStaleOnesOnly() throws Exception {
        OffsetDateTime now = OffsetDateTime.now(ZoneOffset.UTC);
        long alive = ProcessHandle.current().pid();
        ObjectKey old = save(new LockFile(now.minusMinutes(31), false, "elsewhere", "u", 1, 0, 0));
        ObjectKey dead = save(new LockFile(now, false, "here", "u", Integer.MAX_VALUE, 0, 0));
        ObjectKey running = save(new LockFile(now, false, "here", "u", alive, 0, 0));
        ObjectKey remote = save(new LockFile(now.minusMinutes(29), false, "elsewhere", "u", 1, 0, 0));
        assertThat(Locks.removeStale(repository, Clock.systemUTC(), "here")).isEqualTo(2);
        assertThat(List.of(old, dead)).isNotEmpty();
        assertThat(repository.backend().list(ObjectType.LOCKS))
                .extracting(listed -> listed.key())
                .containsExactlyInAnyOrder(running, remote);
    }

    private ObjectKey save(LockFile lock) throws Exception {
        return repository.saveFile(ObjectType.LOCKS, lock.json());
    }

    private RepositoryLock take(boolean exclusive) throws Exception {
        LockFile wanted =
                new LockFile(OffsetDateTime.now(ZoneOffset.UTC), exclusive, "elsewhere", "someone", 12, 1000, 1000);
        return RepositoryLock.take(repository, Clock.systemUTC(), Duration.ofMinutes(5), wanted);
    }
}

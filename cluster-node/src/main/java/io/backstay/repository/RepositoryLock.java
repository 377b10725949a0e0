package io.backstay.repository;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.objects.ListedObject;
import io.backstay.repository.lock.LockFile;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * This process's claim to a repository, as restic's clients make it: written, and looked around for others before and after;
 * refreshed by a thread of its own; removed when it is closed, and when the JVM ends by a signal. {@link #check} tells
 * whether it still holds. Safe for use by many threads.
 */
public final class RepositoryLock implements AutoCloseable {
    /** How long a lock that was written takes to be seen by all, as restic has it. */
    private static final Duration SETTLING = Duration.ofMillis(200);

    /** Without a refresh for so long the claim is given up, well before others take it for stale. */
    private static final Duration TRUSTED =
            LockFile.STALE_AFTER.minus(LockFile.REFRESH_INTERVAL.multipliedBy(3).dividedBy(2));

    private final Repository repository;
    private final Clock clock;
    private final Duration interval;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Thread refresher;
    private final Thread hook;
    private LockFile lock;
    private ObjectKey key;
    private Instant refreshed;
    private boolean lost;

    private RepositoryLock(Repository repository, Clock clock, Duration interval, LockFile lock, ObjectKey key) {
        this.repository = repository;
        this.clock = clock;
        this.interval = interval;
        this.lock = lock;
        this.key = key;
        this.refreshed = lock.time().toInstant();
        this.refresher = Thread.ofPlatform().daemon().name("lock-refresher").unstarted(this::keepFresh);
        this.hook = Thread.ofPlatform().unstarted(this::removeAtExit);
    }

    /**
     * Takes a lock.
     *
     * @param exclusive whether nobody else may use the repository meanwhile
     * @throws BackstayException with {@code REPOSITORY_LOCKED} that names the other holder
     */
    public static RepositoryLock take(
            Repository repository, Clock clock, boolean exclusive, String hostname, String username, int uid, int gid)
            throws IOException, InterruptedException {
        return take(
                repository,
                clock,
                LockFile.REFRESH_INTERVAL,
                new LockFile(
                        OffsetDateTime.now(clock),
                        exclusive,
                        hostname,
                        username,
                        ProcessHandle.current().pid(),
                        uid,
                        gid));
    }

    static RepositoryLock take(Repository repository, Clock clock, Duration interval, LockFile wanted)
            throws IOException, InterruptedException {
        Locks.refuseConflicts(repository, wanted, ObjectKey.config());
        ObjectKey key = repository.saveFile(ObjectType.LOCKS, wanted.json());
        boolean taken = false;
        try {
            TimeUnit.MILLISECONDS.sleep(SETTLING.toMillis());
            Locks.refuseConflicts(repository, wanted, key);
            taken = true;
        } finally {
            if (!taken) {
                repository.backend().remove(key);
            }
        }
        RepositoryLock lock = new RepositoryLock(repository, clock, interval, wanted, key);
        Runtime.getRuntime().addShutdownHook(lock.hook);
        lock.refresher.start();
        return lock;
    }

    /** The lock's file at this moment. */
    public synchronized ObjectKey key() {
        return key;
    }

    /**
     * Makes sure that the claim still holds; to be called before what must not be done without.
     *
     * @throws BackstayException with {@code REPOSITORY_LOCKED} where it was removed by another, or could not be refreshed in
     *     time
     */
    public synchronized void check() {
        if (lost || refreshed.plus(TRUSTED).isBefore(clock.instant())) {
            throw new BackstayException(
                    ErrorCode.REPOSITORY_LOCKED,
                    "our lock %s was lost or could not be refreshed".formatted(key.name()));
        }
    }

    /** Writes the lock anew and removes the old file. Where another process has removed it, the claim is lost. */
    public synchronized void refresh() throws IOException {
        if (closed.get()) {
            return;
        }
        boolean there = repository.backend().list(ObjectType.LOCKS).stream()
                .map(ListedObject::key)
                .anyMatch(key::equals);
        if (!there) {
            lost = true;
            return;
        }
        LockFile newer = lock.at(OffsetDateTime.now(clock));
        ObjectKey newKey = repository.saveFile(ObjectType.LOCKS, newer.json());
        ObjectKey oldKey = key;
        lock = newer;
        key = newKey;
        refreshed = newer.time().toInstant();
        repository.backend().remove(oldKey);
    }

    @Override
    public void close() throws IOException {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        closing.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending and the hook runs: then it finds the lock closed.
            closing.countDown();
        }
        synchronized (this) {
            repository.backend().remove(key);
        }
    }

    private void keepFresh() {
        try {
            while (!closing.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    refresh();
                } catch (IOException | BackstayException e) {
                    org.slf4j.LoggerFactory.getLogger(RepositoryLock.class)
                            .warn(
                                    "the lock of {} could not be refreshed",
                                    repository.backend().location(),
                                    e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void removeAtExit() {
        try {
            close();
        } catch (IOException | BackstayException e) {
            org.slf4j.LoggerFactory.getLogger(RepositoryLock.class)
                    .warn(
                            "the lock of {} could not be removed",
                            repository.backend().location(),
                            e);
        }
    }
}

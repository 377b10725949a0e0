package io.backstay.storage.node;

import io.backstay.cluster.view.ClusterView;
import io.backstay.cluster.view.RepositoryView;
import io.backstay.cluster.view.ViewSource;
import io.backstay.model.BackstayException;
import io.backstay.model.RepositoryId;
import io.backstay.objects.ObjectMedium;
import io.backstay.storage.transfer.StoragePeer.DiskState;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a storage node does by the clock: purges trash, tries a failing disk again, writes down late revisions. */
final class Keeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);
    private static final long CLOSE_WAIT_SECONDS = 3;

    private final Opener opener;
    private final Supplier<Collection<RepositoryDisk>> open;
    private final ObjectMedium medium;
    private final ViewSource views;
    private final DiskGate gate;
    private final MediumHealth health;
    private final StorageSettings settings;
    private final Clock clock;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("storage-timer").factory());

    Keeper(
            Opener opener,
            Supplier<Collection<RepositoryDisk>> open,
            ObjectMedium medium,
            ViewSource views,
            DiskGate gate,
            MediumHealth health,
            StorageSettings settings,
            Clock clock) {
        this.opener = opener;
        this.open = open;
        this.medium = medium;
        this.views = views;
        this.gate = gate;
        this.health = health;
        this.settings = settings;
        this.clock = clock;
    }

    /** Opens a repository that lies on the disk. */
    interface Opener {
        RepositoryDisk open(RepositoryId repository) throws IOException;
    }

    void start() {
        every(settings.purgeInterval(), () -> gate.submit(this::purge));
        every(settings.probeInterval(), () -> gate.submit(this::look));
        every(settings.stampDelay(), this::flush);
    }

    private void every(Duration interval, Supplier<CompletableFuture<?>> work) {
        long millis = interval.toMillis();
        AtomicReference<String> lastProblem = new AtomicReference<>("");
        ScheduledFuture<?> unused = timer.scheduleWithFixedDelay(
                () -> observe(work.get(), lastProblem), millis, millis, TimeUnit.MILLISECONDS);
    }

    /** What fails in the same way again and again is one line in the log. */
    private void observe(CompletableFuture<?> work, AtomicReference<String> lastProblem) {
        CompletableFuture<?> unused = work.whenComplete((done, failure) -> {
            String problem = "";
            if (failure != null) {
                BackstayException coded = Failures.of(failure);
                health.failed(Failures.cause(coded));
                problem = coded.getMessage();
            }
            if (!problem.equals(lastProblem.getAndSet(problem)) && !problem.isEmpty()) {
                LOG.warn("Work on the disk failed and is tried again: {}", problem);
            }
        });
    }

    /** A full disk gets rid of what it need not keep sooner than others. */
    private DiskState look() throws IOException {
        health.look();
        if (health.state() == DiskState.FULL) {
            purge();
            health.look();
        }
        return health.state();
    }

    private CompletableFuture<?> flush() {
        return switch (health.state()) {
            case OK, FULL ->
                CompletableFuture.allOf(
                        open.get().stream().map(disk -> disk.standing().flush()).toArray(CompletableFuture<?>[]::new));
            case READ_ONLY, FAILING, UNTRUSTED -> CompletableFuture.completedFuture(true);
        };
    }

    /** Deletes what was removed longer ago than its repository's grace. */
    int purge() throws IOException {
        Optional<ClusterView> view = views.current();
        if (view.isEmpty()) {
            return 0;
        }
        int purged = 0;
        Instant now = clock.instant();
        for (RepositoryId id : medium.repositories()) {
            RepositoryView repository = view.get().repositories().get(id);
            if (repository != null) {
                purged += opener.open(id).store().purge(now.minus(repository.trashGrace()));
            }
        }
        return purged;
    }

    @Override
    public void close() {
        timer.shutdownNow();
        try {
            flush().get(CLOSE_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
            LOG.warn("The last revisions were not written down: {}", e.toString());
        }
    }
}

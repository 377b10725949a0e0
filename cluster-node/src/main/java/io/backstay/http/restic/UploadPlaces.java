package io.backstay.http.restic;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.UserId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * How many uploads a user may have at once at this node, so that nobody's slow ones hold the places that a storage node has for
 * all. The user's further ones wait in their order. Users are independent of each other; of those without uploads nothing is
 * kept. Safe for use by many threads.
 */
public final class UploadPlaces {
    private final ActorSystem<?> system;
    private final Limits limits;
    private final Map<UserId, Uploads> uploads = new HashMap<>();

    /**
     * What a user may have.
     *
     * @param atOnce uploads that are being read
     * @param waiting uploads that wait for one of those to end
     * @param longestWait an upload that has waited for so long is refused
     */
    public record Limits(int atOnce, int waiting, Duration longestWait) {}

    /** The right to read one upload. */
    @FunctionalInterface
    interface Place {
        /** Gives it to whoever waits; nothing where that has been done. */
        void release();
    }

    private static final class Uploads {
        private int underWay;
        private final Queue<CompletableFuture<Place>> waiting = new ArrayDeque<>();
    }

    /** Places of a node that are all free. */
    public UploadPlaces(ActorSystem<?> system, Limits limits) {
        this.system = system;
        this.limits = limits;
    }

    /**
     * Completes when the user's upload may be read; whoever has the place must release it. Fails with {@code UNAVAILABLE}
     * where too many wait already, or none of those before has ended in time.
     */
    CompletionStage<Place> take(UserId user) {
        CompletableFuture<Place> waiter = new CompletableFuture<>();
        synchronized (uploads) {
            Uploads own = uploads.computeIfAbsent(user, id -> new Uploads());
            if (own.underWay < limits.atOnce()) {
                own.underWay++;
                return CompletableFuture.completedFuture(place(user));
            }
            if (own.waiting.size() >= limits.waiting()) {
                return CompletableFuture.failedFuture(tooMany("%d more wait".formatted(limits.waiting())));
            }
            own.waiting.add(waiter);
        }
        Cancellable end = system.scheduler()
                .scheduleOnce(limits.longestWait(), () -> giveUp(user, waiter), system.executionContext());
        return waiter.whenComplete((place, failure) -> end.cancel());
    }

    private Place place(UserId user) {
        AtomicBoolean released = new AtomicBoolean();
        return () -> {
            if (released.compareAndSet(false, true)) {
                next(user).ifPresent(waiter -> handOver(user, waiter));
            }
        };
    }

    /** On another thread: an upload that fails at once would else start the next one within itself, and so on. */
    private void handOver(UserId user, CompletableFuture<Place> waiter) {
        system.executionContext().execute(() -> waiter.complete(place(user)));
    }

    /** Who waits has the place from now on; where nobody does it is free. */
    private Optional<CompletableFuture<Place>> next(UserId user) {
        synchronized (uploads) {
            Uploads own = uploads.get(user);
            if (own == null) {
                throw new IllegalStateException("a place was released that nobody had");
            }
            Optional<CompletableFuture<Place>> waiter = Optional.ofNullable(own.waiting.poll());
            if (waiter.isEmpty()) {
                own.underWay--;
                if (own.underWay == 0) {
                    uploads.remove(user);
                }
            }
            return waiter;
        }
    }

    @SuppressWarnings("UndefinedEquals") // A future equals itself, which is what is looked for.
    private void giveUp(UserId user, CompletableFuture<Place> waiter) {
        boolean waited;
        synchronized (uploads) {
            Uploads own = uploads.get(user);
            waited = own != null && own.waiting.remove(waiter);
        }
        if (waited) {
            waiter.completeExceptionally(tooMany(
                    "none has ended within %d s".formatted(limits.longestWait().toSeconds())));
        }
    }

    private BackstayException tooMany(String more) {
        return new BackstayException(
                ErrorCode.UNAVAILABLE,
                "this user has %d uploads under way at this node, and %s".formatted(limits.atOnce(), more));
    }

    /** How many users have uploads. */
    int users() {
        synchronized (uploads) {
            return uploads.size();
        }
    }
}

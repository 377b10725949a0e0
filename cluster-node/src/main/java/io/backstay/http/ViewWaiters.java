package io.backstay.http;

import io.backstay.cluster.view.ClusterView;
import io.backstay.cluster.view.ViewId;
import io.backstay.cluster.view.ViewSource;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Lets an answer wait until this node's view holds what the manager has just done, so that whoever reads the answer and asks
 * this node again finds it. Safe for use by many threads.
 */
public final class ViewWaiters {
    private final ViewSource views;
    private final Duration patience;
    private final Set<Waiter> waiting = ConcurrentHashMap.newKeySet();

    private static final class Waiter {
        final ViewId wanted;
        final CompletableFuture<ClusterView> arrives = new CompletableFuture<>();

        Waiter(ViewId wanted) {
            this.wanted = wanted;
        }
    }

    /** Waits for the views of a source, each time no longer than the patience. */
    public ViewWaiters(ViewSource views, Duration patience) {
        this.views = views;
        this.patience = patience;
        views.subscribe(this::arrived);
    }

    /** Completes with a view that is not older; fails with {@code UNAVAILABLE} where none comes in time. */
    public CompletionStage<ClusterView> until(ViewId wanted) {
        Waiter waiter = new Waiter(wanted);
        waiting.add(waiter);
        views.current().ifPresent(this::arrived);
        return waiter.arrives
                .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((view, failure) -> waiting.remove(waiter))
                .exceptionally(failure -> {
                    throw new BackstayException(
                            ErrorCode.UNAVAILABLE,
                            "it is done, but this node has not heard of it yet; ask again",
                            failure);
                });
    }

    private void arrived(ClusterView view) {
        waiting.forEach(waiter -> {
            if (!waiter.wanted.newerThan(view.id())) {
                waiter.arrives.complete(view);
            }
        });
    }
}

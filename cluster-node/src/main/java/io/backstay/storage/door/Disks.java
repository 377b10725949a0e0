package io.backstay.storage.door;

import io.backstay.cluster.view.ClusterView;
import io.backstay.cluster.view.RepositoryView;
import io.backstay.cluster.view.ViewSource;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.Replication;
import io.backstay.model.RepositoryId;
import io.backstay.storage.transfer.StoragePeer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Asks all storage nodes at once, and remembers for a few seconds who did not answer, so that a dead node does not hold up
 * every request. Safe for use by many threads.
 */
final class Disks {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration LEFT_ALONE = Duration.ofSeconds(15);

    private final ViewSource views;
    private final Function<NodeId, StoragePeer> peers;
    private final ConcurrentHashMap<NodeId, Long> silentUntilNanos = new ConcurrentHashMap<>();

    Disks(ViewSource views, Function<NodeId, StoragePeer> peers) {
        this.views = views;
        this.peers = peers;
    }

    /**
     * What the storage nodes answered.
     *
     * @param storage S: all storage nodes of the view
     * @param values of those that answered
     * @param quorum W of the repository
     */
    record Answers<T>(Set<NodeId> storage, Map<NodeId, T> values, int quorum) {
        /** How many did not answer. */
        int silent() {
            return storage.size() - values.size();
        }
    }

    /** Asks every storage node; completes when each has answered or failed, and never fails for a silent one. */
    <T> CompletionStage<Answers<T>> ask(RepositoryId repository, Function<StoragePeer, CompletionStage<T>> question) {
        ClusterView view = views.current()
                .orElseThrow(() ->
                        new BackstayException(ErrorCode.UNAVAILABLE, "this node has not yet heard from its cluster"));
        Set<NodeId> storage = new TreeSet<>(view.storageNodes().keySet());
        int policy = Optional.ofNullable(view.repositories().get(repository))
                .map(RepositoryView::replicas)
                .orElse(1);
        int quorum = Replication.of(policy, storage.size()).quorum();
        Map<NodeId, CompletableFuture<Optional<T>>> asked = new HashMap<>();
        for (NodeId node : storage) {
            Long untilNanos = silentUntilNanos.get(node);
            if (untilNanos == null || System.nanoTime() - untilNanos >= 0) {
                asked.put(node, once(node, question));
            }
        }
        return CompletableFuture.allOf(asked.values().toArray(CompletableFuture[]::new))
                .thenApply(all -> {
                    Map<NodeId, T> values = new HashMap<>();
                    asked.forEach((node, answer) -> answer.join().ifPresent(value -> values.put(node, value)));
                    return new Answers<>(storage, values, quorum);
                });
    }

    private <T> CompletableFuture<Optional<T>> once(NodeId node, Function<StoragePeer, CompletionStage<T>> question) {
        return question.apply(peers.apply(node))
                .toCompletableFuture()
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .handle((value, failure) -> {
                    if (failure == null) {
                        silentUntilNanos.remove(node);
                        return Optional.of(value);
                    }
                    // One that is frozen takes the question and gives no answer.
                    if (failure instanceof TimeoutException
                            || EntityClient.Failures.cause(failure).code() == ErrorCode.UNAVAILABLE) {
                        silent(node);
                    }
                    return Optional.empty();
                });
    }

    /** The node did not answer: it is left alone for a while. */
    private void silent(NodeId node) {
        silentUntilNanos.put(node, System.nanoTime() + LEFT_ALONE.toNanos());
    }
}

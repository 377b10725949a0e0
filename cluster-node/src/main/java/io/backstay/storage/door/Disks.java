package io.backstay.storage.door;

import io.backstay.cluster.view.ClusterView;
import io.backstay.cluster.view.RepositoryView;
import io.backstay.cluster.view.ViewSource;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.Replication;
import io.backstay.model.RepositoryId;
import io.backstay.storage.protocol.NodeRules.Told;
import io.backstay.storage.transfer.StoragePeer;
import io.backstay.storage.transfer.StoragePeer.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks all storage nodes at once, and remembers for a few seconds who did not answer, so that a dead node does not hold up
 * every request. Safe for use by many threads.
 */
final class Disks {
    private static final Logger LOG = LoggerFactory.getLogger(Disks.class);
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
     * @param failures of those that failed, or are left alone since they did a moment ago
     * @param quorum W of the repository
     */
    record Answers<T>(Set<NodeId> storage, Map<NodeId, T> values, Map<NodeId, BackstayException> failures, int quorum) {
        /** How many have not answered. */
        int silent() {
            return storage.size() - values.size();
        }

        /** More than half of S. */
        int majority() {
            return storage.size() / 2 + 1;
        }

        /** The failure, with those of the nodes attached. */
        BackstayException because(ErrorCode code, String why) {
            BackstayException failure = new BackstayException(code, why);
            failures.values().forEach(failure::addSuppressed);
            return failure;
        }
    }

    /** Whether what answered has all that was promised. */
    static boolean complete(Answers<Standing> known) {
        return Told.complete(
                known.storage().size(),
                known.values().values().stream().map(Standing::told).toList(),
                known.quorum());
    }

    /** What the nodes remember of the repository; as soon as those that answered are {@link #complete}. */
    CompletionStage<Answers<Standing>> standings(RepositoryId repository) {
        return ask(repository, peer -> peer.announce(repository, 0, 0), Disks::complete);
    }

    /** Asks every storage node, and waits until each has answered or failed. */
    <T> CompletionStage<Answers<T>> askAll(
            RepositoryId repository, Function<StoragePeer, CompletionStage<T>> question) {
        return ask(repository, question, answers -> false);
    }

    /**
     * Asks every storage node; completes as soon as the answers are enough, or when each has answered or failed, and never
     * fails for a silent one.
     */
    <T> CompletionStage<Answers<T>> ask(
            RepositoryId repository, Function<StoragePeer, CompletionStage<T>> question, Predicate<Answers<T>> enough) {
        ClusterView view = views.current()
                .orElseThrow(() ->
                        new BackstayException(ErrorCode.UNAVAILABLE, "this node has not yet heard from its cluster"));
        Set<NodeId> storage = new TreeSet<>(view.storageNodes().keySet());
        int policy = Optional.ofNullable(view.repositories().get(repository))
                .map(RepositoryView::replicas)
                .orElse(1);
        Round<T> round =
                new Round<>(storage, Replication.of(policy, storage.size()).quorum(), enough);
        List<NodeId> asked = new ArrayList<>();
        for (NodeId node : storage) {
            Long untilNanos = silentUntilNanos.get(node);
            if (untilNanos == null || System.nanoTime() - untilNanos >= 0) {
                asked.add(node);
            } else {
                round.failed(
                        node,
                        new BackstayException(ErrorCode.UNAVAILABLE, "node %s did not answer of late".formatted(node)));
            }
        }
        asked.forEach(node -> once(repository, node, question, round));
        return round.result;
    }

    private <T> void once(
            RepositoryId repository, NodeId node, Function<StoragePeer, CompletionStage<T>> question, Round<T> round) {
        var unused = question.apply(peers.apply(node))
                .toCompletableFuture()
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((value, failure) -> {
                    if (failure == null) {
                        silentUntilNanos.remove(node);
                        round.answered(node, value);
                        return;
                    }
                    // One that is frozen takes the question and gives no answer.
                    BackstayException cause = failure instanceof TimeoutException
                            ? new BackstayException(
                                    ErrorCode.UNAVAILABLE, "node %s does not answer".formatted(node), failure)
                            : Failures.cause(failure);
                    if (cause.code() == ErrorCode.UNAVAILABLE) {
                        silentUntilNanos.put(node, System.nanoTime() + LEFT_ALONE.toNanos());
                        LOG.warn(
                                "Node {} is left alone for {} s: {}", node, LEFT_ALONE.toSeconds(), cause.getMessage());
                    }
                    LOG.debug("Repository {}: node {} failed", repository, node, cause);
                    round.failed(node, cause);
                });
    }

    /** Collects one question's answers from any thread. */
    private static final class Round<T> {
        private final Set<NodeId> storage;
        private final int quorum;
        private final Predicate<Answers<T>> enough;
        private final Map<NodeId, T> values = new HashMap<>();
        private final Map<NodeId, BackstayException> failures = new HashMap<>();
        private final CompletableFuture<Answers<T>> result = new CompletableFuture<>();

        private Round(Set<NodeId> storage, int quorum, Predicate<Answers<T>> enough) {
            this.storage = storage;
            this.quorum = quorum;
            this.enough = enough;
            if (storage.isEmpty()) {
                result.complete(now());
            }
        }

        private void answered(NodeId node, T value) {
            Answers<T> now;
            synchronized (this) {
                values.put(node, value);
                now = now();
            }
            settle(now);
        }

        private void failed(NodeId node, BackstayException cause) {
            Answers<T> now;
            synchronized (this) {
                failures.put(node, cause);
                now = now();
            }
            settle(now);
        }

        private Answers<T> now() {
            return new Answers<>(storage, Map.copyOf(values), Map.copyOf(failures), quorum);
        }

        private void settle(Answers<T> now) {
            if (now.values().size() + now.failures().size() == storage.size() || enough.test(now)) {
                result.complete(now);
            }
        }
    }
}

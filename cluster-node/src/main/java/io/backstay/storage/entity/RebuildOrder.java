package io.backstay.storage.entity;

import io.backstay.cluster.view.ClusterView;
import io.backstay.cluster.view.ViewSource;
import io.backstay.model.RepositoryId;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An admin's word to make the catalogues of all repositories anew from the disks, given at a node's start. Carried out once,
 * on a thread of its own: each repository that the view knows is asked until its owner has begun.
 *
 * @param by who gave it, for the journal
 * @param incomplete whether to go on though so many storage nodes are silent that objects may be missed
 */
public record RebuildOrder(String by, boolean incomplete) {
    private static final Logger LOG = LoggerFactory.getLogger(RebuildOrder.class);
    private static final Duration ASK_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);

    /**
     * Begins to carry it out; ends with the cluster's actor system.
     *
     * @param done called once every repository's owner has begun; not where the system ended before, so that the order stands
     */
    public void carryOut(StorageShards shards, ViewSource views, Runnable done) {
        Thread.ofVirtual().name("rebuild-order").start(() -> {
            try {
                if (run(shards, views)) {
                    done.run();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private boolean run(StorageShards shards, ViewSource views) throws InterruptedException {
        Set<RepositoryId> left = new TreeSet<>();
        Optional<ClusterView> view = views.current();
        while (view.isEmpty() && shards.open()) {
            Thread.sleep(AGAIN_AFTER);
            view = views.current();
        }
        if (view.isEmpty()) {
            LOG.warn("This node's part in the cluster has ended before it heard of any repository");
            return false;
        }
        left.addAll(view.get().repositories().keySet());
        LOG.warn("The catalogues of {} repositories are to be made anew from the disks", left.size());
        while (!left.isEmpty() && shards.open()) {
            for (RepositoryId repository : Set.copyOf(left)) {
                if (begun(shards, repository)) {
                    left.remove(repository);
                }
            }
            if (!left.isEmpty()) {
                Thread.sleep(AGAIN_AFTER);
            }
        }
        LOG.warn(
                left.isEmpty()
                        ? "Every repository's catalogue is being made anew"
                        : "This node's part in the cluster has ended; {} repositories were not reached",
                left.size());
        return left.isEmpty();
    }

    private boolean begun(StorageShards shards, RepositoryId repository) throws InterruptedException {
        try {
            EntityWire.Answer answer = shards.ask(
                            repository, new EntityWire.Rebuild(by, incomplete), "", "", ASK_TIMEOUT)
                    .toCompletableFuture()
                    .get(2 * ASK_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            return answer instanceof EntityWire.Done;
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("Repository {} was not reached: {}", repository, e.getMessage());
            return false;
        }
    }
}

package io.backstay.storage.entity;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.RepositoryId;
import io.backstay.model.Sha256;
import io.backstay.storage.protocol.EntityInput.FileInfo;
import io.backstay.storage.protocol.EntityInput.FileState;
import io.backstay.storage.transfer.StoragePeer;
import io.backstay.storage.transfer.StoragePeer.InventoryEntry;
import io.backstay.storage.transfer.StoragePeer.InventoryPage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Reads the inventories of several storage nodes side by side, in the order of keys and in bounded memory. Blocks its
 * thread, which should be a virtual one.
 */
public final class Inventories {
    private static final int PAGE = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RepositoryId repository;
    private final Function<NodeId, StoragePeer> peers;

    /** The inventories of a repository. */
    public Inventories(RepositoryId repository, Function<NodeId, StoragePeer> peers) {
        this.repository = repository;
        this.peers = peers;
    }

    /** Takes the keys of one stretch, with what each node has under them. */
    @FunctionalInterface
    public interface Stretch {
        /** Takes them; each key comes once, in order. */
        void take(Map<ObjectKey, Map<NodeId, InventoryEntry>> keys)
                throws InterruptedException, ExecutionException, TimeoutException;
    }

    /**
     * Visits all that the nodes have.
     *
     * @throws ExecutionException where a node fails; what was visited before is right, the rest is not known
     * @throws TimeoutException where a node does not answer
     */
    void visit(Collection<NodeId> nodes, Stretch stretch)
            throws InterruptedException, ExecutionException, TimeoutException {
        visit(nodes, Optional.empty(), key -> true, stretch);
    }

    /**
     * What the nodes have of a type, from one key to another.
     *
     * @param keys each key once, in order, with what each node has under it
     * @param next where the next part begins; none where this is the last
     */
    public record Part(SequencedMap<ObjectKey, Map<NodeId, InventoryEntry>> keys, Optional<ObjectKey> next) {}

    /** The key after which a type begins; none for the first. */
    public static Optional<ObjectKey> beginOf(ObjectType type) {
        int index = StoragePeer.INVENTORY_ORDER.indexOf(type);
        return index == 0 ? Optional.empty() : Optional.of(lastOf(StoragePeer.INVENTORY_ORDER.get(index - 1)));
    }

    private static ObjectKey lastOf(ObjectType type) {
        return type == ObjectType.CONFIG ? ObjectKey.config() : new ObjectKey(type, new Sha256(-1, -1, -1, -1));
    }

    /** Reads the part of a type that begins after a key, as {@link #visit} does. */
    public Part read(Collection<NodeId> nodes, ObjectType type, Optional<ObjectKey> after)
            throws InterruptedException, ExecutionException, TimeoutException {
        return read(nodes, after, key -> key.type() == type);
    }

    private void visit(
            Collection<NodeId> nodes, Optional<ObjectKey> start, Predicate<ObjectKey> wanted, Stretch stretch)
            throws InterruptedException, ExecutionException, TimeoutException {
        Optional<ObjectKey> after = start;
        boolean more = true;
        while (more) {
            Part part = read(nodes, after, wanted);
            stretch.take(part.keys());
            more = part.next().isPresent();
            after = part.next();
        }
    }

    private Part read(Collection<NodeId> nodes, Optional<ObjectKey> after, Predicate<ObjectKey> wanted)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<NodeId, InventoryPage> pages = pages(nodes, after);
        Optional<ObjectKey> bound = bound(pages.values());
        TreeMap<ObjectKey, Map<NodeId, InventoryEntry>> keys = new TreeMap<>();
        pages.forEach((node, page) -> {
            for (InventoryEntry entry : page.entries()) {
                boolean reached = bound.isEmpty() || entry.key().compareTo(bound.get()) <= 0;
                if (reached && wanted.test(entry.key())) {
                    keys.computeIfAbsent(entry.key(), any -> new HashMap<>()).put(node, entry);
                }
            }
        });
        return new Part(keys, bound.filter(wanted));
    }

    private Map<NodeId, InventoryPage> pages(Collection<NodeId> nodes, Optional<ObjectKey> after)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<NodeId, CompletableFuture<InventoryPage>> asked = new HashMap<>();
        for (NodeId node : nodes) {
            asked.put(node, peers.apply(node).inventory(repository, after, PAGE).toCompletableFuture());
        }
        Map<NodeId, InventoryPage> pages = new HashMap<>();
        for (Map.Entry<NodeId, CompletableFuture<InventoryPage>> each : asked.entrySet()) {
            pages.put(each.getKey(), await(each.getValue()));
        }
        return pages;
    }

    /** Up to where every node's page reaches; none where all pages are the last. */
    private static Optional<ObjectKey> bound(Collection<InventoryPage> pages) {
        List<ObjectKey> ends = new ArrayList<>();
        for (InventoryPage page : pages) {
            if (page.more() && !page.entries().isEmpty()) {
                ends.add(page.entries().getLast().key());
            }
        }
        return ends.stream().min(ObjectKey::compareTo);
    }

    /** The states of one key for the protocol; of the files, those of {@code toVerify} are read through. */
    Map<NodeId, FileState> states(Map<NodeId, InventoryEntry> entries, Collection<NodeId> toVerify)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<NodeId, Boolean> good = verified(entries, toVerify);
        return states(entries, node -> good.getOrDefault(node, false));
    }

    /**
     * The same for a rebuild: a file's sidecar is believed, which was written when the file had been verified; what has none,
     * or no name that tells its content, is read through. Reading all bytes would keep a repository closed for days.
     */
    Map<NodeId, FileState> trusted(Map<NodeId, InventoryEntry> entries)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<NodeId> doubtful = entries.entrySet().stream()
                .filter(entry -> entry.getValue()
                        .file()
                        .filter(file ->
                                file.revision() == 0 || file.key().contentHash().isEmpty())
                        .isPresent())
                .map(Map.Entry::getKey)
                .toList();
        Map<NodeId, Boolean> good = verified(entries, doubtful);
        return states(entries, node -> good.getOrDefault(node, true));
    }

    private Map<NodeId, Boolean> verified(Map<NodeId, InventoryEntry> entries, Collection<NodeId> toVerify)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<NodeId, CompletableFuture<Boolean>> asked = new HashMap<>();
        for (Map.Entry<NodeId, InventoryEntry> entry : entries.entrySet()) {
            if (toVerify.contains(entry.getKey()) && entry.getValue().file().isPresent()) {
                asked.put(
                        entry.getKey(),
                        peers.apply(entry.getKey())
                                .verify(repository, entry.getValue().key())
                                .exceptionallyCompose(Inventories::badWhereMissing)
                                .toCompletableFuture());
            }
        }
        Map<NodeId, Boolean> good = new HashMap<>();
        for (Map.Entry<NodeId, CompletableFuture<Boolean>> each : asked.entrySet()) {
            good.put(each.getKey(), await(each.getValue()));
        }
        return good;
    }

    /** A file that is gone meanwhile is not good; of one that could not be read nothing is known. */
    private static CompletionStage<Boolean> badWhereMissing(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof BackstayException known && known.code() == ErrorCode.NOT_FOUND
                ? CompletableFuture.completedFuture(false)
                : CompletableFuture.failedFuture(cause);
    }

    private static Map<NodeId, FileState> states(Map<NodeId, InventoryEntry> entries, Predicate<NodeId> good) {
        Map<NodeId, FileState> states = new HashMap<>();
        entries.forEach((node, found) -> states.put(
                node,
                new FileState(
                        found.file()
                                .map(file -> new FileInfo(
                                        file.sizeBytes(),
                                        file.sha256(),
                                        file.revision(),
                                        found.writtenAtMillis(),
                                        good.test(node))),
                        found.removedRevision())));
        return states;
    }

    static <T> T await(CompletionStage<T> stage) throws InterruptedException, ExecutionException, TimeoutException {
        return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
}

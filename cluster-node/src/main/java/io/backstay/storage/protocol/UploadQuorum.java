package io.backstay.storage.protocol;

import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.Sha256;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A door's view of one upload: which targets have a durable, verified copy, which have failed, and what follows. Confined to
 * one thread.
 */
public final class UploadQuorum {
    private final Set<NodeId> targets;
    private final int quorum;
    private final Map<NodeId, Copy> stored = new HashMap<>();
    private final Map<NodeId, ErrorCode> failed = new HashMap<>();

    /** A durable copy. */
    public record Copy(long sizeBytes, Sha256 sha256) {}

    /** What to do now. */
    public sealed interface Verdict {}

    /** Too little is known. */
    public record Wait() implements Verdict {}

    /** Enough copies agree: ask the entity to commit. More may follow if {@link UploadQuorum#settled()} is false. */
    public record Commit(long sizeBytes, Sha256 sha256, Set<NodeId> stored) implements Verdict {}

    /** It can't succeed any more. */
    public record Fail(ErrorCode code) implements Verdict {}

    /** An upload under a ticket's targets and quorum. */
    public UploadQuorum(List<NodeId> targets, int quorum) {
        this.targets = Set.copyOf(targets);
        this.quorum = quorum;
    }

    /** A target has answered with a durable copy. */
    public Verdict stored(NodeId node, Copy copy) {
        if (targets.contains(node) && !failed.containsKey(node)) {
            stored.put(node, copy);
        }
        return verdict();
    }

    /** A target has failed, or was given up. */
    public Verdict failed(NodeId node, ErrorCode code) {
        if (targets.contains(node) && !stored.containsKey(node)) {
            failed.put(node, code);
        }
        return verdict();
    }

    /** Whether every target has answered or failed. */
    public boolean settled() {
        return stored.size() + failed.size() == targets.size();
    }

    /** What follows from the answers so far. */
    public Verdict verdict() {
        Optional<Copy> agreed = agreed();
        if (agreed.isPresent()) {
            Set<NodeId> holders = new HashSet<>();
            stored.forEach((node, copy) -> {
                if (copy.equals(agreed.get())) {
                    holders.add(node);
                }
            });
            return new Commit(agreed.get().sizeBytes(), agreed.get().sha256(), holders);
        }
        if (targets.size() - failed.size() < quorum || settled()) {
            return new Fail(cause());
        }
        return new Wait();
    }

    private Optional<Copy> agreed() {
        Map<Copy, Integer> votes = new HashMap<>();
        stored.values().forEach(copy -> votes.merge(copy, 1, Integer::sum));
        return votes.entrySet().stream()
                .filter(vote -> vote.getValue() >= quorum)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** What the client did wrong comes first, since only it can mend that; a full disk only if nothing else is to blame. */
    private ErrorCode cause() {
        for (ErrorCode clients :
                List.of(ErrorCode.CONTENT_MISMATCH, ErrorCode.CONTENT_TRUNCATED, ErrorCode.TOO_LARGE)) {
            if (failed.containsValue(clients)) {
                return clients;
            }
        }
        boolean allFull = !failed.isEmpty() && failed.values().stream().allMatch(ErrorCode.STORAGE_FULL::equals);
        return allFull ? ErrorCode.STORAGE_FULL : ErrorCode.UNAVAILABLE;
    }
}

package io.backstay.storage.protocol;

import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Collects what nodes owe: sends each its removals oldest first, one batch at a time, and answers deletes once enough
 * markers are on disk. Confined to one thread.
 */
final class Removals {
    /** Keys in one request to a node. */
    static final int BATCH = 500;

    /** How long a delete waits for its markers before its client is told to try again. */
    static final long PATIENCE_MILLIS = 8_000;

    /** Paid removals are written down in batches of at least so many, or at the next tick. */
    static final int WRITE_DOWN = 500;

    private static final class PendingDelete {
        final long request;
        final long revision;
        final long deadlineMillis;
        final int quorum;
        final Set<NodeId> marked = new HashSet<>();
        final Set<NodeId> owing;
        final Set<NodeId> waiting;

        PendingDelete(long request, long revision, long deadlineMillis, int quorum, Set<NodeId> owing, Set<NodeId> up) {
            this.request = request;
            this.revision = revision;
            this.deadlineMillis = deadlineMillis;
            this.quorum = quorum;
            this.owing = Set.copyOf(owing);
            this.waiting = new HashSet<>(owing);
            waiting.retainAll(up);
        }
    }

    private final Catalogue catalogue;
    private final Map<NodeId, Long> inFlight = new HashMap<>();
    private final Map<NodeId, Long> paid = new HashMap<>();
    private final Set<NodeId> resting = new HashSet<>();
    private final List<PendingDelete> deletes = new ArrayList<>();

    Removals(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** Whether the node still has to remove the key, as far as this activation knows. */
    boolean owes(NodeId node, ObjectKey key) {
        return catalogue
                .owes(node, key)
                .filter(debt -> debt.revision() > paid.getOrDefault(node, 0L))
                .isPresent();
    }

    /** A delete's event is about to be in the journal under this revision. */
    void await(long request, long revision, ClusterFacts facts) {
        Set<NodeId> owing = new HashSet<>();
        facts.storage().forEach(candidate -> owing.add(candidate.node()));
        deletes.add(new PendingDelete(
                request,
                revision,
                facts.nowMillis() + PATIENCE_MILLIS,
                facts.replication().quorum(),
                owing,
                facts.up()));
    }

    /** The next batch for each announced node that owes and is not busy. To be called after events were applied. */
    List<EntityOutput> next(Set<NodeId> announced, ClusterFacts facts) {
        List<EntityOutput> outputs = new ArrayList<>();
        for (NodeId node : catalogue.debtors()) {
            boolean busy = inFlight.containsKey(node) || resting.contains(node);
            if (busy || !announced.contains(node) || !facts.up().contains(node)) {
                continue;
            }
            batch(node).ifPresent(remove -> {
                inFlight.put(node, remove.revision());
                outputs.add(remove);
            });
        }
        return outputs;
    }

    /** The oldest unpaid removals of one kind. Those of one revision stay together, since they are paid together. */
    private Optional<EntityOutput.Remove> batch(NodeId node) {
        long done = paid.getOrDefault(node, 0L);
        List<EntityOutput.Removal> removals = new ArrayList<>();
        long through = 0;
        boolean deleted = false;
        for (Map.Entry<ObjectKey, Catalogue.Debt> entry : catalogue.debts(node).entrySet()) {
            Catalogue.Debt debt = entry.getValue();
            if (debt.revision() <= done) {
                continue;
            }
            boolean otherKind = !removals.isEmpty() && debt.deleted() != deleted;
            if (otherKind || (removals.size() >= BATCH && debt.revision() != through)) {
                break;
            }
            removals.add(new EntityOutput.Removal(entry.getKey(), debt.revision()));
            through = debt.revision();
            deleted = debt.deleted();
        }
        return removals.isEmpty()
                ? Optional.empty()
                : Optional.of(new EntityOutput.Remove(node, removals, deleted, catalogue.epoch(), through));
    }

    Step removed(NodeId node, long through, ClusterFacts facts) {
        inFlight.remove(node, through);
        paid.merge(node, through, Math::max);
        Step step = new Step(List.of(), answer(node, through, true));
        return catalogue.debts(node).size() >= WRITE_DOWN ? step.and(writeDown(facts, WRITE_DOWN)) : step;
    }

    /** A node that refuses at once is asked again after the next tick only. */
    List<EntityOutput> failed(NodeId node) {
        inFlight.remove(node);
        resting.add(node);
        return answer(node, Long.MAX_VALUE, false);
    }

    /** Events for what was paid by nodes with at least so many debts written down. */
    Step writeDown(ClusterFacts facts, int atLeast) {
        List<CatalogueEvent> events = new ArrayList<>();
        for (NodeId node : catalogue.debtors()) {
            Map<ObjectKey, Catalogue.Debt> debts = catalogue.debts(node);
            long through = paid.getOrDefault(node, 0L);
            if (!facts.stores(node)) {
                events.add(new CatalogueEvent.RemovalsPaid(facts.nowMillis(), node, Long.MAX_VALUE));
            } else if (debts.size() >= atLeast
                    && debts.values().iterator().next().revision() <= through) {
                events.add(new CatalogueEvent.RemovalsPaid(facts.nowMillis(), node, through));
            }
        }
        return new Step(events, List.of());
    }

    /** At each tick: gives up deletes that have waited too long, recorded yet not known to be marked on enough disks. */
    List<EntityOutput> expire(long nowMillis) {
        resting.clear();
        List<EntityOutput> outputs = new ArrayList<>();
        Iterator<PendingDelete> each = deletes.iterator();
        while (each.hasNext()) {
            PendingDelete pending = each.next();
            if (pending.deadlineMillis <= nowMillis) {
                each.remove();
                outputs.add(tooFew(pending));
            }
        }
        return outputs;
    }

    private List<EntityOutput> answer(NodeId node, long through, boolean done) {
        List<EntityOutput> outputs = new ArrayList<>();
        Iterator<PendingDelete> each = deletes.iterator();
        while (each.hasNext()) {
            PendingDelete pending = each.next();
            // One that was admitted later marks other deletions, and not this one.
            if (pending.revision > through || !pending.owing.contains(node)) {
                continue;
            }
            if (done) {
                pending.marked.add(node);
            }
            pending.waiting.remove(node);
            if (pending.marked.size() >= pending.quorum) {
                each.remove();
                outputs.add(new EntityOutput.Reply(pending.request, new EntityReply.Deleted()));
            } else if (pending.marked.size() + pending.waiting.size() < pending.quorum) {
                each.remove();
                outputs.add(tooFew(pending));
            }
        }
        return outputs;
    }

    private static EntityOutput tooFew(PendingDelete pending) {
        return new EntityOutput.Reply(
                pending.request,
                new EntityReply.Refused(
                        ErrorCode.UNAVAILABLE, "too few storage nodes have answered to the removal; try again"));
    }
}

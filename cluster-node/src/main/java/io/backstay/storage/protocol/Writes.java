package io.backstay.storage.protocol;

import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What doors want changed: a ticket before an upload, its commit, a delete of exactly what was observed. To be asked of an
 * active machine only. Confined to one thread.
 */
final class Writes {
    private final Catalogue catalogue;
    private final Tickets tickets;
    private final HeadChecks checks;
    private final Removals removals;
    private final Repairs repairs;
    private final Set<NodeId> announced;

    /** Over the machine's own state; {@code announced} are the nodes that know this activation, as it goes on. */
    Writes(
            Catalogue catalogue,
            Tickets tickets,
            HeadChecks checks,
            Removals removals,
            Repairs repairs,
            Set<NodeId> announced) {
        this.catalogue = catalogue;
        this.tickets = tickets;
        this.checks = checks;
        this.removals = removals;
        this.repairs = repairs;
        this.announced = announced;
    }

    Step ticket(EntityInput.RequestTicket wanted, ClusterFacts facts) {
        ObjectKey key = wanted.key();
        Optional<ObjectRecord> record = catalogue.find(key);
        if (record.filter(known -> safe(known, facts)).isPresent()) {
            return checks.checked(wanted.request(), () -> stillStored(key, facts));
        }
        if (record.isPresent() && key.contentHash().isEmpty()) {
            return Step.refuse(wanted.request(), ErrorCode.UNAVAILABLE, "it is there on too few disks; it is repaired");
        }
        if (tickets.full()) {
            return Step.refuse(wanted.request(), ErrorCode.UNAVAILABLE, "too many uploads are open in this repository");
        }
        if (key.type() == ObjectType.CONFIG && tickets.anyLive(key, facts.nowMillis())) {
            return Step.refuse(wanted.request(), ErrorCode.UNAVAILABLE, "another upload of config has not ended yet");
        }
        List<Placement.Candidate> possible = facts.storage().stream()
                .filter(candidate -> facts.up().contains(candidate.node()))
                .filter(candidate -> announced.contains(candidate.node()))
                .filter(candidate -> !removals.owes(candidate.node(), key))
                .toList();
        List<Placement.Candidate> candidates = possible.stream()
                .filter(candidate -> facts.writable().contains(candidate.node()))
                .toList();
        int quorum = facts.replication().quorum();
        if (candidates.size() < quorum && key.type() != ObjectType.DATA) {
            // Without locks and indexes a full repository could not be tidied up: disks keep room for them.
            candidates = possible;
        }
        if (candidates.size() < quorum) {
            return possible.size() >= quorum
                    ? Step.refuse(wanted.request(), ErrorCode.STORAGE_FULL, "too few storage nodes have room")
                    : Step.refuse(wanted.request(), ErrorCode.UNAVAILABLE, "too few storage nodes are up");
        }
        List<NodeId> targets = Placement.choose(
                catalogue.repository(), key, candidates, facts.replication().replicas());
        Tickets.Open open = tickets.issue(key, catalogue.revision(), targets, facts.nowMillis());
        return Step.reply(
                wanted.request(),
                new EntityReply.Ticket(catalogue.epoch(), open.id(), open.revision(), targets, quorum));
    }

    /**
     * Whether "it is there" is as good as an acknowledgement: it is on W disks. Where a rebuild found fewer copies, or some
     * were damaged, the client's copy is welcome; but not that of {@code config}, whose content may be another.
     */
    static boolean safe(ObjectRecord record, ClusterFacts facts) {
        long copies = record.holders().stream().filter(facts::stores).count();
        return copies >= facts.replication().quorum();
    }

    private EntityReply stillStored(ObjectKey key, ClusterFacts facts) {
        return catalogue
                .find(key)
                .filter(record -> safe(record, facts))
                .<EntityReply>map(record -> {
                    tickets.confirm(key, facts.nowMillis());
                    return new EntityReply.AlreadyStored(record.sizeBytes(), record.sha256());
                })
                .orElseGet(() -> new EntityReply.Refused(ErrorCode.UNAVAILABLE, "the object has changed meanwhile"));
    }

    Step renew(EntityInput.RenewTicket renewed, ClusterFacts facts) {
        boolean lives = renewed.epoch() == catalogue.epoch() && tickets.renew(renewed.ticket(), facts.nowMillis());
        return lives ? Step.reply(renewed.request(), new EntityReply.Renewed()) : dead(renewed.request());
    }

    private static Step dead(long request) {
        return Step.refuse(request, ErrorCode.UNAVAILABLE, "the upload's ticket is no longer valid");
    }

    /**
     * All of them by one step, so that the journal forces one transaction to its disk. Of two that record the same key the
     * second is refused for now: its door asks again and finds what the first has recorded.
     */
    Step commits(List<EntityInput.Commit> commits, ClusterFacts facts) {
        Step all = Step.nothing();
        Set<ObjectKey> keys = new HashSet<>();
        for (EntityInput.Commit commit : commits) {
            boolean first = tickets.live(commit.ticket(), facts.nowMillis())
                    .map(open -> keys.add(open.key()))
                    .orElse(true);
            all = all.and(
                    first
                            ? commit(commit, facts, all.events().size())
                            : Step.refuse(
                                    commit.request(),
                                    ErrorCode.UNAVAILABLE,
                                    "another upload of this object is recorded at this moment"));
        }
        return all;
    }

    Step commit(EntityInput.Commit commit, ClusterFacts facts) {
        return commit(commit, facts, 0);
    }

    /** @param before events that go to the journal before this one by the same step */
    private Step commit(EntityInput.Commit commit, ClusterFacts facts, int before) {
        Optional<Tickets.Open> live = commit.epoch() == catalogue.epoch()
                ? tickets.live(commit.ticket(), facts.nowMillis())
                : Optional.empty();
        if (live.isEmpty()) {
            return dead(commit.request());
        }
        ObjectKey key = live.get().key();
        Set<NodeId> stored = new HashSet<>(commit.stored());
        stored.retainAll(live.get().targets());
        if (stored.size() < facts.replication().quorum()) {
            return Step.refuse(commit.request(), ErrorCode.UNAVAILABLE, "too few verified copies");
        }
        Optional<ObjectRecord> record = catalogue.find(key);
        if (record.isPresent()) {
            tickets.close(commit.ticket());
            if (!record.get().sha256().equals(commit.sha256())) {
                return Step.refuse(commit.request(), ErrorCode.ALREADY_EXISTS, "it exists with other content");
            }
            return safe(record.get(), facts)
                    ? checks.checked(commit.request(), () -> committedBefore(key))
                    : completed(commit, key, record.get(), stored, facts);
        }
        return Step.persist(
                new CatalogueEvent.ObjectStored(
                        facts.nowMillis(), key, commit.sizeBytes(), commit.sha256(), stored, commit.by()),
                new EntityOutput.Reply(commit.request(), new EntityReply.Committed(catalogue.revision() + before + 1)));
    }

    /** The object was there with fewer than W copies: those that the client has brought count, too. */
    private Step completed(
            EntityInput.Commit commit, ObjectKey key, ObjectRecord record, Set<NodeId> stored, ClusterFacts facts) {
        Step step = Step.nothing();
        for (NodeId node : new TreeSet<>(stored)) {
            if (!record.holders().contains(node) && !removals.owes(node, key)) {
                step = step.and(Step.persist(new CatalogueEvent.ReplicasAdded(facts.nowMillis(), node, List.of(key))));
            }
        }
        return step.and(new EntityOutput.Reply(commit.request(), new EntityReply.Committed(record.revision())));
    }

    private EntityReply committedBefore(ObjectKey key) {
        return catalogue
                .find(key)
                .<EntityReply>map(record -> new EntityReply.Committed(record.revision()))
                .orElseGet(() -> new EntityReply.Refused(ErrorCode.UNAVAILABLE, "the object was deleted meanwhile"));
    }

    Step finish(EntityInput.Finish finish, ClusterFacts facts) {
        if (finish.epoch() != catalogue.epoch()) {
            return Step.nothing();
        }
        Optional<Tickets.Open> live = tickets.live(finish.ticket(), facts.nowMillis());
        tickets.close(finish.ticket());
        if (live.isEmpty()) {
            return Step.nothing();
        }
        ObjectKey key = live.get().key();
        Optional<ObjectRecord> record = catalogue.find(key);
        if (record.isEmpty()) {
            return Step.nothing();
        }
        List<CatalogueEvent> events = new ArrayList<>();
        for (NodeId node : live.get().targets()) {
            if (finish.stored().contains(node) && !record.get().holders().contains(node) && !removals.owes(node, key)) {
                events.add(new CatalogueEvent.ReplicasAdded(facts.nowMillis(), node, List.of(key)));
            }
        }
        repairs.look(key);
        return new Step(events, List.of());
    }

    Step observe(EntityInput.Observe observe) {
        long recordRevision =
                catalogue.find(observe.key()).map(ObjectRecord::revision).orElse(0L);
        return Step.reply(
                observe.request(),
                new EntityReply.Observed(
                        new EntityInput.Observation(catalogue.epoch(), recordRevision, tickets.last())));
    }

    Step delete(EntityInput.Delete delete, ClusterFacts facts) {
        ObjectKey key = delete.key();
        EntityInput.Observation seen = delete.observation();
        long recordRevision = catalogue.find(key).map(ObjectRecord::revision).orElse(0L);
        if (seen.epoch() != catalogue.epoch() || seen.recordRevision() != recordRevision) {
            return Step.reply(delete.request(), new EntityReply.Changed());
        }
        if (tickets.anyLiveAfter(key, seen.lastTicket(), facts.nowMillis())) {
            return Step.reply(delete.request(), new EntityReply.Changed());
        }
        tickets.revoke(key);
        removals.await(delete.request(), catalogue.revision() + 1, facts);
        return Step.persist(deleted(key, delete.by(), facts));
    }

    /** The event that takes the key away, whoever wants that. */
    CatalogueEvent deleted(ObjectKey key, String by, ClusterFacts facts) {
        Set<NodeId> owing = new HashSet<>();
        facts.storage().forEach(candidate -> owing.add(candidate.node()));
        catalogue.find(key).ifPresent(record -> owing.addAll(record.holders()));
        return new CatalogueEvent.ObjectDeleted(facts.nowMillis(), key, owing, by);
    }
}

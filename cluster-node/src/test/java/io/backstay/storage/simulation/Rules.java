package io.backstay.storage.simulation;

import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.Sha256;
import io.backstay.storage.protocol.Catalogue;
import io.backstay.storage.protocol.CatalogueEvent;
import io.backstay.storage.protocol.ClusterFacts;
import io.backstay.storage.protocol.EntityInput;
import io.backstay.storage.protocol.EntityInput.FileState;
import io.backstay.storage.protocol.EntityMachine;
import io.backstay.storage.protocol.EntityOutput;
import io.backstay.storage.protocol.EntityReply;
import io.backstay.storage.protocol.NodeRules;
import io.backstay.storage.protocol.NodeRules.Admission;
import io.backstay.storage.protocol.NodeRules.Announced;
import io.backstay.storage.protocol.NodeRules.DiscardDecision;
import io.backstay.storage.protocol.NodeRules.Fence;
import io.backstay.storage.protocol.NodeRules.KeyState;
import io.backstay.storage.protocol.NodeRules.PublishDecision;
import io.backstay.storage.protocol.NodeRules.RemoveDecision;
import io.backstay.storage.protocol.NodeRules.Standing;
import io.backstay.storage.protocol.NodeRules.Told;
import io.backstay.storage.protocol.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Stands between the models and the protocol, and takes one rule away where a {@link Mutation} asks for it. */
final class Rules {
    private record TicketId(long epoch, long ticket) {}

    private final Mutation mutation;
    private final Map<TicketId, ObjectKey> tickets = new HashMap<>();
    private final Map<TicketId, Long> renewedMillis = new HashMap<>();
    private final Set<TicketId> revoked = new HashSet<>();

    Rules(Mutation mutation) {
        this.mutation = mutation;
    }

    private boolean without(Mutation rule) {
        return mutation == rule;
    }

    // Storage nodes

    private Standing seen(Standing standing) {
        return without(Mutation.NODE_OBEYS_OLD_EPOCHS) ? new Standing(0, standing.stamp(), standing.told()) : standing;
    }

    Announced announce(Standing standing, long epoch, int mostQuorum) {
        return NodeRules.announce(seen(standing), epoch, mostQuorum);
    }

    Admission admit(Standing standing, Fence fence) {
        return NodeRules.admit(seen(standing), fence);
    }

    Admission advance(Standing standing, Fence fence, Told told) {
        return NodeRules.advance(seen(standing), fence, told);
    }

    PublishDecision publish(Standing standing, Fence fence, KeyState state, Sha256 content) {
        KeyState known =
                without(Mutation.RENAMES_AFTER_REMOVALS) ? new KeyState(state.present(), OptionalLong.empty()) : state;
        PublishDecision decision = NodeRules.publish(seen(standing), fence, known, content);
        boolean later = decision instanceof PublishDecision.AlreadyThere
                || decision instanceof PublishDecision.RefusedNewerPresent;
        return later && without(Mutation.RENAMES_OVER_LATER_FILES) ? new PublishDecision.Place() : decision;
    }

    RemoveDecision remove(Standing standing, Fence fence, KeyState state) {
        return NodeRules.remove(seen(standing), fence, state);
    }

    DiscardDecision discard(Standing standing, Fence fence, KeyState state) {
        return NodeRules.discard(seen(standing), fence, state);
    }

    boolean goesOnBeforeStandingIsDurable() {
        return without(Mutation.NODE_FORGETS_ITS_STANDING);
    }

    boolean answersBeforeSync() {
        return without(Mutation.ANSWERS_BEFORE_SYNC);
    }

    boolean marksDiscards() {
        return without(Mutation.MARKS_DISCARDED_COPIES);
    }

    boolean servesUnverified() {
        return without(Mutation.SERVES_UNVERIFIED);
    }

    // Journal and door

    boolean journalTakesAnything() {
        return without(Mutation.JOURNAL_TAKES_ANYTHING);
    }

    int uploadQuorum(int quorum) {
        return without(Mutation.ACKNOWLEDGES_WITH_FEWER_COPIES) ? Math.max(1, quorum - 1) : quorum;
    }

    // Rebuild

    boolean rebuildsFromTooFewDisks() {
        return without(Mutation.REBUILDS_FROM_TOO_FEW_DISKS);
    }

    boolean readsDisksUnfenced() {
        return without(Mutation.READS_DISKS_UNFENCED);
    }

    /** Which of the fenced disks are read. */
    Set<NodeId> asked(Set<NodeId> fenced) {
        return rebuildsFromTooFewDisks()
                ? Set.of(fenced.stream().sorted().findFirst().orElseThrow())
                : fenced;
    }

    /** What a rebuild sees of a key. */
    Optional<Map<NodeId, FileState>> found(Map<NodeId, FileState> states) {
        if (!without(Mutation.REBUILDS_WITHOUT_MARKERS)) {
            return Optional.of(states);
        }
        Map<NodeId, FileState> files = new TreeMap<>();
        states.forEach((node, state) -> {
            if (state.file().isPresent()) {
                files.put(node, new FileState(state.file(), 0));
            }
        });
        return files.isEmpty() ? Optional.empty() : Optional.of(files);
    }

    // The entity

    /** What is carried out before a step's events are in the journal: nothing. */
    List<EntityOutput> tooEarly(EntityMachine machine, Step step) {
        if (without(Mutation.ACTS_BEFORE_PERSISTING)) {
            return step.outputs();
        }
        List<EntityOutput> early = new ArrayList<>();
        if (without(Mutation.DROPS_BEFORE_THE_RECORD_SAYS_SO)) {
            Catalogue catalogue = machine.catalogue();
            long revision = catalogue.revision() + 1;
            for (CatalogueEvent event : step.events()) {
                if (event instanceof CatalogueEvent.ReplicasDropped dropped) {
                    List<EntityOutput.Removal> removals = dropped.keys().stream()
                            .map(key -> new EntityOutput.Removal(key, revision))
                            .toList();
                    early.add(new EntityOutput.Remove(dropped.node(), removals, false, catalogue.epoch(), revision));
                }
            }
        }
        return early;
    }

    /** What is carried out once they are. */
    Step inTime(Step step) {
        return without(Mutation.ACTS_BEFORE_PERSISTING) ? new Step(step.events(), List.of()) : step;
    }

    Step handle(EntityMachine machine, EntityInput asked, ClusterFacts facts) {
        EntityInput input = alone(asked);
        Step step = mutated(machine, input, facts);
        if (mutation != Mutation.NONE) {
            remember(machine, input, step, facts.nowMillis());
        }
        return step;
    }

    /** A commit that came alone, which is what rules about commits are taken away from. */
    private EntityInput alone(EntityInput input) {
        return mutation != Mutation.NONE
                        && input instanceof EntityInput.Commits several
                        && several.commits().size() == 1
                ? several.commits().getFirst()
                : input;
    }

    List<EntityOutput> proceed(EntityMachine machine, ClusterFacts facts) {
        List<EntityOutput> outputs = machine.proceed(facts).outputs();
        return without(Mutation.REMOVES_UNDER_A_LATER_REVISION)
                ? outputs.stream().map(Rules::underLaterRevision).toList()
                : outputs;
    }

    private static EntityOutput underLaterRevision(EntityOutput output) {
        return output instanceof EntityOutput.Remove remove
                ? new EntityOutput.Remove(
                        remove.node(),
                        remove.removals().stream()
                                .map(one -> new EntityOutput.Removal(one.key(), remove.revision()))
                                .toList(),
                        remove.deleted(),
                        remove.epoch(),
                        remove.revision())
                : output;
    }

    private static final long TICKET_LIFETIME_MILLIS = 120_000;

    private void remember(EntityMachine machine, EntityInput input, Step step, long nowMillis) {
        if (input instanceof EntityInput.RenewTicket renewed) {
            renewedMillis.computeIfPresent(
                    new TicketId(renewed.epoch(), renewed.ticket()),
                    (id, before) -> nowMillis - before < TICKET_LIFETIME_MILLIS ? nowMillis : before);
        }
        for (EntityOutput output : step.outputs()) {
            if (input instanceof EntityInput.RequestTicket wanted
                    && output instanceof EntityOutput.Reply reply
                    && reply.reply() instanceof EntityReply.Ticket ticket) {
                TicketId id = new TicketId(ticket.epoch(), ticket.ticket());
                tickets.put(id, wanted.key());
                renewedMillis.put(id, nowMillis);
            }
        }
        for (CatalogueEvent event : step.events()) {
            if (event instanceof CatalogueEvent.ObjectDeleted deleted) {
                tickets.forEach((ticket, key) -> {
                    if (key.equals(deleted.key())
                            && ticket.epoch() == machine.catalogue().epoch()
                            && nowMillis - renewedMillis.getOrDefault(ticket, 0L) < TICKET_LIFETIME_MILLIS) {
                        revoked.add(ticket);
                    }
                });
            }
        }
    }

    private Step mutated(EntityMachine machine, EntityInput input, ClusterFacts facts) {
        return switch (mutation) {
            case SERVES_BEFORE_A_MAJORITY_KNOWS -> serveAtOnce(machine, input, facts);
            case OVERLOOKS_STAMPS ->
                machine.handle(
                        switch (input) {
                            case EntityInput.Announced told ->
                                new EntityInput.Announced(told.node(), told.epoch(), 0, told.told());
                            case EntityInput.AnnounceRefused told ->
                                new EntityInput.Announced(
                                        told.node(), machine.catalogue().epoch(), 0, Told.NOTHING);
                            default -> input;
                        },
                        facts);
            case ACKNOWLEDGES_WITH_FEWER_COPIES ->
                input instanceof EntityInput.Commit commit
                        ? withEvents(machine.handle(padded(commit, facts), facts), event -> unpadded(event, commit))
                        : machine.handle(input, facts);
            case COMMITS_EXPIRED_TICKETS ->
                commitAnyway(
                        machine,
                        input,
                        facts,
                        id -> id.epoch() == machine.catalogue().epoch() && !revoked.contains(id));
            case COMMITS_TICKETS_OF_OTHER_EPOCHS ->
                commitAnyway(
                        machine,
                        input,
                        facts,
                        id -> id.epoch() != machine.catalogue().epoch());
            case DELETES_WITHOUT_REVOKING -> commitAnyway(machine, input, facts, revoked::contains);
            case DELETES_UNOBSERVED ->
                machine.handle(
                        input instanceof EntityInput.Delete delete
                                ? new EntityInput.Delete(
                                        delete.request(),
                                        delete.key(),
                                        observed(machine, delete.key(), facts),
                                        delete.by())
                                : input,
                        facts);
            case DELETES_WHAT_WAS_CONFIRMED_SINCE ->
                machine.handle(
                        input instanceof EntityInput.Delete delete
                                ? new EntityInput.Delete(
                                        delete.request(),
                                        delete.key(),
                                        new EntityInput.Observation(
                                                delete.observation().epoch(),
                                                delete.observation().recordRevision(),
                                                Long.MAX_VALUE),
                                        delete.by())
                                : input,
                        facts);
            case FORGETS_DEBTS -> withEvents(machine.handle(input, facts), event -> forgetful(event, facts));
            case ANSWERS_DELETES_WITHOUT_MARKERS -> deleteAtOnce(machine, input, facts);
            case COUNTS_WHILE_OWING -> countAll(machine, input, facts);
            case SWEEPS_WHILE_A_TICKET_IS_OPEN -> sweepAnyway(machine, input, facts);
            case BELIEVES_OLD_SWEEPS -> {
                if (input instanceof EntityInput.Found found) {
                    machine.beginSweep(found.sweep());
                }
                yield machine.handle(input, facts);
            }
            case NEVER_SWEEPS -> input instanceof EntityInput.Found ? nothing() : machine.handle(input, facts);
            case ANSWERS_WITHOUT_HEAD_CHECK -> answerAtOnce(machine, input, facts);
            case COUNTS_COPIES_UNSEEN ->
                machine.handle(
                        input instanceof EntityInput.CopyFailed failed
                                ? new EntityInput.Copied(
                                        failed.key(), failed.to(), failed.epoch(), failed.recordRevision())
                                : input,
                        facts);
            case KEEPS_DAMAGED_COPIES ->
                machine.handle(
                        input instanceof EntityInput.Verified read
                                ? new EntityInput.Verified(
                                        read.key(), read.node(), read.recordRevision(), EntityInput.Copy.GOOD)
                                : input,
                        facts);
            case SAYS_SETTLED_TOO_EARLY -> {
                Step step = machine.handle(input, facts);
                Told all = new Told(
                        machine.catalogue().epoch(),
                        Long.MAX_VALUE,
                        facts.replication().quorum());
                yield new Step(
                        step.events(),
                        step.outputs().stream()
                                .map(output -> output instanceof EntityOutput.Advance told
                                        ? new EntityOutput.Advance(told.node(), told.epoch(), told.revision(), all)
                                        : output)
                                .toList());
            }
            case LOWERS_W_BEFORE_THE_DISKS_KNOW -> {
                Step step = machine.handle(input, facts);
                for (EntityOutput output : step.outputs()) {
                    if (output instanceof EntityOutput.Advance told) {
                        machine.handle(new EntityInput.Advanced(told.node(), told.told()), facts);
                    }
                }
                yield step;
            }
            case TRUSTS_STRANGE_DISKS ->
                machine.handle(
                        input instanceof EntityInput.Announced told
                                        && !told.told().trusted()
                                ? new EntityInput.Announced(
                                        told.node(),
                                        told.epoch(),
                                        told.stamp(),
                                        new Told(0, 1, facts.replication().quorum()))
                                : input,
                        facts);
            case OVERLOOKS_OWNERLESS_LOCKS ->
                machine.handle(
                        input instanceof EntityInput.LocksFound found
                                ? new EntityInput.LocksFound(
                                        found.look(),
                                        found.locks().keySet().stream()
                                                .collect(Collectors.toMap(node -> node, node -> List.of())))
                                : input,
                        facts);
            case FORGETS_THAT_IT_IS_BEHIND -> {
                Step step = machine.handle(input, facts);
                List<CatalogueEvent> events = step.events().stream()
                        .filter(event -> !(event instanceof CatalogueEvent.FoundBehind))
                        .toList();
                yield new Step(events, step.outputs());
            }
            case NONE,
                    JOURNAL_TAKES_ANYTHING,
                    NODE_OBEYS_OLD_EPOCHS,
                    NODE_FORGETS_ITS_STANDING,
                    ACTS_BEFORE_PERSISTING,
                    ANSWERS_BEFORE_SYNC,
                    RENAMES_OVER_LATER_FILES,
                    RENAMES_AFTER_REMOVALS,
                    REMOVES_UNDER_A_LATER_REVISION,
                    SERVES_UNVERIFIED,
                    DROPS_BEFORE_THE_RECORD_SAYS_SO,
                    MARKS_DISCARDED_COPIES,
                    REBUILDS_WITHOUT_MARKERS,
                    REBUILDS_FROM_TOO_FEW_DISKS,
                    READS_DISKS_UNFENCED -> machine.handle(input, facts);
        };
    }

    private static Step nothing() {
        return new Step(List.of(), List.of());
    }

    private static Step both(Step first, Step second) {
        List<CatalogueEvent> events = new ArrayList<>(first.events());
        events.addAll(second.events());
        List<EntityOutput> outputs = new ArrayList<>(first.outputs());
        outputs.addAll(second.outputs());
        return new Step(events, outputs);
    }

    private interface Change {
        CatalogueEvent of(CatalogueEvent event);
    }

    private static Step withEvents(Step step, Change change) {
        return new Step(step.events().stream().map(change::of).toList(), step.outputs());
    }

    /** Once its activation is in the journal, as seen at the next tick, it passes every disk for told. */
    private static Step serveAtOnce(EntityMachine machine, EntityInput input, ClusterFacts facts) {
        Step step = nothing();
        if (!machine.active() && !(input instanceof EntityInput.Recovered)) {
            for (var candidate : facts.storage()) {
                step = both(
                        step,
                        machine.handle(
                                new EntityInput.Announced(
                                        candidate.node(), machine.catalogue().epoch(), 0, Told.NOTHING),
                                facts));
            }
        }
        return both(step, machine.handle(input, facts));
    }

    private static EntityInput padded(EntityInput.Commit commit, ClusterFacts facts) {
        Set<NodeId> stored = new HashSet<>(commit.stored());
        for (var candidate : facts.storage()) {
            if (stored.size() < facts.replication().quorum()) {
                stored.add(candidate.node());
            }
        }
        return new EntityInput.Commit(
                commit.request(),
                commit.epoch(),
                commit.ticket(),
                commit.sizeBytes(),
                commit.sha256(),
                stored,
                commit.by());
    }

    private static CatalogueEvent unpadded(CatalogueEvent event, EntityInput.Commit commit) {
        return event instanceof CatalogueEvent.ObjectStored stored
                ? new CatalogueEvent.ObjectStored(
                        stored.atMillis(),
                        stored.key(),
                        stored.sizeBytes(),
                        stored.sha256(),
                        commit.stored(),
                        stored.by())
                : event;
    }

    private interface Wanted {
        boolean test(TicketId id);
    }

    private Step commitAnyway(EntityMachine machine, EntityInput input, ClusterFacts facts, Wanted wanted) {
        Step step = machine.handle(input, facts);
        if (!(input instanceof EntityInput.Commit commit) || !machine.active()) {
            return step;
        }
        TicketId id = new TicketId(commit.epoch(), commit.ticket());
        Optional<ObjectKey> key = Optional.ofNullable(tickets.get(id));
        boolean refused = step.outputs().stream()
                .anyMatch(output ->
                        output instanceof EntityOutput.Reply reply && reply.reply() instanceof EntityReply.Refused);
        if (!refused
                || key.isEmpty()
                || !wanted.test(id)
                || machine.catalogue().find(key.get()).isPresent()) {
            return step;
        }
        return new Step(
                List.of(new CatalogueEvent.ObjectStored(
                        facts.nowMillis(),
                        key.get(),
                        commit.sizeBytes(),
                        commit.sha256(),
                        commit.stored(),
                        commit.by())),
                List.of(new EntityOutput.Reply(
                        commit.request(),
                        new EntityReply.Committed(machine.catalogue().revision() + 1))));
    }

    private static EntityInput.Observation observed(EntityMachine machine, ObjectKey key, ClusterFacts facts) {
        for (EntityOutput output :
                machine.handle(new EntityInput.Observe(0, key), facts).outputs()) {
            if (output instanceof EntityOutput.Reply reply && reply.reply() instanceof EntityReply.Observed seen) {
                return seen.observation();
            }
        }
        return new EntityInput.Observation(0, 0, 0);
    }

    private static CatalogueEvent forgetful(CatalogueEvent event, ClusterFacts facts) {
        if (!(event instanceof CatalogueEvent.ObjectDeleted deleted)) {
            return event;
        }
        Set<NodeId> owing = new HashSet<>(deleted.owing());
        owing.retainAll(facts.up());
        return new CatalogueEvent.ObjectDeleted(deleted.atMillis(), deleted.key(), owing, deleted.by());
    }

    private static Step deleteAtOnce(EntityMachine machine, EntityInput input, ClusterFacts facts) {
        Step step = machine.handle(input, facts);
        boolean deletes = input instanceof EntityInput.Delete && !step.events().isEmpty();
        return deletes
                ? both(
                        step,
                        new Step(
                                List.of(),
                                List.of(new EntityOutput.Reply(
                                        ((EntityInput.Delete) input).request(), new EntityReply.Deleted()))))
                : step;
    }

    private static Step countAll(EntityMachine machine, EntityInput input, ClusterFacts facts) {
        Step step = machine.handle(input, facts);
        if (!(input instanceof EntityInput.Found found) || !machine.active()) {
            return step;
        }
        List<CatalogueEvent> counted = new ArrayList<>();
        new TreeMap<>(found.files()).forEach((node, state) -> {
            boolean owes = machine.catalogue().owes(node, found.key()).isPresent();
            boolean whole = state.file().filter(EntityInput.FileInfo::verified).isPresent();
            if (owes && whole && machine.catalogue().find(found.key()).isPresent()) {
                counted.add(new CatalogueEvent.ReplicasAdded(facts.nowMillis(), node, List.of(found.key())));
            }
        });
        return both(step, new Step(counted, List.of()));
    }

    private static Step sweepAnyway(EntityMachine machine, EntityInput input, ClusterFacts facts) {
        Step step = machine.handle(input, facts);
        if (!(input instanceof EntityInput.Found found)
                || !machine.active()
                || !step.events().isEmpty()
                || machine.catalogue().find(found.key()).isPresent()) {
            return step;
        }
        Set<NodeId> owing = new HashSet<>();
        facts.storage().forEach(candidate -> owing.add(candidate.node()));
        return new Step(
                List.of(new CatalogueEvent.ObjectDeleted(facts.nowMillis(), found.key(), owing, "<sweep>")), List.of());
    }

    private static Step answerAtOnce(EntityMachine machine, EntityInput input, ClusterFacts facts) {
        Step step = machine.handle(input, facts);
        List<EntityOutput> outputs = new ArrayList<>();
        Step answered = nothing();
        for (EntityOutput output : step.outputs()) {
            if (output instanceof EntityOutput.ReadHead read && read.check() >= 0) {
                answered = both(
                        answered,
                        answerAtOnce(
                                machine,
                                new EntityInput.HeadRead(
                                        read.check(), machine.catalogue().journalRevision(), true, "", ""),
                                facts));
            } else {
                outputs.add(output);
            }
        }
        return both(new Step(step.events(), outputs), answered);
    }
}

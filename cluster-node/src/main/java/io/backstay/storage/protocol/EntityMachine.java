package io.backstay.storage.protocol;

import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One activation of a repository's entity, the single writer of its catalogue. Feed it an input, put the step's events into
 * the journal, {@link #apply} each, carry out the outputs, then feed {@link #proceed} for what follows from the new state.
 * No input may be fed between a step and the end of its persisting. Where the journal refuses, throw the machine away and
 * recover a new one. Confined to one thread.
 */
public final class EntityMachine {
    private final Catalogue catalogue;
    private final Tickets tickets = new Tickets();
    private final HeadChecks checks;
    private final Removals removals;
    private final Repairs repairs;
    private final Reconciliation reconciliation;
    private final Rebuilds rebuilds;
    private final Assurance assurance;
    private final Activation activation;
    private final Writes writes;
    private final Copies copies;
    private final LockChecks locks;
    private final SweepWatch sweepWatch = new SweepWatch();

    /**
     * A machine over a recovered catalogue.
     *
     * @param graceMillis how long a node that is down counts as a holder
     * @param quarantineMillis how long a file that no record knows is kept
     * @param rebuildPatienceMillis how long a rebuild waits for silent storage nodes though the others would do
     */
    public EntityMachine(Catalogue catalogue, long graceMillis, long quarantineMillis, long rebuildPatienceMillis) {
        this.catalogue = catalogue;
        this.checks = new HeadChecks(catalogue::journalRevision);
        this.rebuilds = new Rebuilds(catalogue, rebuildPatienceMillis);
        this.removals = new Removals(catalogue);
        this.repairs = new Repairs(catalogue, removals, graceMillis);
        this.reconciliation = new Reconciliation(catalogue, quarantineMillis);
        this.assurance = new Assurance(catalogue);
        this.activation = new Activation(catalogue, checks, rebuilds, assurance);
        this.writes = new Writes(catalogue, tickets, checks, removals, repairs, activation.announced());
        this.copies = new Copies(catalogue, removals, repairs, writes);
        this.locks = new LockChecks(catalogue, removals);
    }

    /** The catalogue; to be changed by {@link #apply} only. */
    public Catalogue catalogue() {
        return catalogue;
    }

    /** Whether requests are served. */
    public boolean active() {
        return activation.active();
    }

    /** Whether it is closed since its catalogue is rebuilt. */
    public boolean behind() {
        return activation.behind();
    }

    /** Whether there are disks of which nobody knows what they lack, since they are new or have taken another's place. */
    public boolean wantsSweep() {
        return active() && assurance.unsweptStrangers();
    }

    /** Objects that wait for repair. */
    public int repairBacklog() {
        return repairs.backlog();
    }

    /** Whether an activation has begun and not ended. */
    public boolean begun() {
        return activation.begun();
    }

    /** Why requests are not served. */
    public ErrorCode troubleCode() {
        return activation.troubleCode();
    }

    /** The same for people. */
    public String trouble() {
        return activation.trouble();
    }

    /** Takes in an event that is in the journal. */
    public void apply(CatalogueEvent event) {
        catalogue.apply(event);
        if (activation.recovering()) {
            return;
        }
        sweepWatch.happened(event);
        locks.happened(event);
        switch (event) {
            case CatalogueEvent.ObjectStored stored -> repairs.look(stored.key());
            case CatalogueEvent.ReplicasDropped dropped ->
                dropped.keys().forEach(key -> {
                    tickets.withdraw(key, dropped.node());
                    repairs.look(key);
                });
            case CatalogueEvent.FoundBehind found -> {}
            case CatalogueEvent.RebuildBegun begun -> {}
            case CatalogueEvent.Rebuilt rebuilt -> repairs.rescan();
            case CatalogueEvent.ObjectsRestored restored -> {}
            case CatalogueEvent.Activated activated -> activation.activated();
            case CatalogueEvent.ObjectDeleted deleted -> repairs.look(deleted.key());
            case CatalogueEvent.ObjectsDeleted deleted -> deleted.keys().forEach(repairs::look);
            case CatalogueEvent.RemovalsPaid paid -> {}
            case CatalogueEvent.ReplicasAdded added -> added.keys().forEach(repairs::look);
        }
    }

    /**
     * A sweep begins: from now on the machine notes which keys change, since what is found of those is out of date. To be
     * called before the first disk is asked.
     *
     * @param sweep a number that no sweep of this entity had before
     */
    public void beginSweep(long sweep) {
        sweepWatch.begin(sweep);
        assurance.sweepBegins();
    }

    /** What an input leads to. */
    public Step handle(EntityInput input, ClusterFacts today) {
        ClusterFacts facts = assurance.facts(today);
        return switch (input) {
            case EntityInput.Recovered recovered -> activation.recovered(recovered, today);
            case EntityInput.Announced told -> announced(told, today);
            case EntityInput.AnnounceRefused refused -> activation.refused(refused, today);
            case EntityInput.HeadRead read -> headRead(read, today);
            case EntityInput.HeadUnknown unknown -> headUnknown(unknown);
            case EntityInput.RequestTicket wanted -> whenActive(wanted.request(), () -> writes.ticket(wanted, facts));
            case EntityInput.RenewTicket renewed -> whenActive(renewed.request(), () -> writes.renew(renewed, facts));
            case EntityInput.Commit commit -> whenActive(commit.request(), () -> writes.commit(commit, facts));
            case EntityInput.Commits several -> commits(several, facts);
            case EntityInput.Finish finish -> active() ? writes.finish(finish, facts) : Step.nothing();
            case EntityInput.Observe observe -> whenActive(observe.request(), () -> writes.observe(observe));
            case EntityInput.Delete delete -> whenActive(delete.request(), () -> writes.delete(delete, facts));
            case EntityInput.Locate locate ->
                lookedUp(locate.request(), locate.key().type(), () -> located(locate.key(), facts));
            case EntityInput.ListObjects list -> lookedUp(list.request(), list.type(), () -> listing(list.type()));
            case EntityInput.LocksFound found -> locksFound(found, facts);
            case EntityInput.ReportBad bad -> copies.verify(bad.key(), bad.node(), bad.recordRevision());
            case EntityInput.Removed removed -> {
                repairs.unblock();
                sweepWatch.paid(catalogue.debts(removed.node()), removed.throughRevision());
                locks.paid(removed.node(), removed.throughRevision());
                yield removals.removed(removed.node(), removed.throughRevision(), facts);
            }
            case EntityInput.RemovalFailed failed -> new Step(List.of(), removals.failed(failed.node()));
            case EntityInput.Advanced answer -> {
                if (answer.told().epoch() == catalogue.epoch()) {
                    assurance.advanced(answer);
                } else {
                    activation.disowned(answer.node());
                }
                yield Step.nothing();
            }
            case EntityInput.AdvanceFailed failed -> {
                assurance.failed(failed.node());
                yield Step.nothing();
            }
            case EntityInput.Copied copied -> copies.made(copied, active(), facts);
            case EntityInput.CopyFailed failed -> copies.failed(failed);
            case EntityInput.Verified verified -> copies.verified(verified, active(), facts);
            case EntityInput.VerifyFailed failed -> copies.unverified(failed);
            case EntityInput.Found found -> found(found, facts);
            case EntityInput.SweepEnded ended -> {
                sweepWatch.end(ended.sweep());
                assurance.sweepEnds(ended.nodes());
                yield Step.nothing();
            }
            case EntityInput.Rebuild rebuild -> rebuild(rebuild, today);
            case EntityInput.GoOn goOn ->
                goOn.epoch() == catalogue.epoch() && activation.behind() && rebuilds.writing()
                        ? writeRebuild(today)
                        : Step.nothing();
            case EntityInput.RequestRebuild wanted -> activation.ordered(wanted, today);
            case EntityInput.Tick tick -> tick(facts, today);
        };
    }

    /** What follows from the state once a step's events were applied: removals to be sent, revisions to be told. */
    public Step proceed(ClusterFacts facts) {
        return active()
                ? new Step(List.of(), removals.next(activation.announced(), assurance.facts(facts)))
                : Step.nothing();
    }

    private Step announced(EntityInput.Announced answer, ClusterFacts facts) {
        boolean activeBefore = active();
        Step step = activation.announced(answer, facts);
        if (active() && !activeBefore) {
            repairs.rescan();
        }
        return step;
    }

    private Step whenActive(long request, Supplier<Step> then) {
        return active() ? then.get() : Step.refuse(request, troubleCode(), trouble());
    }

    private Step commits(EntityInput.Commits several, ClusterFacts facts) {
        if (active()) {
            return writes.commits(several.commits(), facts);
        }
        Step refused = Step.nothing();
        for (EntityInput.Commit commit : several.commits()) {
            refused = refused.and(Step.refuse(commit.request(), ErrorCode.UNAVAILABLE, trouble()));
        }
        return refused;
    }

    // Answers that need the journal's head, and of locks the disks

    private Step lookedUp(long request, ObjectType type, Supplier<EntityReply> answer) {
        return whenActive(
                request,
                () -> type == ObjectType.LOCKS
                        ? locks.checked(request, answer, activation.announced())
                        : checks.checked(request, answer));
    }

    private Step locksFound(EntityInput.LocksFound found, ClusterFacts facts) {
        if (!locks.awaits(found)) {
            return Step.nothing();
        }
        boolean enough = assurance.majority(locks.telling(found, facts), facts);
        List<CatalogueEvent> adopted = active() ? locks.adopted(found, facts) : List.of();
        Step step = new Step(adopted, List.of());
        for (LockChecks.Waiting waiting : locks.end()) {
            step = step.and(
                    active() && enough
                            ? checks.checked(waiting.request(), waiting.answer())
                            : Step.refuse(
                                    waiting.request(),
                                    ErrorCode.TOO_FEW_NODES,
                                    "too few storage nodes tell which locks they have"));
        }
        return active() ? step.and(locks.next(activation.announced())) : step;
    }

    private Step headRead(EntityInput.HeadRead read, ClusterFacts facts) {
        if (activation.doubts(read)) {
            return activation.doubtEnded(read, facts);
        }
        if (!checks.awaits(read.check())) {
            return Step.nothing();
        }
        boolean setBack = checks.lost(read) && active();
        boolean superseded = read.journalHead() > catalogue.journalRevision();
        Step step = Step.nothing();
        for (HeadChecks.Waiting waiting : checks.end()) {
            EntityReply reply = !superseded && !setBack && active()
                    ? waiting.answer().get()
                    : new EntityReply.Refused(ErrorCode.UNAVAILABLE, "the repository is being opened again");
            step = step.and(new EntityOutput.Reply(waiting.request(), reply));
        }
        if (superseded) {
            return step.and(activation.stop("the journal has events of another activation"));
        }
        if (setBack) {
            // Others may have noticed it too: only the journal decides who goes on, so it is read again first.
            return step.and(activation.stop("the journal has lost events that this activation had written"));
        }
        return step.and(checks.next());
    }

    private Step headUnknown(EntityInput.HeadUnknown unknown) {
        if (!checks.awaits(unknown.check())) {
            return Step.nothing();
        }
        Step step = Step.nothing();
        for (HeadChecks.Waiting waiting : checks.end()) {
            step = step.and(
                    Step.refuse(waiting.request(), ErrorCode.DATABASE_UNAVAILABLE, "the journal does not answer"));
        }
        return step.and(checks.next());
    }

    private EntityReply located(ObjectKey key, ClusterFacts facts) {
        Optional<ObjectRecord> record = catalogue.find(key);
        if (record.isEmpty()) {
            return new EntityReply.Absent();
        }
        List<NodeId> readable = record.get().holders().stream()
                .filter(facts.up()::contains)
                .sorted()
                .toList();
        return new EntityReply.Located(record.get(), readable, Writes.safe(record.get(), facts));
    }

    private EntityReply listing(ObjectType type) {
        PackedListing.Builder builder = PackedListing.builder(catalogue.count(type));
        catalogue.forEach(type, (key, record) -> builder.add(key.name(), record.sizeBytes()));
        return new EntityReply.Listing(builder.build());
    }

    // Comparing with the disks

    private Step found(EntityInput.Found found, ClusterFacts facts) {
        boolean busy = tickets.anyLive(found.key(), facts.nowMillis()) || repairs.copying(found.key());
        if (!active() || busy || !sweepWatch.upToDate(found.sweep(), found.key())) {
            return Step.nothing();
        }
        return switch (reconciliation.decide(found, removals, facts)) {
            case Reconciliation.Keep keep -> Step.nothing();
            case Reconciliation.Amend amend -> new Step(amend.events(), List.of());
            case Reconciliation.Sweep sweep -> Step.persist(writes.deleted(found.key(), "<sweep>", facts));
        };
    }

    private Step rebuild(EntityInput.Rebuild rebuild, ClusterFacts facts) {
        if (!activation.behind()
                || rebuilds.writing()
                || rebuild.epoch() != catalogue.epoch()
                || !rebuilds.enough(rebuild.asked(), facts)) {
            return Step.nothing();
        }
        rebuilds.make(rebuild.findings(), facts);
        return writeRebuild(facts);
    }

    private Step writeRebuild(ClusterFacts facts) {
        List<CatalogueEvent> events = rebuilds.nextPart();
        return rebuilds.writing()
                ? new Step(events, List.of(new EntityOutput.Continue(catalogue.epoch())))
                : activation.rebuilt(events, facts);
    }

    // Time

    private Step tick(ClusterFacts facts, ClusterFacts today) {
        tickets.expire(facts.nowMillis());
        Step step = new Step(List.of(), removals.expire(facts.nowMillis())).and(activation.tick(today));
        if (activation.behind()) {
            return step.and(rebuilds.reading(today).map(Step::of).orElseGet(Step::nothing));
        }
        if (!active()) {
            return step;
        }
        Step repairing = repairs.plan(activation.announced(), facts);
        boolean settled = repairs.backlog() == 0
                && copies.verifyingNothing()
                && catalogue.debtors().isEmpty();
        return step.and(new Step(List.of(), assurance.tell(activation.announced(), today, settled)))
                .and(checks.regularly(facts.nowMillis()))
                .and(removals.writeDown(facts, 1))
                .and(repairing);
    }
}

package io.backstay.storage.protocol;

import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * One activation of a repository's entity, the single writer of its catalogue. Feed it an input, put the step's events into
 * the journal, {@link #apply} each, carry out the outputs, then feed {@link #proceed} for what follows from the new state.
 * No input may be fed between a step and the end of its persisting. Where the journal refuses, throw the machine away and
 * recover a new one. Confined to one thread.
 */
public final class EntityMachine {
    private enum Phase {
        RECOVERING,
        ANNOUNCING,
        ACTIVE,
        DOUBTING,
        BEHIND,
        STOPPED
    }

    /** What a node was last told. */
    private record Told(long revision, int quorum) {}

    private final Catalogue catalogue;
    private final Tickets tickets = new Tickets();
    private final HeadChecks checks;
    private final Removals removals;
    private final Repairs repairs;
    private final Reconciliation reconciliation;
    private final Writes writes;
    private final Copies copies;
    private final Rebuilds rebuilds;
    private final SweepWatch sweepWatch = new SweepWatch();
    private final Set<NodeId> announced = new HashSet<>();
    private final Map<NodeId, Told> told = new HashMap<>();
    private Phase phase = Phase.RECOVERING;
    private String trouble = "the repository is being opened";
    private NodeId self = new NodeId(new UUID(0, 0));
    private long incarnation;
    /** The check of the journal's head that this activation has reason to doubt; beside those that decide answers. */
    private long doubt;

    private long doubtedEpoch;
    private long activatedAt;

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
        this.writes = new Writes(catalogue, tickets, checks, removals, repairs, announced);
        this.copies = new Copies(catalogue, removals, repairs);
    }

    /** The catalogue; to be changed by {@link #apply} only. */
    public Catalogue catalogue() {
        return catalogue;
    }

    /** Whether requests are served. */
    public boolean active() {
        return phase == Phase.ACTIVE;
    }

    /** Objects that wait for repair. */
    public int repairBacklog() {
        return repairs.backlog();
    }

    /** Whether an activation has begun and not ended. */
    public boolean begun() {
        return phase != Phase.RECOVERING && phase != Phase.STOPPED;
    }

    /** Why requests are not served. */
    public ErrorCode troubleCode() {
        return phase == Phase.ANNOUNCING ? ErrorCode.TOO_FEW_NODES : ErrorCode.UNAVAILABLE;
    }

    /** The same for people. */
    public String trouble() {
        return trouble;
    }

    /** Takes in an event that is in the journal. */
    public void apply(CatalogueEvent event) {
        catalogue.apply(event);
        if (phase == Phase.RECOVERING) {
            return;
        }
        sweepWatch.happened(event);
        switch (event) {
            case CatalogueEvent.ObjectStored stored -> repairs.look(stored.key());
            case CatalogueEvent.ReplicasDropped dropped ->
                dropped.keys().forEach(key -> {
                    tickets.withdraw(key, dropped.node());
                    repairs.look(key);
                });
            case CatalogueEvent.FoundBehind found -> {}
            case CatalogueEvent.Rebuilt rebuilt -> repairs.rescan();
            case CatalogueEvent.ObjectsRestored restored -> {}
            case CatalogueEvent.Activated activated -> activatedAt = catalogue.revision();
            case CatalogueEvent.ObjectDeleted deleted -> {}
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
    }

    /** What an input leads to. */
    public Step handle(EntityInput input, ClusterFacts facts) {
        return switch (input) {
            case EntityInput.Recovered recovered -> recovered(recovered, facts);
            case EntityInput.Announced told -> announced(told, facts);
            case EntityInput.AnnounceRefused refused -> refused(refused, facts);
            case EntityInput.HeadRead read -> headRead(read, facts);
            case EntityInput.HeadUnknown unknown -> headUnknown(unknown);
            case EntityInput.RequestTicket wanted -> whenActive(wanted.request(), () -> writes.ticket(wanted, facts));
            case EntityInput.RenewTicket renewed -> whenActive(renewed.request(), () -> writes.renew(renewed, facts));
            case EntityInput.Commit commit -> whenActive(commit.request(), () -> writes.commit(commit, facts));
            case EntityInput.Commits several -> commits(several, facts);
            case EntityInput.Finish finish -> active() ? writes.finish(finish, facts) : Step.nothing();
            case EntityInput.Observe observe -> whenActive(observe.request(), () -> writes.observe(observe));
            case EntityInput.Delete delete -> whenActive(delete.request(), () -> writes.delete(delete, facts));
            case EntityInput.Locate locate ->
                whenActive(
                        locate.request(), () -> checks.checked(locate.request(), () -> located(locate.key(), facts)));
            case EntityInput.ListObjects list ->
                whenActive(list.request(), () -> checks.checked(list.request(), () -> listing(list.type())));
            case EntityInput.ReportBad bad -> copies.verify(bad.key(), bad.node(), bad.recordRevision());
            case EntityInput.Removed removed -> {
                repairs.unblock();
                sweepWatch.paid(catalogue.debts(removed.node()), removed.throughRevision());
                yield removals.removed(removed.node(), removed.throughRevision(), facts);
            }
            case EntityInput.RemovalFailed failed -> new Step(List.of(), removals.failed(failed.node()));
            case EntityInput.Copied copied -> copies.made(copied, active(), facts);
            case EntityInput.CopyFailed failed -> copies.failed(failed);
            case EntityInput.Verified verified -> copies.verified(verified, active(), facts);
            case EntityInput.VerifyFailed failed -> copies.unverified(failed);
            case EntityInput.Found found -> found(found, facts);
            case EntityInput.SweepEnded ended -> {
                sweepWatch.end(ended.sweep());
                yield Step.nothing();
            }
            case EntityInput.Rebuild rebuild -> rebuild(rebuild, facts);
            case EntityInput.RequestRebuild wanted -> requestRebuild(wanted, facts);
            case EntityInput.Tick tick -> tick(facts);
        };
    }

    /** What follows from the state once a step's events were applied: removals to be sent, revisions to be told. */
    public Step proceed(ClusterFacts facts) {
        if (phase != Phase.ACTIVE) {
            return Step.nothing();
        }
        return new Step(List.of(), removals.next(announced, facts));
    }

    // Activation

    private Step recovered(EntityInput.Recovered recovered, ClusterFacts facts) {
        self = recovered.self();
        incarnation = recovered.incarnation();
        checks.recovered(recovered.journalHead());
        long lost = recovered.journalHead() - catalogue.journalRevision();
        if (lost > 0) {
            catalogue.resumeAfterGap(recovered.journalHead());
            return behind("the journal lacks %d events before its last".formatted(lost), 0, facts);
        }
        if (catalogue.behind()) {
            return behind("the journal was found to be behind the disks", 0, facts);
        }
        phase = Phase.ANNOUNCING;
        return activate(catalogue.epoch() + 1, facts);
    }

    private Step activate(long epoch, ClusterFacts facts) {
        announced.clear();
        checks.begin(epoch);
        List<EntityOutput> outputs = new ArrayList<>();
        for (Placement.Candidate candidate : facts.storage()) {
            outputs.add(new EntityOutput.Announce(candidate.node(), epoch));
        }
        return new Step(List.of(new CatalogueEvent.Activated(facts.nowMillis(), epoch, self, incarnation)), outputs);
    }

    private Step announced(EntityInput.Announced answer, ClusterFacts facts) {
        if (answer.epoch() == catalogue.epoch() && phase == Phase.BEHIND) {
            announced.add(answer.node());
            rebuilds.seen(answer.stamp(), answer.quorum());
            return Step.nothing();
        }
        if (answer.epoch() != catalogue.epoch() || !(phase == Phase.ANNOUNCING || phase == Phase.ACTIVE)) {
            return Step.nothing();
        }
        // What this activation has not yet sent anything to can have seen only what came before it.
        if (!announced.contains(answer.node()) && answer.stamp() > activatedAt) {
            return doubt("storage node %s has seen revision %d of this repository, the journal ended at %d"
                    .formatted(answer.node(), answer.stamp(), activatedAt));
        }
        announced.add(answer.node());
        if (phase == Phase.ANNOUNCING
                && announced.stream().filter(facts::stores).count() >= facts.majority()) {
            phase = Phase.ACTIVE;
            trouble = "";
            repairs.rescan();
        }
        return Step.nothing();
    }

    private Step refused(EntityInput.AnnounceRefused refused, ClusterFacts facts) {
        if (refused.epoch() <= catalogue.epoch()) {
            return Step.nothing();
        }
        if (phase == Phase.BEHIND) {
            return activate(refused.epoch() + 1, facts);
        }
        if (phase != Phase.ANNOUNCING && phase != Phase.ACTIVE) {
            return Step.nothing();
        }
        doubtedEpoch = refused.epoch();
        return doubt("storage node %s has seen epoch %d of this repository, the journal's newest is %d"
                .formatted(refused.node(), refused.epoch(), catalogue.epoch()));
    }

    /** Either another activation has followed, which the journal's head shows, or the journal was set back. */
    private Step doubt(String why) {
        phase = Phase.DOUBTING;
        trouble = why;
        doubt = checks.number();
        return Step.of(new EntityOutput.ReadHead(doubt, catalogue.journalRevision()));
    }

    private Step doubtEnded(EntityInput.HeadRead read, ClusterFacts facts) {
        if (phase != Phase.DOUBTING) {
            return Step.nothing();
        }
        if (read.journalHead() != catalogue.journalRevision() || !read.whole()) {
            return stop("the journal has events of another activation, or has lost this one's");
        }
        return behind(trouble, doubtedEpoch, facts);
    }

    /**
     * Nothing is served any more. The new epoch fences all disks against what earlier activations may still have on its way,
     * before they are read; that the catalogue must be rebuilt is in the journal with it, since the epoch takes away what
     * showed it.
     */
    private Step behind(String why, long knownEpoch, ClusterFacts facts) {
        phase = Phase.BEHIND;
        trouble = "its catalogue is being rebuilt from the disks: " + why;
        rebuilds.begin(facts.nowMillis());
        Step step = activate(Math.max(catalogue.epoch(), knownEpoch) + 1, facts);
        return catalogue.behind()
                ? step
                : step.prepend(List.of(new CatalogueEvent.FoundBehind(facts.nowMillis(), why)));
    }

    private Step stop(String why) {
        phase = Phase.STOPPED;
        trouble = why;
        return Step.of(new EntityOutput.Stop(why));
    }

    private Step whenActive(long request, Supplier<Step> then) {
        if (phase == Phase.ACTIVE) {
            return then.get();
        }
        return Step.refuse(request, troubleCode(), trouble);
    }

    private Step commits(EntityInput.Commits several, ClusterFacts facts) {
        if (phase == Phase.ACTIVE) {
            return writes.commits(several.commits(), facts);
        }
        Step refused = Step.nothing();
        for (EntityInput.Commit commit : several.commits()) {
            refused = refused.and(Step.refuse(commit.request(), ErrorCode.UNAVAILABLE, trouble));
        }
        return refused;
    }

    // Answers that need the journal's head

    private Step headRead(EntityInput.HeadRead read, ClusterFacts facts) {
        if (read.check() == doubt) {
            return doubtEnded(read, facts);
        }
        boolean setBack = checks.lost(read) && phase == Phase.ACTIVE;
        List<HeadChecks.Waiting> decided = checks.end(read.check());
        Step step = Step.nothing();
        boolean superseded = read.journalHead() > catalogue.journalRevision();
        for (HeadChecks.Waiting waiting : decided) {
            EntityReply reply = !superseded && !setBack && phase == Phase.ACTIVE
                    ? waiting.answer().get()
                    : new EntityReply.Refused(ErrorCode.UNAVAILABLE, "the repository is being opened again");
            step = step.and(new EntityOutput.Reply(waiting.request(), reply));
        }
        if (superseded) {
            return step.and(stop("the journal has events of another activation"));
        }
        if (setBack) {
            // Others may have noticed it too: only the journal decides who goes on, so it is read again first.
            return step.and(stop("the journal has lost events that this activation had written"));
        }
        return step.and(checks.next());
    }

    private Step headUnknown(EntityInput.HeadUnknown unknown) {
        Step step = Step.nothing();
        for (HeadChecks.Waiting waiting : checks.end(unknown.check())) {
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
        return new EntityReply.Located(record.get(), readable);
    }

    private EntityReply listing(ObjectType type) {
        PackedListing.Builder builder = PackedListing.builder(catalogue.count(type));
        catalogue.forEach(type, (key, record) -> builder.add(key.name(), record.sizeBytes()));
        return new EntityReply.Listing(builder.build());
    }

    // Comparing with the disks

    private Step found(EntityInput.Found found, ClusterFacts facts) {
        boolean busy = tickets.anyLive(found.key(), facts.nowMillis()) || repairs.copying(found.key());
        if (phase != Phase.ACTIVE || busy || !sweepWatch.upToDate(found)) {
            return Step.nothing();
        }
        return switch (reconciliation.decide(found, removals, facts)) {
            case Reconciliation.Keep keep -> Step.nothing();
            case Reconciliation.Amend amend -> new Step(amend.events(), List.of());
            case Reconciliation.Sweep sweep -> Step.persist(writes.deleted(found.key(), "<sweep>", facts));
        };
    }

    private Step rebuild(EntityInput.Rebuild rebuild, ClusterFacts facts) {
        if (phase != Phase.BEHIND || rebuild.epoch() != catalogue.epoch() || !rebuilds.enough(rebuild.asked(), facts)) {
            return Step.nothing();
        }
        phase = Phase.ANNOUNCING;
        trouble = "the repository is being opened after its catalogue was rebuilt";
        return activate(catalogue.epoch() + 1, facts).prepend(rebuilds.events(rebuild.findings(), facts));
    }

    private Step requestRebuild(EntityInput.RequestRebuild wanted, ClusterFacts facts) {
        if (phase == Phase.RECOVERING || phase == Phase.STOPPED) {
            return Step.nothing();
        }
        rebuilds.ask(wanted.by(), wanted.incomplete());
        return phase == Phase.BEHIND ? Step.nothing() : behind("%s has asked for it".formatted(wanted.by()), 0, facts);
    }

    // Time

    private Step tick(ClusterFacts facts) {
        tickets.expire(facts.nowMillis());
        Step step = new Step(List.of(), removals.expire(facts.nowMillis()));
        if (phase == Phase.ANNOUNCING || phase == Phase.ACTIVE || phase == Phase.BEHIND) {
            for (Placement.Candidate candidate : facts.storage()) {
                if (!announced.contains(candidate.node()) && facts.up().contains(candidate.node())) {
                    step = step.and(new EntityOutput.Announce(candidate.node(), catalogue.epoch()));
                }
            }
        }
        if (phase == Phase.BEHIND) {
            return step.and(rebuilds.reading(announced, facts).map(Step::of).orElseGet(Step::nothing));
        }
        if (phase == Phase.DOUBTING) {
            return step.and(new EntityOutput.ReadHead(doubt, catalogue.journalRevision()));
        }
        if (phase != Phase.ACTIVE) {
            return step;
        }
        Step repairing = repairs.plan(announced, facts);
        return step.and(advance(facts))
                .and(checks.regularly(facts.nowMillis()))
                .and(removals.writeDown(facts, 1))
                .and(repairing);
    }

    /** Everything acknowledged is on W disks, for today's W, once nothing waits for repair and nobody owes a removal. */
    private Step advance(ClusterFacts facts) {
        boolean settled = repairs.backlog() == 0 && catalogue.debtors().isEmpty();
        Told now = new Told(catalogue.revision(), settled ? facts.replication().quorum() : 0);
        Step step = Step.nothing();
        for (NodeId node : announced) {
            if (facts.up().contains(node) && !now.equals(told.put(node, now))) {
                step = step.and(new EntityOutput.Advance(node, catalogue.epoch(), now.revision(), now.quorum()));
            }
        }
        return step;
    }
}

package io.backstay.storage.protocol;

import static io.backstay.storage.protocol.Machines.key;
import static io.backstay.storage.protocol.Machines.node;
import static io.backstay.storage.protocol.Machines.removes;
import static io.backstay.storage.protocol.Machines.replies;
import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.storage.protocol.EntityInput.FileInfo;
import io.backstay.storage.protocol.EntityInput.FileState;
import io.backstay.storage.protocol.NodeRules.Told;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EntityMachineTest {
    // Activation

    @Test
    void servesOnceAMajorityHasHeardOfIt() {
        Machines entity = Machines.activated(3, 3);
        entity.feed(new EntityInput.Announced(node(0), 1, 0, Machines.TOLD));
        assertRefused(entity.ask(new EntityInput.Locate(1, key(1))), ErrorCode.TOO_FEW_NODES);
        entity.feed(new EntityInput.Announced(node(1), 1, 0, Machines.TOLD));
        assertThat(entity.ask(new EntityInput.Locate(2, key(1)))).isEqualTo(new EntityReply.Absent());
    }

    @Test
    void aStampOneAboveTheJournalIsNoticed() {
        Machines entity = Machines.active(3, 3);
        entity.store(key(1));
        long stamp = entity.machine.catalogue().revision();
        entity.reopen(entity.journaled() - 1);
        entity.feed(new EntityInput.Announced(node(0), 2, stamp, Machines.TOLD));
        assertThat(entity.journal()).anyMatch(CatalogueEvent.FoundBehind.class::isInstance);
        assertThat(entity.machine.active()).isFalse();
    }

    /** It did: each activation added an event, and so a revision. */
    @Test
    void aJournalThatWasSetBackDoesNotCatchUpByBeingOpenedOften() {
        Machines entity = Machines.active(3, 3);
        entity.store(key(1));
        long stamp = entity.machine.catalogue().revision();
        entity.reopen(1);
        for (int i = 0; i < 5; i++) {
            entity.reopen(entity.journaled());
        }
        entity.feed(
                new EntityInput.Announced(node(0), entity.machine.catalogue().epoch(), stamp, Machines.TOLD));
        entity.announceEverywhere();
        assertThat(entity.machine.active()).isFalse();
    }

    @Test
    void stopsWhenTheJournalHasEventsOfAnother() {
        Machines entity = Machines.active(3, 3);
        long check = lookAtHead(entity, 1);
        List<EntityOutput> outputs =
                entity.feed(new EntityInput.HeadRead(check, entity.journaled() + 1, true, "w", "w"));
        assertThat(outputs).anyMatch(EntityOutput.Stop.class::isInstance);
        assertRefused(replies(outputs).getFirst(), ErrorCode.UNAVAILABLE);
    }

    /** It did: each activation numbered its looks at the head from 1. */
    @Test
    void whatWasReadForAnEarlierActivationAnswersNothing() {
        Machines entity = Machines.active(3, 3);
        long before = lookAtHead(entity, 1);
        entity.reopen(entity.journaled());
        entity.announceEverywhere();
        long now = lookAtHead(entity, 2);

        assertThat(replies(entity.feed(new EntityInput.HeadRead(before, entity.journaled(), true, "w", "w"))))
                .isEmpty();
        assertThat(replies(entity.feed(new EntityInput.HeadRead(now, entity.journaled(), true, "w", "w"))))
                .hasSize(1);
    }

    private static long lookAtHead(Machines entity, long request) {
        Step step = entity.machine.handle(new EntityInput.Locate(request, key(1)), entity.facts());
        return ((EntityOutput.ReadHead) step.outputs().getFirst()).check();
    }

    // Writing

    @Test
    void storesAndLocatesAnObject() {
        Machines entity = Machines.active(3, 3);
        EntityReply.Ticket ticket = entity.ticket(key(1));
        assertThat(ticket.targets()).hasSize(3);
        assertThat(ticket.quorum()).isEqualTo(2);
        EntityReply committed = entity.commit(ticket, key(1), Set.of(node(0), node(1)));
        assertThat(committed).isEqualTo(new EntityReply.Committed(2));
        EntityReply.Located located = (EntityReply.Located) entity.ask(new EntityInput.Locate(9, key(1)));
        assertThat(located.readable()).containsExactly(node(0), node(1));
        assertThat(entity.ask(new EntityInput.RequestTicket(10, key(1), 100)))
                .isEqualTo(new EntityReply.AlreadyStored(100, key(1).name()));
    }

    @Test
    void refusesCommitWithTooFewCopiesOrWithStrangers() {
        Machines entity = Machines.active(5, 3);
        EntityReply.Ticket ticket = entity.ticket(key(1));
        NodeId target = ticket.targets().getFirst();
        assertRefused(entity.commit(ticket, key(1), Set.of(target)), ErrorCode.UNAVAILABLE);
        Set<NodeId> strangers = new HashSet<>();
        entity.facts().storage().forEach(candidate -> strangers.add(candidate.node()));
        ticket.targets().forEach(strangers::remove);
        strangers.add(target);
        assertRefused(entity.commit(ticket, key(1), strangers), ErrorCode.UNAVAILABLE);
    }

    @Test
    void recordsSeveralCommitsByOneStepEachUnderItsOwnRevision() {
        Machines entity = Machines.active(3, 3);
        List<EntityInput.Commit> commits = new ArrayList<>();
        for (int number : List.of(1, 2, 2)) {
            EntityReply.Ticket ticket = entity.ticket(key(number));
            commits.add(new EntityInput.Commit(
                    entity.nextRequest(),
                    ticket.epoch(),
                    ticket.ticket(),
                    100,
                    key(number).name(),
                    Set.copyOf(ticket.targets()),
                    "somebody"));
        }
        Step step = entity.machine.handle(new EntityInput.Commits(commits), entity.facts());
        assertThat(step.events()).hasSize(2);

        List<EntityReply> replies = replies(entity.feed(new EntityInput.Commits(commits)));
        assertThat(replies.subList(0, 2)).containsExactly(new EntityReply.Committed(2), new EntityReply.Committed(3));
        // Its door asks again, and finds what the second has recorded.
        assertRefused(replies.get(2), ErrorCode.UNAVAILABLE);
        assertThat(entity.machine.catalogue().find(key(2)).orElseThrow().revision())
                .isEqualTo(3);
    }

    @Test
    void refusesCommitOfDeadTicket() {
        Machines entity = Machines.active(3, 3);
        EntityReply.Ticket ticket = entity.ticket(key(1));
        entity.tick(Tickets.LIFETIME_MILLIS);
        assertRefused(entity.commit(ticket, key(1), Set.copyOf(ticket.targets())), ErrorCode.UNAVAILABLE);
    }

    @Test
    void refusesCommitOfAnotherEpochsTicket() {
        Machines entity = Machines.active(3, 3);
        EntityReply.Ticket ticket = entity.ticket(key(1));
        entity.reopen(entity.journaled());
        entity.announceEverywhere();
        entity.ticket(key(2));
        assertRefused(entity.commit(ticket, key(1), Set.copyOf(ticket.targets())), ErrorCode.UNAVAILABLE);
    }

    @Test
    void refusesCommitOfATicketThatADeleteRevoked() {
        Machines entity = Machines.active(3, 3);
        EntityReply.Ticket ticket = entity.ticket(key(1));
        entity.delete(key(1), entity.observe(key(1)));
        assertRefused(entity.commit(ticket, key(1), Set.copyOf(ticket.targets())), ErrorCode.UNAVAILABLE);
    }

    @Test
    void letsOnlyOneConfigBeUploadedAtATime() {
        Machines entity = Machines.active(3, 3);
        entity.ticket(ObjectKey.config());
        EntityReply second = entity.ask(new EntityInput.RequestTicket(5, ObjectKey.config(), 155));
        assertRefused(second, ErrorCode.UNAVAILABLE);
    }

    /** An upload's last word came after its copy had been found damaged and thrown away. */
    @Test
    void aLateFinishDoesNotCountACopyThatWasDroppedMeanwhile() {
        Machines entity = Machines.active(3, 3);
        EntityReply.Ticket ticket = entity.ticket(key(1));
        entity.commit(ticket, key(1), Set.copyOf(ticket.targets()));
        long revision = entity.machine.catalogue().revision();
        entity.feed(new EntityInput.ReportBad(key(1), node(2), revision));
        List<EntityOutput> dropped =
                entity.feed(new EntityInput.Verified(key(1), node(2), revision, EntityInput.Copy.DAMAGED));
        entity.feed(new EntityInput.Removed(node(2), removes(dropped).getFirst().revision()));
        entity.feed(new EntityInput.Finish(ticket.epoch(), ticket.ticket(), Set.copyOf(ticket.targets())));
        assertThat(holders(entity, key(1))).doesNotContain(node(2));
    }

    // Deleting

    @Test
    void answersADeleteWhenEnoughOfItsOwnDebtorsHaveMarkedIt() {
        Machines entity = Machines.active(3, 3);
        entity.store(key(1));
        List<EntityOutput> sent = entity.delete(key(1), entity.observe(key(1)));
        assertThat(removes(sent)).hasSize(3);
        assertThat(replies(sent)).isEmpty();
        long revision = removes(sent).getFirst().revision();
        assertThat(replies(entity.feed(new EntityInput.Removed(node(0), revision))))
                .isEmpty();
        assertThat(replies(entity.feed(new EntityInput.Removed(node(7), revision))))
                .isEmpty();
        assertThat(replies(entity.feed(new EntityInput.Removed(node(1), revision))))
                .containsExactly(new EntityReply.Deleted());
    }

    @Test
    void givesUpADeleteThatTooFewMark() {
        Machines entity = Machines.active(3, 3);
        entity.store(key(1));
        entity.delete(key(1), entity.observe(key(1)));
        assertRefused(replies(entity.tick(Removals.PATIENCE_MILLIS)).getFirst(), ErrorCode.UNAVAILABLE);
        assertThat(entity.machine.catalogue().find(key(1))).isEmpty();
    }

    @Test
    void aDeleteTakesNothingThatWasStoredAfterItWasObserved() {
        Machines entity = Machines.active(3, 3);
        EntityInput.Observation before = entity.observe(key(1));
        EntityReply.Ticket ticket = entity.ticket(key(1));
        assertThat(replies(entity.delete(key(1), before))).containsExactly(new EntityReply.Changed());
        entity.commit(ticket, key(1), Set.copyOf(ticket.targets()));
        assertThat(replies(entity.delete(key(1), before))).containsExactly(new EntityReply.Changed());
    }

    /** The delete was given up at its door; its message came after the next write had been told that the object is there. */
    @Test
    void aLateDeleteDoesNotTakeWhatWasConfirmedMeanwhile() {
        Machines entity = Machines.active(3, 3);
        entity.store(key(1));
        EntityInput.Observation before = entity.observe(key(1));
        assertThat(entity.ask(new EntityInput.RequestTicket(8, key(1), 100)))
                .isInstanceOf(EntityReply.AlreadyStored.class);
        assertThat(replies(entity.delete(key(1), before))).containsExactly(new EntityReply.Changed());
        assertThat(removes(entity.delete(key(1), entity.observe(key(1))))).hasSize(3);
    }

    /** A marker of a later revision passed what was stored in between for deleted. */
    @Test
    void removesEachKeyUnderTheRevisionOfItsOwnDeletion() {
        Machines entity = Machines.active(3, 3);
        entity.down(node(2));
        entity.delete(key(1), entity.observe(key(1)));
        entity.delete(key(2), entity.observe(key(2)));
        entity.up(node(2));
        EntityOutput.Remove owed = removes(entity.tick(0)).stream()
                .filter(remove -> remove.node().equals(node(2)))
                .findFirst()
                .orElseThrow();
        assertThat(owed.removals())
                .containsExactly(new EntityOutput.Removal(key(1), 2), new EntityOutput.Removal(key(2), 3));
        assertThat(owed.revision()).isEqualTo(3);
    }

    /** It asked again at once, thousands of times a second, a node that refused at once. */
    @Test
    void asksANodeThatRefusesARemovalAgainAtTheNextTickOnly() {
        Machines entity = Machines.active(3, 3);
        entity.delete(key(1), entity.observe(key(1)));
        assertThat(removes(entity.feed(new EntityInput.RemovalFailed(node(0))))).isEmpty();
        assertThat(removes(entity.tick(1_000)))
                .extracting(EntityOutput.Remove::node)
                .containsExactly(node(0));
    }

    // Sweeps

    @Test
    void adoptsAWholeUnknownObjectButNotConfig() {
        Machines entity = Machines.active(3, 3);
        entity.machine.beginSweep(1);
        for (ObjectKey found : List.of(key(1), ObjectKey.config())) {
            entity.feed(new EntityInput.Found(1, found, Map.of(node(0), file(found, 1), node(1), file(found, 1))));
        }
        assertThat(holders(entity, key(1))).containsExactlyInAnyOrder(node(0), node(1));
        assertThat(entity.machine.catalogue().find(ObjectKey.config())).isEmpty();
    }

    /** A restore that began while nobody could decide goes on, and a prune must see its lock. */
    @Test
    void adoptsALockThatWasAcceptedWhileNobodyCouldDecideUnlessItIsStale() {
        Machines entity = Machines.active(3, 3);
        entity.machine.beginSweep(1);
        ObjectKey lock = new ObjectKey(ObjectType.LOCKS, key(3).name());
        ObjectKey onOneNode = new ObjectKey(ObjectType.LOCKS, key(4).name());
        ObjectKey stale = new ObjectKey(ObjectType.LOCKS, key(5).name());
        entity.feed(new EntityInput.Found(1, lock, Map.of(node(0), file(lock, 0), node(1), file(lock, 0))));
        entity.feed(new EntityInput.Found(1, onOneNode, Map.of(node(0), file(onOneNode, 0))));
        entity.nowMillis += 30 * 60_000;
        entity.feed(new EntityInput.Found(1, stale, Map.of(node(0), file(stale, 0), node(1), file(stale, 0))));
        assertThat(holders(entity, lock)).containsExactlyInAnyOrder(node(0), node(1));
        assertThat(holders(entity, onOneNode)).containsExactly(node(0));
        assertThat(entity.machine.catalogue().find(stale)).isEmpty();
    }

    // What the disks are told

    /** A disk that believes that all is on W disks gives lists though fewer than W are silent. */
    @Test
    void tellsNewDisksThatAllIsOnWDisksOnlyWhenItIs() {
        Machines entity = Machines.activated(3, 3);
        for (int i = 0; i < 3; i++) {
            entity.feed(new EntityInput.Announced(node(i), 1, 0, Told.NOTHING));
        }
        EntityReply.Ticket ticket = entity.ticket(key(1));
        entity.commit(
                ticket, key(1), Set.of(ticket.targets().get(0), ticket.targets().get(1)));
        List<EntityOutput> outputs = entity.tick(1_000);
        assertThat(told(outputs)).as("a copy is missing").containsOnly(0);
        entity.advanced(outputs);
        entity.feed(new EntityInput.Copied(
                key(1),
                ticket.targets().get(2),
                entity.machine.catalogue().epoch(),
                entity.machine.catalogue().find(key(1)).orElseThrow().revision()));
        assertThat(told(entity.tick(1_000))).hasSize(3).containsOnly(2);
    }

    /** It had taken another's place while its node was away: nobody had looked at what it lacked. */
    @Test
    void tellsADiskThatOughtToHaveSomethingOnlyAfterASweep() {
        Machines entity = Machines.active(3, 3);
        entity.store(key(1));
        entity.advanced(entity.tick(1_000));
        entity.feed(new EntityInput.Advanced(node(1), Told.NOTHING));
        entity.feed(
                new EntityInput.Announced(node(1), entity.machine.catalogue().epoch(), 0, Told.NOTHING));
        List<EntityOutput> outputs = entity.tick(1_000);
        assertThat(told(outputs)).containsOnly(0);
        entity.advanced(outputs);
        assertThat(entity.machine.wantsSweep()).isTrue();
        entity.machine.beginSweep(1);
        entity.feed(new EntityInput.SweepEnded(1, Set.of(node(0), node(1), node(2))));
        assertThat(entity.machine.wantsSweep()).isFalse();
        assertThat(told(entity.tick(1_000))).contains(2);
    }

    /** It went on with the lesser W at once: a rebuild that went by the greater one missed what was written then. */
    @Test
    void aLesserWIsOnAMajorityOfTheDisksBeforeItAcknowledges() {
        Machines entity = Machines.active(3, 3);
        entity.policy(1);
        EntityReply.Ticket ticket = entity.ticket(key(1));
        assertThat(ticket.quorum()).isEqualTo(2);
        List<EntityOutput> outputs = entity.tick(1_000);
        assertThat(told(outputs)).hasSize(3).containsOnly(1);
        entity.advanced(outputs.subList(0, 1));
        entity.tick(1_000);
        assertThat(entity.ticket(key(2)).quorum()).isEqualTo(2);
        entity.advanced(outputs.subList(1, 2));
        entity.tick(1_000);
        assertThat(entity.ticket(key(3)).quorum()).isEqualTo(1);
        entity.policy(3);
        assertThat(entity.ticket(key(4)).quorum()).isEqualTo(2);
    }

    @Test
    void tellsAgainWhatADiskDidNotTake() {
        Machines entity = Machines.active(3, 3);
        entity.store(key(1));
        assertThat(told(entity.tick(1_000))).hasSize(3);
        assertThat(told(entity.tick(1_000))).as("no answer yet").isEmpty();
        entity.feed(new EntityInput.AdvanceFailed(node(1)));
        assertThat(told(entity.tick(1_000))).hasSize(1);
    }

    private static List<Integer> told(List<EntityOutput> outputs) {
        return outputs.stream()
                .filter(EntityOutput.Advance.class::isInstance)
                .map(output -> ((EntityOutput.Advance) output).told().quorum())
                .toList();
    }

    // Locks that doors have accepted without an entity

    /** The owner had never been away, and its next sweep was hours off: a prune began beside a backup. */
    @Test
    void aListOfLocksTakesInThoseThatTheDisksHave() {
        Machines entity = Machines.active(3, 3);
        EntityInput.LockFile lock = new EntityInput.LockFile(lock(1), 155, entity.nowMillis, true);
        List<EntityOutput> asked = entity.feed(new EntityInput.ListObjects(1, ObjectType.LOCKS));
        EntityOutput.TakeLocks wanted = (EntityOutput.TakeLocks) asked.getFirst();
        List<EntityOutput> answered = entity.feed(
                new EntityInput.LocksFound(wanted.look(), Map.of(node(0), List.of(lock), node(1), List.of(lock))));
        EntityReply.Listing listing =
                (EntityReply.Listing) Machines.replies(answered).getFirst();
        assertThat(listing.objects().name(0)).isEqualTo(lock(1).name());
        assertThat(holders(entity, lock(1))).containsExactlyInAnyOrder(node(0), node(1));
    }

    @Test
    void aListOfLocksIsRefusedWhereNoMajorityTellsItsLocks() {
        Machines entity = Machines.active(3, 3);
        EntityOutput.TakeLocks wanted = (EntityOutput.TakeLocks)
                entity.feed(new EntityInput.ListObjects(1, ObjectType.LOCKS)).getFirst();
        List<EntityOutput> answered =
                entity.feed(new EntityInput.LocksFound(wanted.look(), Map.of(node(0), List.of())));
        assertRefused(Machines.replies(answered).getFirst(), ErrorCode.TOO_FEW_NODES);
    }

    /** What is left of a lock may be all there is of it: nobody can say that there is none. */
    @Test
    void aNodeWithADamagedLockThatNoRecordKnowsTellsNothing() {
        Machines entity = Machines.active(3, 3);
        EntityInput.LockFile damaged = new EntityInput.LockFile(lock(1), 155, entity.nowMillis, false);
        EntityOutput.TakeLocks wanted = (EntityOutput.TakeLocks)
                entity.feed(new EntityInput.ListObjects(1, ObjectType.LOCKS)).getFirst();
        List<EntityOutput> answered = entity.feed(
                new EntityInput.LocksFound(wanted.look(), Map.of(node(0), List.of(damaged), node(1), List.of())));
        assertRefused(Machines.replies(answered).getFirst(), ErrorCode.TOO_FEW_NODES);
    }

    @Test
    void aLockThatIsRemovedDuringTheLookIsNotTakenIn() {
        Machines entity = Machines.active(3, 3);
        EntityInput.LockFile lock = new EntityInput.LockFile(lock(1), 155, entity.nowMillis, true);
        EntityOutput.TakeLocks wanted = (EntityOutput.TakeLocks)
                entity.feed(new EntityInput.ListObjects(1, ObjectType.LOCKS)).getFirst();
        EntityOutput.Remove sent =
                removes(entity.delete(lock(1), entity.observe(lock(1)))).getFirst();
        for (int i = 0; i < 3; i++) {
            entity.feed(new EntityInput.Removed(node(i), sent.revision()));
        }
        entity.feed(new EntityInput.LocksFound(wanted.look(), Map.of(node(0), List.of(lock), node(1), List.of(lock))));
        assertThat(entity.machine.catalogue().find(lock(1))).isEmpty();
    }

    /** Doors remove locks without an entity, too: its record stayed for ever, and shut everybody out. */
    @Test
    void aLockOfWhichNothingIsLeftIsGone() {
        Machines entity = Machines.active(3, 1);
        NodeId holder = entity.store(lock(1)).targets().getFirst();
        long revision = entity.machine.catalogue().find(lock(1)).orElseThrow().revision();
        for (EntityInput.Copy elsewhere : List.of(EntityInput.Copy.GOOD, EntityInput.Copy.MISSING)) {
            entity.feed(new EntityInput.ReportBad(lock(1), holder, revision));
            List<EntityOutput> search =
                    entity.feed(new EntityInput.Verified(lock(1), holder, revision, EntityInput.Copy.MISSING));
            assertThat(search).hasSize(2);
            for (EntityOutput output : search) {
                NodeId asked = ((EntityOutput.Verify) output).node();
                assertThat(entity.machine.catalogue().find(lock(1))).isPresent();
                entity.feed(new EntityInput.Verified(lock(1), asked, revision, elsewhere));
            }
        }
        assertThat(entity.machine.catalogue().find(lock(1))).isEmpty();
    }

    private static ObjectKey lock(int number) {
        return new ObjectKey(ObjectType.LOCKS, new Sha256(number, 2, 2, 2));
    }

    // Looks at the journal's head

    /** One that nobody waited for was in flight: a second look took its place, and those who waited were never answered. */
    @Test
    void answersAllThatWaitForALookThoughAnotherWasInFlight() {
        Machines entity = Machines.active(3, 3);
        entity.nowMillis += HeadChecks.LOOK_EVERY_MILLIS;
        EntityOutput.ReadHead regular = head(entity, new EntityInput.Tick());
        assertThat(entity.machine
                        .handle(new EntityInput.Locate(1, key(1)), entity.facts())
                        .outputs())
                .as("it waits for the next look")
                .isEmpty();
        EntityOutput.ReadHead next = head(entity, read(entity, regular));
        assertThat(entity.machine.handle(read(entity, regular), entity.facts()).outputs())
                .as("an answer that came twice")
                .isEmpty();
        assertThat(Machines.replies(entity.machine
                        .handle(read(entity, next), entity.facts())
                        .outputs()))
                .containsExactly(new EntityReply.Absent());
    }

    private static EntityOutput.ReadHead head(Machines entity, EntityInput input) {
        return entity.machine.handle(input, entity.facts()).outputs().stream()
                .filter(EntityOutput.ReadHead.class::isInstance)
                .map(EntityOutput.ReadHead.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private static EntityInput.HeadRead read(Machines entity, EntityOutput.ReadHead asked) {
        return new EntityInput.HeadRead(asked.check(), entity.journaled(), true, "w", "w");
    }

    // Sweeps

    /** The object was deleted, and its files were gone, between the inventory and the sweep's word. */
    @Test
    void aSweepsWordDoesNotBringBackWhatWasDeletedMeanwhile() {
        Machines entity = Machines.active(3, 3);
        entity.machine.beginSweep(1);
        EntityOutput.Remove sent =
                removes(entity.delete(key(1), entity.observe(key(1)))).getFirst();
        for (int i = 0; i < 3; i++) {
            entity.feed(new EntityInput.Removed(node(i), sent.revision()));
        }
        entity.feed(new EntityInput.Found(1, key(1), Map.of(node(0), file(key(1), 0), node(1), file(key(1), 0))));
        assertThat(entity.machine.catalogue().find(key(1))).isEmpty();
    }

    @Test
    void aSweepThatWasNotBegunOrHasEndedIsNotBelieved() {
        Machines entity = Machines.active(3, 3);
        Map<NodeId, FileState> files = Map.of(node(0), file(key(1), 0), node(1), file(key(1), 0));
        entity.feed(new EntityInput.Found(1, key(1), files));
        entity.machine.beginSweep(1);
        entity.feed(new EntityInput.SweepEnded(1, Set.of()));
        entity.feed(new EntityInput.Found(1, key(1), files));
        assertThat(entity.machine.catalogue().find(key(1))).isEmpty();
    }

    /** The surplus copy had been read before it was thrown away, and was counted again after that was paid. */
    @Test
    void aSweepsWordDoesNotCountACopyWhoseRemovalWasPaidMeanwhile() {
        Machines entity = Machines.active(3, 3);
        EntityReply.Ticket ticket = entity.store(key(1));
        long revision = entity.machine.catalogue().revision();
        entity.feed(new EntityInput.ReportBad(key(1), node(2), revision));
        List<EntityOutput> dropped =
                entity.feed(new EntityInput.Verified(key(1), node(2), revision, EntityInput.Copy.DAMAGED));
        entity.machine.beginSweep(1);
        entity.feed(new EntityInput.Removed(node(2), removes(dropped).getFirst().revision()));
        entity.feed(new EntityInput.Found(1, key(1), Map.of(node(2), file(key(1), ticket.revision()))));
        assertThat(holders(entity, key(1))).doesNotContain(node(2));
    }

    @Test
    void leavesAnUnknownFileAloneWhileATicketIsOpenAndUntilItsQuarantineEnds() {
        Machines entity = Machines.active(3, 3);
        Map<NodeId, FileState> one = Map.of(node(0), file(key(1), 0));
        entity.machine.beginSweep(1);
        assertThat(removes(entity.feed(new EntityInput.Found(1, key(1), one)))).isEmpty();
        entity.nowMillis += Machines.QUARANTINE_MILLIS;
        entity.ticket(key(1));
        assertThat(removes(entity.feed(new EntityInput.Found(1, key(1), one)))).isEmpty();
        entity.tick(Tickets.LIFETIME_MILLIS);
        assertThat(removes(entity.feed(new EntityInput.Found(1, key(1), one)))).hasSize(3);
    }

    // Repair

    @Test
    void makesUpForALostNodeAfterItsGraceAndDropsTheSurplusWhenItReturns() {
        Machines entity = Machines.active(4, 3);
        EntityReply.Ticket ticket = entity.store(key(1));
        NodeId lost = ticket.targets().getFirst();
        entity.down(lost);
        assertThat(copies(entity.tick(1_000))).isEmpty();
        List<EntityOutput.Copy> copies = copies(entity.tick(Machines.GRACE_MILLIS));
        assertThat(copies).hasSize(1);
        EntityOutput.Copy copy = copies.getFirst();
        assertThat(ticket.targets()).doesNotContain(copy.to());
        entity.feed(new EntityInput.Copied(key(1), copy.to(), copy.epoch(), copy.recordRevision()));
        entity.up(lost);
        entity.tick(1_000);
        assertThat(holders(entity, key(1))).hasSize(3);
        assertThat(entity.machine.catalogue().debtors()).hasSize(1);
    }

    /** An earlier activation had ordered it, and the copy was dropped as surplus meanwhile: it was counted and not there. */
    @Test
    void aCopyThatThisActivationHasNotOrderedDoesNotCount() {
        Machines entity = Machines.active(4, 3);
        EntityReply.Ticket ticket = entity.store(key(1));
        NodeId other = List.of(node(0), node(1), node(2), node(3)).stream()
                .filter(node -> !ticket.targets().contains(node))
                .findFirst()
                .orElseThrow();
        long revision = entity.machine.catalogue().find(key(1)).orElseThrow().revision();
        entity.feed(new EntityInput.Copied(key(1), other, 0, revision));
        entity.feed(
                new EntityInput.Copied(key(1), other, entity.machine.catalogue().epoch(), revision));
        assertThat(holders(entity, key(1))).doesNotContain(other);
    }

    @Test
    void neverDropsTheLastCopy() {
        Machines entity = Machines.active(1, 1);
        entity.store(key(1));
        entity.feed(new EntityInput.ReportBad(key(1), node(0), 1));
        entity.feed(new EntityInput.Verified(key(1), node(0), 1, EntityInput.Copy.DAMAGED));
        assertThat(holders(entity, key(1))).containsExactly(node(0));
    }

    /** It was copied anew each second, and as long as that failed no disk was told that all else is there. */
    @Test
    void anObjectWhoseLastCopyIsBadHoldsUpNothing() {
        Machines entity = Machines.active(3, 3);
        EntityReply.Ticket ticket = entity.ticket(key(1));
        entity.commit(ticket, key(1), Set.copyOf(ticket.targets()));
        entity.tick(1_000);
        long revision = entity.machine.catalogue().find(key(1)).orElseThrow().revision();
        for (NodeId node : ticket.targets()) {
            entity.feed(new EntityInput.ReportBad(key(1), node, revision));
            for (EntityOutput.Remove remove :
                    removes(entity.feed(new EntityInput.Verified(key(1), node, revision, EntityInput.Copy.DAMAGED)))) {
                entity.feed(new EntityInput.Removed(node, remove.revision()));
            }
        }
        assertThat(holders(entity, key(1))).hasSize(1);
        assertThat(copies(entity.tick(1_000))).isEmpty();
        assertThat(entity.machine.repairBacklog()).isZero();
        entity.feed(new EntityInput.ReportBad(key(1), ticket.targets().getLast(), revision));
        entity.feed(new EntityInput.Verified(key(1), ticket.targets().getLast(), revision, EntityInput.Copy.GOOD));
        assertThat(copies(entity.tick(1_000))).hasSize(2);
    }

    static FileState file(ObjectKey key, long revision) {
        return new FileState(Optional.of(new FileInfo(100, key.name(), revision, 1_000_000, true)), 0);
    }

    private static List<EntityOutput.Copy> copies(List<EntityOutput> outputs) {
        return outputs.stream()
                .filter(EntityOutput.Copy.class::isInstance)
                .map(EntityOutput.Copy.class::cast)
                .toList();
    }

    private static Set<NodeId> holders(Machines entity, ObjectKey key) {
        return entity.machine.catalogue().find(key).orElseThrow().holders();
    }

    private static void assertRefused(EntityReply reply, ErrorCode code) {
        assertThat(reply)
                .isInstanceOfSatisfying(
                        EntityReply.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }
}

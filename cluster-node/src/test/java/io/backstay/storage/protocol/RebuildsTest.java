package io.backstay.storage.protocol;

import static io.backstay.storage.protocol.Machines.key;
import static io.backstay.storage.protocol.Machines.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.storage.protocol.EntityInput.FileInfo;
import io.backstay.storage.protocol.EntityInput.FileState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RebuildsTest {
    private static final Set<NodeId> ALL = Set.of(node(0), node(1), node(2));

    // How it comes about

    @Test
    void readsTheDisksOnceAllOfThemAreFenced() {
        Machines entity = behind();
        fence(entity, node(0), node(1));
        assertThat(readings(entity.tick(1_000))).isEmpty();
        fence(entity, node(2));
        assertThat(readings(entity.tick(1_000)))
                .containsExactly(new EntityOutput.TakeInventories(
                        entity.machine.catalogue().epoch(), ALL));
    }

    @Test
    void goesOnWithoutSilentNodesAfterAWhileIfFewerThanWAreSilent() {
        Machines entity = behind();
        fence(entity, node(0), node(1));
        assertThat(readings(entity.tick(Machines.REBUILD_PATIENCE_MILLIS)))
                .containsExactly(new EntityOutput.TakeInventories(
                        entity.machine.catalogue().epoch(), Set.of(node(0), node(1))));
    }

    @Test
    void neverGoesOnByItselfWhereWNodesAreSilent() {
        Machines entity = behind();
        fence(entity, node(0));
        assertThat(readings(entity.tick(10 * Machines.REBUILD_PATIENCE_MILLIS))).isEmpty();
        rebuild(entity, Set.of(node(0)), Map.of());
        assertThat(entity.journal()).noneMatch(CatalogueEvent.Rebuilt.class::isInstance);
    }

    @Test
    void goesOnWhereWNodesAreSilentIfTheAdminSaysSo() {
        Machines entity = behind();
        fence(entity, node(0));
        entity.feed(new EntityInput.RequestRebuild(7, "admin", true));
        assertThat(readings(entity.tick(Machines.REBUILD_PATIENCE_MILLIS))).hasSize(1);
        rebuild(entity, Set.of(node(0)), Map.of());
        assertThat(entity.journal())
                .anyMatch(event -> event instanceof CatalogueEvent.Rebuilt rebuilt
                        && rebuilt.by().equals("admin"));
    }

    @Test
    void anAdminHasAnOpenCatalogueRebuilt() {
        Machines entity = Machines.active(3, 3);
        entity.store(key(1));
        entity.feed(new EntityInput.RequestRebuild(7, "admin", false));
        assertThat(entity.machine.active()).isFalse();
        assertThat(entity.machine.catalogue().behind()).isPresent();
    }

    @Test
    void theFenceRisesAboveEveryEpochThatADiskKnows() {
        Machines entity = behind();
        entity.feed(new EntityInput.AnnounceRefused(node(1), 70, 0));
        assertThat(entity.machine.catalogue().epoch()).isEqualTo(71);
        entity.feed(new EntityInput.AnnounceRefused(node(2), 30, 0));
        assertThat(entity.machine.catalogue().epoch()).isEqualTo(71);
    }

    /** The new epoch takes away what had shown it. */
    @Test
    void theNextActivationKnowsThatItIsBehind() {
        Machines entity = behind();
        entity.reopen(entity.journaled());
        entity.announceEverywhere();
        assertThat(entity.machine.active()).isFalse();
        assertThat(readings(entity.tick(1_000))).hasSize(1);
    }

    @Test
    void noticesThatEventsBeforeTheLastAreLost() {
        Machines entity = Machines.active(3, 3);
        entity.store(key(1));
        entity.store(key(2));
        long head = entity.journaled();
        entity.reopen(1);
        entity.machine = new EntityMachine(new Catalogue(Machines.REPOSITORY), 1, 1, 1);
        entity.journal().stream().limit(1).forEach(entity.machine::apply);
        entity.feed(new EntityInput.Recovered(node(0), 5, head));
        assertThat(entity.machine.catalogue().behind()).isPresent();
        assertThat(entity.machine.catalogue().journalRevision()).isEqualTo(head + 2);
    }

    @Test
    void endsWhenTheJournalHasLostWhatItHadWritten() {
        assertEndsAfter(new Head(-1, true, "w"));
    }

    /** It did not: what it wrote meanwhile lay behind the gap, and the head was where it should be. */
    @Test
    void endsWhenTheJournalHasAGapThoughItHasWrittenSince() {
        assertEndsAfter(new Head(0, false, "w"));
    }

    /** It did not: another activation had filled the numbers up to its own last one. */
    @Test
    void endsWhenAnotherHasWrittenWhatItHadWritten() {
        assertEndsAfter(new Head(0, true, "w"), new Head(0, true, "another"));
    }

    private record Head(int beyondOwn, boolean whole, String writer) {}

    private static void assertEndsAfter(Head... heads) {
        Machines entity = Machines.active(3, 3);
        entity.store(key(1));
        List<EntityOutput> outputs = List.of();
        for (Head head : heads) {
            assertThat(entity.machine.active()).isTrue();
            EntityInput.ListObjects list = new EntityInput.ListObjects(9, key(1).type());
            EntityOutput.ReadHead read = (EntityOutput.ReadHead)
                    entity.machine.handle(list, entity.facts()).outputs().getFirst();
            outputs = entity.feed(new EntityInput.HeadRead(
                    read.check(), entity.journaled() + head.beyondOwn(), head.whole(), head.writer(), head.writer()));
        }
        assertThat(Machines.replies(outputs))
                .allMatch(reply ->
                        reply instanceof EntityReply.Refused refused && refused.code() == ErrorCode.UNAVAILABLE);
        assertThat(outputs).anyMatch(EntityOutput.Stop.class::isInstance);
        assertThat(entity.machine.active()).isFalse();
    }

    @Test
    void whatWasReadBeforeTheLastFenceDoesNotCount() {
        Machines entity = behind();
        long before = entity.machine.catalogue().epoch();
        entity.feed(new EntityInput.AnnounceRefused(node(1), 70, 0));
        entity.feed(new EntityInput.Rebuild(before, ALL, new DiskFindings()));
        assertThat(entity.journal()).noneMatch(CatalogueEvent.Rebuilt.class::isInstance);
    }

    // What comes of it

    @Test
    void takesTheUnionOfTheFilesLessNewerMarkers() {
        Machines entity = behind();
        rebuild(
                entity,
                ALL,
                Map.of(
                        key(1), Map.of(node(0), file(key(1), 3, 0), node(1), file(key(1), 3, 0)),
                        key(2), Map.of(node(0), file(key(2), 3, 0), node(1), marker(4)),
                        key(3), Map.of(node(0), file(key(3), 5, 0), node(1), marker(5))));
        assertThat(entity.machine.catalogue().find(key(1)).orElseThrow().holders())
                .containsExactlyInAnyOrder(node(0), node(1));
        assertThat(entity.machine.catalogue().find(key(2))).isEmpty();
        assertThat(entity.machine.catalogue().find(key(3))).isPresent();
        assertThat(entity.machine.catalogue().revision()).isGreaterThan(50);
        assertThat(entity.machine.catalogue().behind()).isEmpty();
    }

    /** It counted: right content, but from before a removal of which its disk had never heard. The next rebuild deleted all. */
    @Test
    void doesNotCountAFileFromBeforeTheRemovalOfItsKey() {
        Machines entity = behind();
        rebuild(entity, ALL, Map.of(key(1), Map.of(node(0), file(key(1), 0, 0), node(1), file(key(1), 9, 7))));
        assertThat(entity.machine.catalogue().find(key(1)).orElseThrow().holders())
                .containsExactly(node(1));
        assertThat(entity.machine.catalogue().owes(node(0), key(1))).isPresent();
    }

    /** It was answered "it is there", and so acknowledged, on one disk. */
    @Test
    void whatWasFoundOnFewerThanWDisksIsWrittenAgainBeforeItIsAcknowledged() {
        Machines entity = behind();
        rebuild(entity, ALL, Map.of(key(1), Map.of(node(0), file(key(1), 3, 0))));
        entity.announceEverywhere();
        EntityReply.Ticket ticket = entity.ticket(key(1));
        EntityReply reply = entity.commit(ticket, key(1), Set.of(node(1), node(2)));
        assertThat(reply).isInstanceOf(EntityReply.Committed.class);
        assertThat(entity.machine.catalogue().find(key(1)).orElseThrow().holders())
                .containsExactlyInAnyOrder(node(0), node(1), node(2));
    }

    @Test
    void aConfigOnFewerThanWDisksIsNotAcknowledged() {
        Machines entity = behind();
        ObjectKey config = ObjectKey.config();
        rebuild(entity, ALL, Map.of(config, Map.of(node(0), file(config, 3, 0))));
        entity.announceEverywhere();
        assertThat(entity.ask(new EntityInput.RequestTicket(entity.nextRequest(), config, 100)))
                .isInstanceOf(EntityReply.Refused.class);
    }

    @Test
    void whatTheJournalHadAndNoDiskHasIsGone() {
        Machines entity = Machines.active(3, 3);
        entity.store(key(1));
        entity.feed(new EntityInput.RequestRebuild(7, "admin", false));
        rebuild(entity, ALL, Map.of());
        assertThat(entity.machine.catalogue().find(key(1))).isEmpty();
        assertThat(entity.machine.catalogue().owes(node(0), key(1))).isPresent();
    }

    @Test
    void beginsANewEpochAboveAllThatDisksHaveSeen() {
        Machines entity = behind();
        entity.feed(new EntityInput.AnnounceRefused(node(1), 9, 0));
        fence(entity, node(0));
        rebuild(entity, ALL, Map.of());
        assertThat(entity.machine.catalogue().epoch()).isEqualTo(11);
        assertThat(entity.machine.catalogue().revision()).isEqualTo(52);
        entity.announceEverywhere();
        assertThat(entity.machine.active()).isTrue();
    }

    @Test
    void aMillionObjectsAreAFewThousandEvents() {
        Machines entity = behind();
        fence(entity, node(0), node(1), node(2));
        DiskFindings findings = new DiskFindings();
        int objects = 1_000_000;
        for (int i = 0; i < objects; i++) {
            ObjectKey key = key(i);
            findings.take(key, Map.of(node(0), file(key, 3, 0), node(1), file(key, 3, 0)));
        }
        entity.feed(new EntityInput.Rebuild(entity.machine.catalogue().epoch(), ALL, findings));
        assertThat(entity.machine.catalogue().count(key(1).type())).isEqualTo(objects);
        assertThat(entity.journaled()).isLessThan(2 * objects / DiskFindings.BATCH);
    }

    /** Half of it was in the journal: the catalogue served as if that were all. */
    @Test
    void aRebuildThatWasCutOffIsBegunAgain() {
        Machines entity = behind();
        fence(entity, node(0), node(1), node(2));
        DiskFindings findings = new DiskFindings();
        int objects = 2 * Rebuilds.EVENTS_AT_ONCE * DiskFindings.BATCH;
        for (int i = 0; i < objects; i++) {
            findings.take(key(i), Map.of(node(0), file(key(i), 3, 0), node(1), file(key(i), 3, 0)));
        }
        Step first = entity.machine.handle(
                new EntityInput.Rebuild(entity.machine.catalogue().epoch(), ALL, findings), entity.facts());
        assertThat(first.events()).hasSize(Rebuilds.EVENTS_AT_ONCE);
        entity.journal(first.events());
        entity.reopen(entity.journaled());
        assertThat(entity.machine.catalogue().behind()).isPresent();
        entity.announceEverywhere();
        assertThat(readings(entity.tick(1_000))).hasSize(1);
        entity.feed(new EntityInput.Rebuild(entity.machine.catalogue().epoch(), ALL, findings));
        assertThat(entity.machine.catalogue().count(key(1).type())).isEqualTo(objects);
        assertThat(entity.machine.catalogue().behind()).isEmpty();
    }

    /** A hiccup while it was read, and every node removed it. */
    @Test
    void whatIsDamagedAndWasNotRemovedStays() {
        Machines entity = Machines.active(3, 3);
        entity.store(key(1));
        entity.feed(new EntityInput.RequestRebuild(7, "admin", false));
        rebuild(
                entity,
                ALL,
                Map.of(key(1), Map.of(node(0), damaged(key(1), 3)), key(2), Map.of(node(1), damaged(key(2), 3))));
        assertThat(entity.machine.catalogue().find(key(1))).isPresent();
        assertThat(entity.machine.catalogue().debtors()).isEmpty();
    }

    /** One disk was replaced by a new one, another node was silent: what only that one had was left out. */
    @Test
    void aNewDiskCountsAsSilent() {
        Machines entity = behind();
        fence(entity, node(0));
        entity.feed(
                new EntityInput.Announced(node(1), entity.machine.catalogue().epoch(), 0, NodeRules.Told.NOTHING));
        assertThat(readings(entity.tick(10 * Machines.REBUILD_PATIENCE_MILLIS))).isEmpty();
        fence(entity, node(2));
        assertThat(readings(entity.tick(1_000))).hasSize(1);
    }

    /** It was in memory only: another activation waited for ever for the nodes that the admin had given up. */
    @Test
    void anAdminsOrderOutlivesTheActivation() {
        Machines entity = behind();
        assertThat(entity.ask(new EntityInput.RequestRebuild(7, "admin", true)))
                .isEqualTo(new EntityReply.RebuildBegun());
        entity.reopen(entity.journaled());
        fence(entity, node(0));
        assertThat(readings(entity.tick(Machines.REBUILD_PATIENCE_MILLIS))).hasSize(1);
    }

    /** A machine whose journal ends at revision 0 while a disk has seen 50. */
    private static Machines behind() {
        Machines entity = Machines.activated(3, 3);
        entity.feed(new EntityInput.Announced(node(0), 1, 50, Machines.TOLD));
        assertThat(entity.machine.active()).isFalse();
        assertThat(entity.machine.catalogue().behind()).isPresent();
        return entity;
    }

    private static void fence(Machines entity, NodeId... nodes) {
        for (NodeId node : nodes) {
            entity.feed(
                    new EntityInput.Announced(node, entity.machine.catalogue().epoch(), 50, Machines.TOLD));
        }
    }

    private static List<EntityOutput> readings(List<EntityOutput> outputs) {
        return outputs.stream()
                .filter(EntityOutput.TakeInventories.class::isInstance)
                .toList();
    }

    private static void rebuild(Machines entity, Set<NodeId> asked, Map<ObjectKey, Map<NodeId, FileState>> files) {
        asked.forEach(node -> fence(entity, node));
        DiskFindings findings = new DiskFindings();
        files.forEach(findings::take);
        entity.feed(new EntityInput.Rebuild(entity.machine.catalogue().epoch(), asked, findings));
    }

    private static FileState file(ObjectKey key, long revision, long marker) {
        return new FileState(Optional.of(new FileInfo(100, key.name(), revision, 0, true)), marker);
    }

    private static FileState damaged(ObjectKey key, long revision) {
        return new FileState(Optional.of(new FileInfo(100, key.name(), revision, 0, false)), 0);
    }

    private static FileState marker(long revision) {
        return new FileState(Optional.empty(), revision);
    }
}

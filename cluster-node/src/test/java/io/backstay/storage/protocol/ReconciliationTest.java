package io.backstay.storage.protocol;

import static io.backstay.storage.protocol.Machines.key;
import static io.backstay.storage.protocol.Machines.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.storage.protocol.EntityInput.FileInfo;
import io.backstay.storage.protocol.EntityInput.FileState;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReconciliationTest {
    private static final Set<NodeId> ALL = Set.of(node(0), node(1), node(2));

    @Test
    void aRebuildTakesTheUnionOfTheFilesLessNewerMarkers() {
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
    }

    @Test
    void aRebuildWaitsUntilFewerThanWDisksAreSilent() {
        Machines entity = behind();
        rebuild(entity, Set.of(node(0)), Map.of());
        assertThat(entity.journal()).noneMatch(CatalogueEvent.Rebuilt.class::isInstance);
        rebuild(entity, Set.of(node(0), node(1)), Map.of());
        assertThat(entity.journal()).anyMatch(CatalogueEvent.Rebuilt.class::isInstance);
    }

    /** It counted: right content, but from before a removal of which its disk had never heard. The next rebuild deleted all. */
    @Test
    void aRebuildDoesNotCountAFileFromBeforeTheRemovalOfItsKey() {
        Machines entity = behind();
        rebuild(entity, ALL, Map.of(key(1), Map.of(node(0), file(key(1), 0, 0), node(1), file(key(1), 9, 7))));
        assertThat(entity.machine.catalogue().find(key(1)).orElseThrow().holders())
                .containsExactly(node(1));
        assertThat(entity.machine.catalogue().owes(node(0), key(1))).isPresent();
    }

    @Test
    void aRebuildBeginsANewEpochAboveAllThatDisksHaveSeen() {
        Machines entity = behind();
        rebuild(entity, ALL, Map.of());
        assertThat(entity.machine.catalogue().epoch()).isEqualTo(10);
        entity.announceEverywhere();
        assertThat(entity.machine.active()).isTrue();
    }

    @Test
    void aDamagedCopyThatNobodyCountsGoesAfterItsQuarantine() {
        Machines entity = Machines.active(4, 3);
        EntityReply.Ticket ticket = entity.store(key(1));
        NodeId other = Set.of(node(0), node(1), node(2), node(3)).stream()
                .filter(node -> !ticket.targets().contains(node))
                .findFirst()
                .orElseThrow();
        FileState damaged = new FileState(Optional.of(new FileInfo(100, key(1).name(), 0, entity.nowMillis, false)), 0);
        entity.machine.beginSweep(1);
        entity.feed(new EntityInput.Found(1, key(1), Map.of(other, damaged)));
        assertThat(entity.machine.catalogue().debtors()).isEmpty();
        entity.nowMillis += Machines.QUARANTINE_MILLIS;
        entity.feed(new EntityInput.Found(1, key(1), Map.of(other, damaged)));
        assertThat(entity.machine.catalogue().owes(other, key(1))).isPresent();
    }

    /** A machine whose journal ends at revision 0 while a disk has seen 50. */
    private static Machines behind() {
        Machines entity = Machines.activated(3, 3);
        entity.feed(new EntityInput.Announced(node(0), 1, 50));
        assertThat(entity.machine.active()).isFalse();
        return entity;
    }

    private static void rebuild(Machines entity, Set<NodeId> asked, Map<ObjectKey, Map<NodeId, FileState>> files) {
        entity.feed(new EntityInput.Rebuild(asked, 9, 50, files, "admin"));
    }

    private static FileState file(ObjectKey key, long revision, long marker) {
        return new FileState(Optional.of(new FileInfo(100, key.name(), revision, 0, true)), marker);
    }

    private static FileState marker(long revision) {
        return new FileState(Optional.empty(), revision);
    }
}

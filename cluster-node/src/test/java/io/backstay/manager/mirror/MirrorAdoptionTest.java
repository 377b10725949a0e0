package io.backstay.manager.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.manager.command.Initiator;
import io.backstay.manager.mirror.MirrorAdoption.Choice;
import io.backstay.manager.mirror.MirrorAdoption.Position;
import io.backstay.manager.state.JournalEntry;
import io.backstay.manager.state.ManagerState;
import io.backstay.manager.state.StateDriver;
import io.backstay.manager.state.StateHead;
import io.backstay.model.ClusterId;
import io.backstay.model.Sha256;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MirrorAdoptionTest {
    private final StateDriver driver = StateDriver.withCluster(1);
    private final ManagerState old = driver.state();
    private final ClusterId cluster = old.cluster().orElseThrow().id();

    @Test
    void theJournalCountsWhereItIsAheadOrTheMirrorIsEmpty() {
        ManagerState newer = grown("uma");
        assertThat(decide(Optional.of(old), Optional.empty())).isEqualTo(Choice.JOURNAL);
        assertThat(decide(Optional.empty(), Optional.empty())).isEqualTo(Choice.JOURNAL);
        assertThat(decide(Optional.of(old), Optional.of(old))).isEqualTo(Choice.JOURNAL);
        assertThat(decide(Optional.of(newer), Optional.of(old))).isEqualTo(Choice.JOURNAL);
    }

    @Test
    void theMirrorCountsWhereItExtendsTheJournalOrThatIsEmpty() {
        ManagerState newer = grown("uma");
        assertThat(decide(Optional.of(old), Optional.of(newer))).isEqualTo(Choice.MIRROR);
        assertThat(decide(Optional.empty(), Optional.of(newer))).isEqualTo(Choice.MIRROR);
    }

    @Test
    void whatGrewApartIsAForkWhicheverIsLonger() {
        StateDriver twin = StateDriver.withCluster(1);
        assertThat(twin.state()).isEqualTo(old);
        StateMirrorContract.addUser(twin, "ulf");
        ManagerState other = twin.state();
        ManagerState newer = grown("uma");
        assertThat(decide(Optional.of(other), Optional.of(newer))).isEqualTo(Choice.FORK);
        ManagerState newest = grown("udo");
        assertThat(decide(Optional.of(other), Optional.of(newest))).isEqualTo(Choice.FORK);
        assertThat(decide(Optional.of(newest), Optional.of(other))).isEqualTo(Choice.FORK);
    }

    @Test
    void generationsAreComparedBeforeRevisions() {
        Position journal = position(old);
        Position adopted = new Position(
                cluster,
                new StateHead(
                        2,
                        old.head().revision() + 1,
                        old.head().chain(),
                        old.head().recent()));
        assertThat(MirrorAdoption.decide(cluster, Optional.of(adopted), Optional.of(journal)))
                .isEqualTo(Choice.JOURNAL);
        assertThat(MirrorAdoption.decide(cluster, Optional.of(journal), Optional.of(adopted)))
                .isEqualTo(Choice.FORK);
    }

    /** A backup from before an adoption was restored. */
    @Test
    void aLaterGenerationThatGrewOutOfTheJournalIsTaken() {
        ManagerState adopted = old.apply(new JournalEntry(
                old.head().revision() + 1,
                Instant.EPOCH,
                Initiator.system("restoration"),
                old.adoption(),
                Sha256.hash(new byte[] {7})));
        assertThat(adopted.head().generation()).isEqualTo(2);
        assertThat(decide(Optional.of(old), Optional.of(adopted))).isEqualTo(Choice.MIRROR);
        assertThat(decide(Optional.of(adopted), Optional.of(old))).isEqualTo(Choice.JOURNAL);
    }

    @Test
    void anotherClustersMirrorIsNeverTaken() {
        ClusterId other = new ClusterId(UUID.randomUUID());
        assertThat(MirrorAdoption.decide(other, Optional.empty(), Optional.of(position(old))))
                .isEqualTo(Choice.FOREIGN_MIRROR);
    }

    @Test
    void whatCannotBeComparedIsNotTaken() {
        ManagerState far = old;
        for (int i = 0; i < StateHead.REMEMBERED; i++) {
            far = grown("user" + i);
        }
        assertThat(decide(Optional.of(old), Optional.of(far))).isEqualTo(Choice.FORK);
        assertThat(decide(Optional.of(far), Optional.of(old))).isEqualTo(Choice.JOURNAL);
    }

    private ManagerState grown(String name) {
        StateMirrorContract.addUser(driver, name);
        return driver.state();
    }

    private Choice decide(Optional<ManagerState> journal, Optional<ManagerState> mirror) {
        return MirrorAdoption.decide(
                cluster, journal.map(MirrorAdoptionTest::position), mirror.map(MirrorAdoptionTest::position));
    }

    private static Position position(ManagerState state) {
        return new Position(state.cluster().orElseThrow().id(), state.head());
    }
}

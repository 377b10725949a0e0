package io.backstay.manager;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.backstay.cluster.view.ClusterView;
import io.backstay.cluster.view.ViewId;
import io.backstay.manager.command.ClusterCommand;
import io.backstay.manager.command.Initiator;
import io.backstay.manager.command.ManagerAnswer;
import io.backstay.manager.command.ManagerReply;
import io.backstay.manager.command.Password;
import io.backstay.manager.command.UserCommand;
import io.backstay.manager.mirror.FolderStateMirror;
import io.backstay.manager.mirror.MirrorCopy;
import io.backstay.manager.mirror.MirrorSeal;
import io.backstay.manager.state.JournalEntry;
import io.backstay.manager.state.ManagerEvent;
import io.backstay.manager.state.ManagerState;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.UserName;
import io.backstay.model.UserRole;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.persistence.testkit.PersistenceTestKitPlugin;
import org.apache.pekko.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import org.apache.pekko.persistence.testkit.ProcessingSuccess;
import org.apache.pekko.persistence.testkit.ReadEvents;
import org.apache.pekko.persistence.testkit.StorageFailure;
import org.apache.pekko.persistence.testkit.javadsl.PersistenceTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A manager whose journal has lost events, with a mirror in a folder. */
class RestorationTest {
    private static final String JOURNAL = ClusterManager.PERSISTENCE_ID.id();
    private static final NodeId ONE = new NodeId(UUID.randomUUID());
    private static final NodeId TWO = new NodeId(UUID.randomUUID());
    private static final Initiator SYSTEM = Initiator.system("test");
    private static final Config CONFIG = PersistenceTestKitPlugin.config()
            .withFallback(PersistenceTestKitSnapshotPlugin.config())
            .withFallback(ConfigFactory.load());

    @TempDir
    Path temporary;

    private ManagerHarness harness;
    private PersistenceTestKit journal;
    private FolderStateMirror mirror;

    @BeforeEach
    void start() {
        harness = new ManagerHarness(CONFIG, temporary);
        journal = PersistenceTestKit.create(harness.kit.system());
        mirror = new FolderStateMirror(temporary.resolve("mirror"));
    }

    @AfterEach
    void stop() {
        harness.close();
    }

    @Test
    void anEmptiedJournalIsRestored() {
        ManagerState before = workedAndStopped("uma", "ute");
        journal.clearAll();

        var restored = manager(TWO, new ManagerHarness.Views());

        assertIsAsBefore(restored, before);
        assertThat(events())
                .hasExactlyElementsOfTypes(ManagerEvent.StateAdopted.class, ManagerEvent.ManagerActivated.class);
        harness.stop(restored);
        assertIsAsBefore(manager(ONE, new ManagerHarness.Views()), before);
    }

    @Test
    void aJournalThatWasSetBackIsRestoredThoughThisNodeHasSeenMore() {
        ManagerState before = workedAndStopped("uma", "ute");
        ManagerHarness.Views seen = new ManagerHarness.Views();
        seen.publish(harness.views.current().orElseThrow());
        setBack(events().size() - 1);

        assertIsAsBefore(manager(TWO, seen), before);
    }

    @Test
    void aJournalThatWasEmptiedUnderAManagerAtWorkIsRestored() {
        var manager = manager(ONE, new ManagerHarness.Views());
        createUser(manager, "uma");
        journal.clearAll();
        createUser(manager, "ute");
        createUser(manager, "udo");
        ManagerState before = mirrored(harness.views.current().orElseThrow().id());
        harness.stop(manager);

        var restored = manager(TWO, new ManagerHarness.Views());

        assertIsAsBefore(restored, before);
        harness.stop(restored);
        assertIsAsBefore(manager(ONE, new ManagerHarness.Views()), before);
    }

    @Test
    void aBackupFromBeforeARestorationIsRestoredToo() {
        workedAndStopped("uma");
        List<Object> backup = List.copyOf(journal.persistedInStorage(JOURNAL));
        journal.clearAll();
        var restored = manager(TWO, new ManagerHarness.Views());
        createUser(restored, "ute");
        mirrored(harness.views.current().orElseThrow().id());
        harness.stop(restored);
        journal.clearAll();
        journal.persistForRecovery(JOURNAL, backup);

        assertThat(users(manager(ONE, new ManagerHarness.Views()))).hasSize(3);
        assertThat(harness.views.current().orElseThrow().id().generation()).isEqualTo(3);
    }

    @Test
    void whatAnOlderManagerWroteAfterARestorationIsPassedOver() {
        ManagerState before = workedAndStopped("uma");
        JournalEntry late = (JournalEntry) journal.persistedInStorage(JOURNAL).getLast();
        journal.clearAll();
        var restored = manager(TWO, new ManagerHarness.Views());
        assertIsAsBefore(restored, before);
        harness.stop(restored);
        journal.persistForRecovery(JOURNAL, List.of(late));

        assertIsAsBefore(manager(ONE, new ManagerHarness.Views()), before);
    }

    @Test
    void noQuestionIsAnsweredFromACopyThatIsOlderThanWhatThisNodeHasSeen() {
        workedAndStopped("uma");
        workedWithoutMirrorAndStopped("ute");
        ManagerHarness.Views seen = new ManagerHarness.Views();
        seen.publish(harness.views.current().orElseThrow());
        journal.withPolicy((persistenceId, operation) ->
                operation instanceof ReadEvents ? StorageFailure.create() : ProcessingSuccess.getInstance());

        assertThat(harness.refused(manager(TWO, seen), new UserCommand.ListUsers(), harness.as("admin"))
                        .code())
                .isEqualTo(ErrorCode.DATABASE_UNAVAILABLE);
    }

    @Test
    void whatThisNodeHasSeenAndTheMirrorHasNotIsNotGivenUp() {
        workedAndStopped("uma");
        workedWithoutMirrorAndStopped("ute");
        ManagerHarness.Views seen = new ManagerHarness.Views();
        seen.publish(harness.views.current().orElseThrow());
        journal.clearAll();

        assertStandsBack(manager(TWO, seen), "an admin has to decide");
        assertThat(events()).isEmpty();
    }

    @Test
    void aForkIsNotServed() {
        workedAndStopped("uma", "ute");
        setBack(events().size() - 1);
        workedWithoutMirrorAndStopped("udo");
        int written = events().size();

        assertStandsBack(manager(TWO, new ManagerHarness.Views()), "different histories");
        assertThat(events()).hasSize(written);
    }

    @Test
    void nothingIsBegunBeforeTheMirrorCanBeAsked() throws IOException {
        Files.createDirectories(temporary.resolve("mirror"));
        Path file = Files.writeString(temporary.resolve("mirror/manager-state.json"), "no copy");

        var waiting = manager(ONE, new ManagerHarness.Views());
        assertStandsBack(waiting, "nothing is begun before it can be asked");
        assertThat(events()).isEmpty();
        harness.stop(waiting);

        Files.delete(file);
        harness.accepted(
                manager(ONE, new ManagerHarness.Views()),
                new ClusterCommand.DescribeCluster(),
                ManagerAnswer.ClusterInfo.class,
                SYSTEM);
    }

    @Test
    void aMirrorThatCannotBeReadHindersNobodyWhoHasAJournal() throws IOException {
        ManagerState before = workedAndStopped("uma");
        Files.writeString(temporary.resolve("mirror/manager-state.json"), "no copy");

        var next = manager(TWO, new ManagerHarness.Views());

        assertThat(users(next)).hasSize(before.users().size());
        assertThat(harness.views.current().orElseThrow().id().generation()).isEqualTo(1);
    }

    @Test
    void anOlderMirrorIsNotAdopted() {
        workedAndStopped("uma");
        workedWithoutMirrorAndStopped("ute");

        var next = manager(TWO, new ManagerHarness.Views());

        assertThat(users(next)).hasSize(3);
        assertThat(harness.views.current().orElseThrow().id().generation()).isEqualTo(1);
    }

    @Test
    void whileTheJournalCannotBeReadQuestionsAreAnsweredFromTheMirrorAndChangesWait() {
        ManagerState before = workedAndStopped("uma");
        journal.withPolicy((persistenceId, operation) ->
                operation instanceof ReadEvents ? StorageFailure.create() : ProcessingSuccess.getInstance());

        var reading = manager(TWO, new ManagerHarness.Views());

        assertThat(harness.accepted(
                                reading, new UserCommand.ListUsers(), ManagerAnswer.Users.class, harness.as("admin"))
                        .users())
                .hasSize(before.users().size());
        TestProbe<ManagerReply<?>> changed = harness.kit.createTestProbe();
        reading.tell(new ClusterManager.Submit(
                new UserCommand.CreateUser(new UserName("ute"), UserRole.USER, new Password("a good password")),
                harness.as("admin"),
                changed.ref()));
        journal.resetPolicy();
        assertThat(changed.receiveMessage(Duration.ofSeconds(30))).isInstanceOf(ManagerReply.Accepted.class);
        assertThat(users(reading)).hasSize(before.users().size() + 1);
    }

    @Test
    void changesAreRefusedWhereTheJournalStaysUnreadable() {
        workedAndStopped("uma");
        int written = events().size();
        journal.withPolicy((persistenceId, operation) ->
                operation instanceof ReadEvents ? StorageFailure.create() : ProcessingSuccess.getInstance());

        var reading = manager(TWO, new ManagerHarness.Views());

        var create = new UserCommand.CreateUser(new UserName("ute"), UserRole.USER, new Password("a good password"));
        assertThat(harness.refused(reading, create, harness.as("admin")).code())
                .isEqualTo(ErrorCode.DATABASE_UNAVAILABLE);
        assertThat(events()).hasSize(written);
    }

    private ActorRef<ClusterManager.Command> manager(NodeId node, ManagerHarness.Views seen) {
        return harness.start(
                node,
                harness.folder.cluster(),
                harness.hosting(Optional.of(harness.folder), Optional.of(mirror)),
                seen);
    }

    /** A manager made these users, and ended when its mirror had all of it. */
    private ManagerState workedAndStopped(String... users) {
        var manager = manager(ONE, new ManagerHarness.Views());
        for (String user : users) {
            createUser(manager, user);
        }
        ManagerState state = mirrored(harness.views.current().orElseThrow().id());
        harness.stop(manager);
        return state;
    }

    /** A manager went on that the mirror has nothing of. */
    private void workedWithoutMirrorAndStopped(String user) {
        var manager = harness.start(
                ONE, harness.folder.cluster(), harness.hosting(Optional.empty()), new ManagerHarness.Views());
        createUser(manager, user);
        harness.stop(manager);
    }

    private void createUser(ActorRef<ClusterManager.Command> manager, String name) {
        harness.accepted(manager, new ClusterCommand.DescribeCluster(), ManagerAnswer.ClusterInfo.class, SYSTEM);
        harness.accepted(
                manager,
                new UserCommand.CreateUser(new UserName(name), UserRole.USER, new Password("a good password")),
                ManagerAnswer.UserInfo.class,
                harness.as("admin"));
    }

    private List<ManagerAnswer.UserInfo> users(ActorRef<ClusterManager.Command> manager) {
        harness.accepted(manager, new ClusterCommand.DescribeCluster(), ManagerAnswer.ClusterInfo.class, SYSTEM);
        return harness.accepted(manager, new UserCommand.ListUsers(), ManagerAnswer.Users.class, harness.as("admin"))
                .users();
    }

    private ManagerState mirrored(ViewId id) {
        Optional<MirrorCopy> copy = Optional.empty();
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (copy.map(MirrorCopy::id).filter(id::equals).isEmpty()) {
            assertThat(System.nanoTime()).as("the mirror has " + copy).isLessThan(end);
            try {
                copy = mirror.read();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return new MirrorSeal(harness.masterKey).open(copy.get());
    }

    /** Everything but where in its history the state stands, and who was manager since. */
    private void assertIsAsBefore(ActorRef<ClusterManager.Command> manager, ManagerState before) {
        users(manager);
        ClusterView view = harness.views.current().orElseThrow();
        assertThat(view.id().generation()).isEqualTo(2);
        ManagerState now = mirrored(view.id());
        assertThat(now.cluster()).isEqualTo(before.cluster());
        assertThat(now.users()).isEqualTo(before.users());
        assertThat(now.nodes()).isEqualTo(before.nodes());
        assertThat(now.joinTokens()).isEqualTo(before.joinTokens());
        assertThat(now.repositories()).isEqualTo(before.repositories());
        assertThat(now.tokens()).isEqualTo(before.tokens());
        assertThat(now.managers()).containsAll(before.managers());
        assertThat(now.epoch()).isGreaterThan(before.epoch());
    }

    private void assertStandsBack(ActorRef<ClusterManager.Command> manager, String why) {
        ManagerReply.Refused<?> refused = harness.refused(manager, new ClusterCommand.DescribeCluster(), SYSTEM);
        assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(refused.detail()).contains(why);
    }

    private void setBack(int entries) {
        List<Object> kept = List.copyOf(journal.persistedInStorage(JOURNAL).subList(0, entries));
        journal.clearAll();
        journal.persistForRecovery(JOURNAL, kept);
    }

    private List<ManagerEvent> events() {
        return journal.persistedInStorage(JOURNAL).stream()
                .map(entry -> ((JournalEntry) entry).event())
                .toList();
    }
}

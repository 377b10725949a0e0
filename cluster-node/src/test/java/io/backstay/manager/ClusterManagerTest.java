package io.backstay.manager;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.backstay.cluster.identity.Authority;
import io.backstay.cluster.identity.Certificates;
import io.backstay.cluster.identity.Founding;
import io.backstay.cluster.identity.MasterKey;
import io.backstay.cluster.identity.NodeIdentity;
import io.backstay.cluster.join.NodeDescription;
import io.backstay.cluster.view.ClusterView;
import io.backstay.manager.command.ClusterCommand;
import io.backstay.manager.command.Initiator;
import io.backstay.manager.command.ManagerAnswer;
import io.backstay.manager.command.ManagerReply;
import io.backstay.manager.command.NodeCommand;
import io.backstay.manager.command.Password;
import io.backstay.manager.command.RepositoryCommand;
import io.backstay.manager.command.UserCommand;
import io.backstay.manager.state.JournalEntry;
import io.backstay.manager.state.ManagerEvent;
import io.backstay.model.ClusterId;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.NodeName;
import io.backstay.model.RepositoryName;
import io.backstay.model.Role;
import io.backstay.model.UserId;
import io.backstay.model.UserName;
import io.backstay.model.UserRole;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.persistence.testkit.PersistenceTestKitPlugin;
import org.apache.pekko.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import org.apache.pekko.persistence.testkit.ProcessingSuccess;
import org.apache.pekko.persistence.testkit.StorageFailure;
import org.apache.pekko.persistence.testkit.WriteEvents;
import org.apache.pekko.persistence.testkit.javadsl.PersistenceTestKit;
import org.apache.pekko.persistence.testkit.javadsl.SnapshotTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterManagerTest {
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

    @BeforeEach
    void start() {
        harness = new ManagerHarness(CONFIG, temporary);
        journal = PersistenceTestKit.create(harness.kit.system());
    }

    @AfterEach
    void stop() {
        harness.close();
    }

    @Test
    void beginsTheClusterBecomesItsManagerAndPublishesTheView() {
        var manager = harness.founder(ONE);
        var cluster = harness.accepted(
                manager, new ClusterCommand.DescribeCluster(), ManagerAnswer.ClusterInfo.class, SYSTEM);
        assertThat(cluster.id()).isEqualTo(harness.folder.cluster());
        assertThat(cluster.managers()).singleElement().satisfies(term -> {
            assertThat(term.epoch()).isEqualTo(1);
            assertThat(term.node()).isEqualTo(ONE);
        });
        assertThat(events())
                .hasExactlyElementsOfTypes(
                        ManagerEvent.ClusterCreated.class,
                        ManagerEvent.UserCreated.class,
                        ManagerEvent.JoinTokenCreated.class,
                        ManagerEvent.ManagerActivated.class);
        ClusterView view = harness.views.current().orElseThrow();
        assertThat(view.id().revision()).isEqualTo(4);
        String hash =
                requireNonNull(view.usersByName().get(new UserName("admin"))).passwordHash();
        assertThat(harness.hasher
                        .verify(ManagerHarness.ADMIN_PASSWORD.value(), hash)
                        .toCompletableFuture()
                        .join())
                .isTrue();
    }

    @Test
    void theNextManagerGoesOnWithTheStateInTheNextEpoch() {
        var first = harness.founder(ONE);
        harness.accepted(first, new ClusterCommand.DescribeCluster(), ManagerAnswer.ClusterInfo.class, SYSTEM);
        var uma = createUser(first, "uma");
        ClusterView before = harness.views.current().orElseThrow();
        harness.stop(first);
        var second = harness.start(
                TWO, harness.folder.cluster(), harness.hosting(Optional.empty()), new ManagerHarness.Views());
        var cluster =
                harness.accepted(second, new ClusterCommand.DescribeCluster(), ManagerAnswer.ClusterInfo.class, SYSTEM);
        assertThat(cluster.managers())
                .extracting(ManagerAnswer.ManagerTerm::epoch, ManagerAnswer.ManagerTerm::node)
                .containsExactly(tuple(1L, ONE), tuple(2L, TWO));
        ClusterView after = harness.views.current().orElseThrow();
        assertThat(after.id().newerThan(before.id())).isTrue();
        assertThat(after.users()).isEqualTo(before.users()).containsKey(uma.id());
        assertThat(after.secrets()).isEqualTo(before.secrets());
    }

    @Test
    void beginsNothingWithoutAFolderOrWhereAViewKnowsOfACluster() {
        var withoutFolder = harness.start(
                ONE, harness.folder.cluster(), harness.hosting(Optional.empty()), new ManagerHarness.Views());
        var refusal = harness.refused(withoutFolder, new ClusterCommand.DescribeCluster(), SYSTEM);
        assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        harness.stop(withoutFolder);

        var founder = harness.founder(ONE);
        harness.accepted(founder, new ClusterCommand.DescribeCluster(), ManagerAnswer.ClusterInfo.class, SYSTEM);
        harness.stop(founder);
        journal.clearAll();
        var afterLoss = harness.start(
                ONE, harness.folder.cluster(), harness.hosting(Optional.of(harness.folder)), harness.views);
        var lost = harness.refused(afterLoss, new ClusterCommand.DescribeCluster(), SYSTEM);
        assertThat(lost.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(lost.detail())
                .contains("journal is empty")
                .contains(harness.folder.cluster().toString());
        assertThat(events()).isEmpty();
    }

    @Test
    void servesNoOtherClustersStateAndNoneOfAnotherMasterKey() {
        var founder = harness.founder(ONE);
        harness.accepted(founder, new ClusterCommand.DescribeCluster(), ManagerAnswer.ClusterInfo.class, SYSTEM);
        harness.stop(founder);
        int written = events().size();

        var stranger = harness.start(
                ONE,
                new ClusterId(UUID.randomUUID()),
                harness.hosting(Optional.of(harness.folder)),
                new ManagerHarness.Views());
        assertThat(harness.refused(stranger, new ClusterCommand.DescribeCluster(), SYSTEM)
                        .detail())
                .contains(harness.folder.cluster().toString());
        harness.stop(stranger);

        var random = new SecureRandom();
        var otherKey = new ManagerHosting(
                MasterKey.of(new byte[32], random),
                Optional.empty(),
                new FirstAdmin(new UserName("admin"), Optional.empty()),
                Optional.empty());
        var keyless = harness.start(ONE, harness.folder.cluster(), otherKey, new ManagerHarness.Views());
        assertThat(harness.refused(keyless, new ClusterCommand.DescribeCluster(), SYSTEM)
                        .detail())
                .contains("keys cannot be opened");
        assertThat(events()).hasSize(written);
    }

    @Test
    void whatTheJournalRefusedIsSaidToBeUnsureAndTheManagerGoesOn() {
        var manager = harness.founder(ONE);
        harness.accepted(manager, new ClusterCommand.DescribeCluster(), ManagerAnswer.ClusterInfo.class, SYSTEM);
        Initiator admin = harness.as("admin");
        journal.failNextPersisted(JOURNAL);
        var create = new UserCommand.CreateUser(new UserName("uma"), UserRole.USER, new Password("a good password"));
        assertThat(harness.refused(manager, create, admin).code()).isEqualTo(ErrorCode.UNAVAILABLE);
        harness.accepted(manager, create, ManagerAnswer.UserInfo.class, admin);
        var cluster = harness.accepted(
                manager, new ClusterCommand.DescribeCluster(), ManagerAnswer.ClusterInfo.class, SYSTEM);
        assertThat(cluster.managers()).hasSize(1);
    }

    @Test
    void aCommandThatMakesTheJournalRejectDoesNotEndTheManager() {
        var manager = harness.founder(ONE);
        harness.accepted(manager, new ClusterCommand.DescribeCluster(), ManagerAnswer.ClusterInfo.class, SYSTEM);
        Initiator admin = harness.as("admin");
        journal.rejectNextPersisted(JOURNAL);
        var create = new UserCommand.CreateUser(new UserName("uma"), UserRole.USER, new Password("a good password"));
        TestProbe<ManagerReply<?>> unanswered = harness.kit.createTestProbe();
        LoggingTestKit.error("Supervisor").withOccurrences(1).expect(harness.kit.system(), () -> {
            manager.tell(new ClusterManager.Submit(create, admin, unanswered.ref()));
            return Done.getInstance();
        });
        harness.accepted(manager, create, ManagerAnswer.UserInfo.class, admin);
        var cluster = harness.accepted(
                manager, new ClusterCommand.DescribeCluster(), ManagerAnswer.ClusterInfo.class, SYSTEM);
        assertThat(cluster.managers())
                .extracting(ManagerAnswer.ManagerTerm::epoch)
                .containsExactly(1L, 2L);
    }

    @Test
    void aJournalThatWasSetBackBehindThisNodesViewIsNotServed() {
        var manager = harness.founder(ONE);
        harness.accepted(manager, new ClusterCommand.DescribeCluster(), ManagerAnswer.ClusterInfo.class, SYSTEM);
        createUser(manager, "uma");
        harness.stop(manager);
        ManagerHarness.Views seen = new ManagerHarness.Views();
        seen.publish(harness.views.current().orElseThrow());
        List<Object> kept = List.copyOf(journal.persistedInStorage(JOURNAL).subList(0, events().size() - 1));
        journal.clearAll();
        journal.persistForRecovery(JOURNAL, kept);
        var setBack = harness.start(ONE, harness.folder.cluster(), harness.hosting(Optional.of(harness.folder)), seen);
        var refusal = harness.refused(setBack, new ClusterCommand.DescribeCluster(), SYSTEM);
        assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(refusal.detail()).contains("was set back");
        assertThat(events()).hasSize(kept.size());
    }

    @Test
    void aRemovedNodeDoesNotBecomeTheManager() throws IOException {
        var manager = harness.founder(ONE);
        harness.accepted(manager, new ClusterCommand.DescribeCluster(), ManagerAnswer.ClusterInfo.class, SYSTEM);
        NodeId removed = register(manager, "removed");
        register(manager, "stays");
        harness.accepted(
                manager,
                new NodeCommand.RemoveNode(removed, true, Optional.empty()),
                ManagerAnswer.Done.class,
                harness.as("admin"));
        int written = events().size();
        var alone = harness.start(
                removed,
                harness.folder.cluster(),
                harness.hosting(Optional.of(harness.folder)),
                new ManagerHarness.Views());
        assertThat(harness.refused(alone, new ClusterCommand.DescribeCluster(), SYSTEM)
                        .detail())
                .contains("removed");
        assertThat(events()).hasSize(written);
    }

    @Test
    void theGeneratedPasswordIsSaidThoughTheJournalDidNotConfirmTheFounding() {
        AtomicBoolean silent = new AtomicBoolean(true);
        journal.withPolicy((persistenceId, operation) -> {
            if (operation instanceof WriteEvents write && silent.getAndSet(false)) {
                journal.persistForRecovery(persistenceId, write.getBatch());
                return StorageFailure.create();
            }
            return ProcessingSuccess.getInstance();
        });
        var hosting = new ManagerHosting(
                harness.masterKey,
                Optional.of(harness.folder),
                new FirstAdmin(new UserName("admin"), Optional.empty()),
                Optional.empty());
        var manager = LoggingTestKit.warn("with the generated password")
                .expect(
                        harness.kit.system(),
                        () -> harness.start(ONE, harness.folder.cluster(), hosting, new ManagerHarness.Views()));
        harness.accepted(manager, new ClusterCommand.DescribeCluster(), ManagerAnswer.ClusterInfo.class, SYSTEM);
    }

    @Test
    void aNodeJoinsWithATokenAndItsCertificateIsTheAuthoritys() throws IOException {
        var manager = harness.founder(ONE);
        harness.accepted(manager, new ClusterCommand.DescribeCluster(), ManagerAnswer.ClusterInfo.class, SYSTEM);
        NodeIdentity node = NodeIdentity.open(temporary.resolve("node"), Clock.systemUTC(), new SecureRandom());
        var join = new NodeCommand.JoinNode(
                harness.folder.joinToken().hash(), description(node.id(), "one"), node.signingRequest());
        Initiator stranger = Initiator.stranger("192.0.2.7", "join");
        var joined = harness.accepted(manager, join, ManagerAnswer.NodeJoined.class, stranger);
        NodeIdentity admitted = node.admit(
                Certificates.parse(joined.certificatePem()),
                Certificates.parse(joined.authorityPem()),
                Clock.systemUTC());
        assertThat(admitted.cluster()).contains(harness.folder.cluster());
        assertThat(requireNonNull(harness.views.current().orElseThrow().nodes().get(node.id()))
                        .certificate())
                .isEqualTo(admitted.certificate().orElseThrow().fingerprint());

        var malformed = new NodeCommand.JoinNode(
                harness.folder.joinToken().hash(), description(TWO, "two"), node.signingRequest());
        assertThat(harness.refused(manager, malformed, stranger).code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        var register = new NodeCommand.RegisterNode(description(node.id(), "renamed"), joined.certificatePem());
        assertThat(harness.accepted(manager, register, ManagerAnswer.NodeInfo.class, SYSTEM)
                        .name())
                .isEqualTo(new NodeName("renamed"));
    }

    @Test
    void aCertificateOfAnotherAuthorityRegistersNobody() throws IOException {
        var manager = harness.founder(ONE);
        harness.accepted(manager, new ClusterCommand.DescribeCluster(), ManagerAnswer.ClusterInfo.class, SYSTEM);
        NodeIdentity foreign = Founding.create().node(temporary.resolve("foreign"));
        var register = new NodeCommand.RegisterNode(
                description(foreign.id(), "foreign"),
                Certificates.pem(foreign.certificate().orElseThrow().certificate()));
        assertThat(harness.refused(manager, register, SYSTEM).code()).isEqualTo(ErrorCode.FORBIDDEN);
    }

    @Test
    void ownPasswordIsComparedBeforeItIsChanged() {
        var manager = harness.founder(ONE);
        harness.accepted(manager, new ClusterCommand.DescribeCluster(), ManagerAnswer.ClusterInfo.class, SYSTEM);
        Initiator admin = harness.as("admin");
        UserId id = admin.user().orElseThrow();
        Password next = new Password("another password");
        assertThat(harness.refused(
                                manager,
                                new UserCommand.ChangePassword(id, Optional.of(new Password("wrong one")), next),
                                admin)
                        .code())
                .isEqualTo(ErrorCode.FORBIDDEN);
        harness.accepted(
                manager,
                new UserCommand.ChangePassword(id, Optional.of(ManagerHarness.ADMIN_PASSWORD), next),
                ManagerAnswer.UserInfo.class,
                admin);
        assertThat(harness.hasher
                        .verify(
                                next.value(),
                                requireNonNull(harness.views
                                                .current()
                                                .orElseThrow()
                                                .users()
                                                .get(id))
                                        .passwordHash())
                        .toCompletableFuture()
                        .join())
                .isTrue();
    }

    @Test
    void recoversFromASnapshotAndTheEventsAfterIt() {
        var manager = harness.founder(ONE);
        harness.accepted(manager, new ClusterCommand.DescribeCluster(), ManagerAnswer.ClusterInfo.class, SYSTEM);
        Initiator admin = harness.as("admin");
        for (int i = 0; i < 230; i++) {
            harness.accepted(
                    manager,
                    new RepositoryCommand.CreateRepository(
                            new RepositoryName("r" + i), Optional.empty(), Optional.empty(), Optional.empty()),
                    ManagerAnswer.RepositoryInfo.class,
                    admin);
        }
        harness.stop(manager);
        ClusterView before = harness.views.current().orElseThrow();
        var snapshots = SnapshotTestKit.create(harness.kit.system());
        assertThat(snapshots.persistedInStorage(JOURNAL)).isNotEmpty();
        var next = harness.founder(TWO);
        harness.accepted(next, new ClusterCommand.DescribeCluster(), ManagerAnswer.ClusterInfo.class, SYSTEM);
        ClusterView after = harness.views.current().orElseThrow();
        assertThat(after.repositories()).isEqualTo(before.repositories()).hasSize(230);
        assertThat(after.id().revision()).isEqualTo(before.id().revision() + 1);
    }

    private NodeId register(ActorRef<ClusterManager.Command> manager, String name) throws IOException {
        SecureRandom random = new SecureRandom();
        NodeIdentity node = NodeIdentity.open(temporary.resolve(name), Clock.systemUTC(), random);
        var certificate = Authority.unseal(harness.folder.authority(), harness.masterKey, Clock.systemUTC(), random)
                .sign(node.id(), node.signingRequest());
        harness.accepted(
                manager,
                new NodeCommand.RegisterNode(description(node.id(), name), Certificates.pem(certificate)),
                ManagerAnswer.NodeInfo.class,
                SYSTEM);
        return node.id();
    }

    private ManagerAnswer.UserInfo createUser(ActorRef<ClusterManager.Command> manager, String name) {
        return harness.accepted(
                manager,
                new UserCommand.CreateUser(new UserName(name), UserRole.USER, new Password("a good password")),
                ManagerAnswer.UserInfo.class,
                harness.as("admin"));
    }

    static NodeDescription description(NodeId id, String name) {
        return new NodeDescription(
                id,
                new NodeName(name),
                Set.of(Role.values()),
                "",
                "http://%s:8420".formatted(name),
                "http://%s:8421".formatted(name));
    }

    private List<ManagerEvent> events() {
        return journal.persistedInStorage(JOURNAL).stream()
                .map(entry -> ((JournalEntry) entry).event())
                .toList();
    }
}

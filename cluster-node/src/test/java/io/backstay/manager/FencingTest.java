package io.backstay.manager;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.backstay.cluster.journal.JournalConfig;
import io.backstay.cluster.journal.JournalDatabase;
import io.backstay.cluster.journal.JournalSettings;
import io.backstay.manager.command.ClusterCommand;
import io.backstay.manager.command.Initiator;
import io.backstay.manager.command.ManagerAnswer;
import io.backstay.manager.command.ManagerReply;
import io.backstay.manager.command.Password;
import io.backstay.manager.command.UserCommand;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.UserName;
import io.backstay.model.UserRole;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two managers on one real journal, as when one was frozen while the other took over. */
@Tag("slow")
class FencingTest {
    private static final NodeId ONE = new NodeId(UUID.randomUUID());
    private static final NodeId TWO = new NodeId(UUID.randomUUID());

    @TempDir
    Path temporary;

    @Test
    void theOlderOfTwoManagersWritesNothingAndStepsBack() throws IOException {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .start()) {
            var settings = new JournalSettings(
                    "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(postgres.getPort()), "postgres", "postgres", 4);
            new JournalDatabase(settings).prepare();
            Config config = JournalConfig.of(Optional.of(settings)).withFallback(ConfigFactory.load());
            try (ManagerHarness harness = new ManagerHarness(config, temporary)) {
                oneOfTwoFoundersFounds(harness);
                fences(harness);
            }
        }
    }

    private static void oneOfTwoFoundersFounds(ManagerHarness harness) {
        var describe = new ClusterCommand.DescribeCluster();
        Initiator system = Initiator.system("test");
        List<ActorRef<ClusterManager.Command>> founders = List.of(harness.founder(ONE), harness.founder(TWO));
        TestProbe<ManagerReply<?>> replies = harness.kit.createTestProbe();
        founders.forEach(founder -> founder.tell(new ClusterManager.Submit(describe, system, replies.ref())));
        var answers = replies.receiveSeveralMessages(2, Duration.ofSeconds(30));
        assertThat(answers).anyMatch(ManagerReply.Accepted.class::isInstance);
        assertThat(harness.views.current().orElseThrow().users()).hasSize(1);
        founders.forEach(harness::stop);
    }

    private static void fences(ManagerHarness harness) {
        var describe = new ClusterCommand.DescribeCluster();
        Initiator system = Initiator.system("test");
        var old = harness.start(
                ONE, harness.folder.cluster(), harness.hosting(Optional.empty()), new ManagerHarness.Views());
        harness.accepted(old, describe, ManagerAnswer.ClusterInfo.class, system);
        Initiator admin = harness.as("admin");

        var young = harness.founder(TWO);
        assertThat(harness.accepted(young, describe, ManagerAnswer.ClusterInfo.class, system)
                        .managers())
                .extracting(ManagerAnswer.ManagerTerm::node)
                .endsWith(ONE, TWO);

        // Several at once: those whose password is hashed while the journal refuses the first come when it stepped
        // back.
        TestProbe<ManagerReply<?>> replies = harness.kit.createTestProbe();
        for (int i = 0; i < 8; i++) {
            old.tell(new ClusterManager.Submit(create("old" + i), admin, replies.ref()));
        }
        for (ManagerReply<?> reply : replies.receiveSeveralMessages(8, Duration.ofSeconds(30))) {
            assertThat(reply)
                    .isInstanceOfSatisfying(
                            ManagerReply.Refused.class,
                            refused -> assertThat(refused.code()).isIn(ErrorCode.UNAVAILABLE, ErrorCode.STALE_EPOCH));
        }
        var fenced = harness.refused(old, create("old"), admin);
        assertThat(fenced.code()).isEqualTo(ErrorCode.STALE_EPOCH);

        harness.accepted(young, create("young"), ManagerAnswer.UserInfo.class, admin);
        assertThat(harness.accepted(young, new UserCommand.ListUsers(), ManagerAnswer.Users.class, admin)
                        .users())
                .extracting(ManagerAnswer.UserInfo::name)
                .containsExactly(new UserName("admin"), new UserName("young"));
    }

    private static UserCommand.CreateUser create(String name) {
        return new UserCommand.CreateUser(new UserName(name), UserRole.USER, new Password("a good password"));
    }
}

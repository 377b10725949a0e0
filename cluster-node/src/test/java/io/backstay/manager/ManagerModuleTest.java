package io.backstay.manager;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.backstay.cluster.identity.Certificates;
import io.backstay.cluster.identity.Founding;
import io.backstay.cluster.identity.NodeIdentity;
import io.backstay.manager.command.ClusterCommand;
import io.backstay.manager.command.Initiator;
import io.backstay.manager.command.ManagerAnswer;
import io.backstay.manager.command.ManagerReply;
import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.persistence.testkit.PersistenceTestKitPlugin;
import org.apache.pekko.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManagerModuleTest {
    private static final Config CONFIG = ConfigFactory.parseString("""
        pekko.actor.provider = cluster
        pekko.remote.artery.canonical { hostname = 127.0.0.1, port = 0 }
        pekko.cluster.roles = [cluster-manager]
        pekko.cluster.jmx.enabled = off
        """)
            .withFallback(PersistenceTestKitPlugin.config())
            .withFallback(PersistenceTestKitSnapshotPlugin.config())
            .withFallback(ConfigFactory.load());
    private static final Initiator SYSTEM = Initiator.system("test");

    @TempDir
    Path temporary;

    @Test
    void commandsReachTheSingletonAndAreRefusedWhereThereIsNone() throws IOException {
        try (ManagerHarness harness = new ManagerHarness(CONFIG, temporary);
                ManagerModule module = module(harness, Duration.ofSeconds(20))) {
            assertThat(refusal(module)).isEqualTo(ErrorCode.UNAVAILABLE);

            Cluster cluster = Cluster.get(harness.kit.system());
            cluster.manager().tell(new Join(cluster.selfMember().address()));
            module.begin(harness.kit.system(), harness.views);
            var reply = module.submit(new ClusterCommand.DescribeCluster(), SYSTEM)
                    .toCompletableFuture()
                    .join();
            assertThat(reply)
                    .isInstanceOfSatisfying(
                            ManagerReply.Accepted.class,
                            accepted -> assertThat(accepted.answer()).isInstanceOf(ManagerAnswer.ClusterInfo.class));

            NodeIdentity foreign = Founding.create().node(temporary.resolve("foreign"));
            var problem = module.registry()
                    .announce(
                            ClusterManagerTest.description(foreign.id(), "foreign"),
                            Certificates.pem(foreign.certificate().orElseThrow().certificate()))
                    .toCompletableFuture()
                    .join();
            assertThat(problem).isPresent();
        }
    }

    @Test
    void aManagerThatDoesNotAnswerInTimeIsUnavailable() {
        try (ManagerHarness harness = new ManagerHarness(CONFIG, temporary);
                ManagerModule module = module(harness, Duration.ofMillis(200))) {
            // The node has not joined: the singleton does not begin.
            module.begin(harness.kit.system(), harness.views);
            assertThat(refusal(module)).isEqualTo(ErrorCode.UNAVAILABLE);
            harness.kit.shutdownTestKit();
            assertThat(refusal(module)).isEqualTo(ErrorCode.UNAVAILABLE);
        }
    }

    private static ManagerModule module(ManagerHarness harness, Duration answerWithin) {
        return new ManagerModule(
                new ManagerSettings(
                        new NodeId(UUID.randomUUID()),
                        harness.folder.cluster(),
                        answerWithin,
                        Optional.of(harness.hosting(Optional.of(harness.folder)))),
                new ManagerHarness.Views(),
                harness.hasher,
                Clock.systemUTC(),
                new SecureRandom());
    }

    private static ErrorCode refusal(ManagerModule module) {
        return switch (module.submit(new ClusterCommand.DescribeCluster(), SYSTEM)
                .toCompletableFuture()
                .join()) {
            case ManagerReply.Accepted<ManagerAnswer.ClusterInfo> accepted -> throw new AssertionError(accepted);
            case ManagerReply.Refused<ManagerAnswer.ClusterInfo> refused -> refused.code();
        };
    }
}

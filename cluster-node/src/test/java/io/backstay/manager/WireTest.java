package io.backstay.manager;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.backstay.cluster.join.NodeDescription;
import io.backstay.cluster.view.ViewId;
import io.backstay.manager.command.ClusterCommand;
import io.backstay.manager.command.Grant;
import io.backstay.manager.command.Initiator;
import io.backstay.manager.command.ManagerAnswer;
import io.backstay.manager.command.ManagerCommand;
import io.backstay.manager.command.ManagerReply;
import io.backstay.manager.command.NodeCommand;
import io.backstay.manager.command.Password;
import io.backstay.manager.command.RepositoryCommand;
import io.backstay.manager.command.TokenCommand;
import io.backstay.manager.command.UserCommand;
import io.backstay.model.ClusterId;
import io.backstay.model.ErrorCode;
import io.backstay.model.JoinTokenId;
import io.backstay.model.NodeId;
import io.backstay.model.NodeName;
import io.backstay.model.Permission;
import io.backstay.model.RepositoryId;
import io.backstay.model.RepositoryName;
import io.backstay.model.Role;
import io.backstay.model.Sha256;
import io.backstay.model.TokenId;
import io.backstay.model.UserId;
import io.backstay.model.UserName;
import io.backstay.model.UserRole;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Everything that travels between nodes goes through the serializers that nodes use. */
class WireTest {
    private static final UserId USER = new UserId(UUID.randomUUID());
    private static final RepositoryId REPOSITORY = new RepositoryId(UUID.randomUUID());
    private static final NodeId NODE = new NodeId(UUID.randomUUID());
    private static final TokenId TOKEN = new TokenId(UUID.randomUUID());
    private static final JoinTokenId JOIN_TOKEN = new JoinTokenId(UUID.randomUUID());
    private static final Sha256 HASH = Sha256.hash(new byte[] {1});
    private static final Instant NOW = Instant.parse("2026-03-04T05:06:07.089Z");
    private static final Password PASSWORD = new Password("a good password");
    private static final NodeDescription DESCRIPTION = new NodeDescription(
            NODE, new NodeName("one"), Set.of(Role.BACKUP_STORAGE), "zone", "http://one:8420", "http://one:8421");

    private static ActorTestKit kit;

    @BeforeAll
    static void start() {
        kit = ActorTestKit.create(ConfigFactory.load());
    }

    @AfterAll
    static void stop() {
        kit.shutdownTestKit();
    }

    @Test
    void everyCommandArrivesAsItWasSent() {
        List<ManagerCommand<?>> commands = List.of(
                new ClusterCommand.CreateCluster(
                        new ClusterId(UUID.randomUUID()),
                        NOW,
                        "certificate",
                        "sealed",
                        "sealed",
                        "sealed",
                        new UserName("admin"),
                        PASSWORD,
                        Optional.of(new ClusterCommand.FirstJoinToken(HASH, Duration.ofDays(1), 3))),
                new ClusterCommand.ActivateManager(3, NODE, UUID.randomUUID()),
                new ClusterCommand.DescribeCluster(),
                new NodeCommand.RegisterNode(DESCRIPTION, "certificate"),
                new NodeCommand.JoinNode(HASH, DESCRIPTION, "request"),
                new NodeCommand.RemoveNode(NODE, true, Optional.of(3L)),
                new NodeCommand.CreateJoinToken(JOIN_TOKEN, HASH, "label", Duration.ofMinutes(90), 2),
                new NodeCommand.RevokeJoinToken(JOIN_TOKEN),
                new NodeCommand.ListJoinTokens(),
                new UserCommand.CreateUser(new UserName("uma"), UserRole.USER, PASSWORD),
                new UserCommand.ChangeUser(USER, Optional.of(UserRole.ADMIN), Optional.of(true), Optional.empty()),
                new UserCommand.ChangePassword(USER, Optional.of(PASSWORD), PASSWORD),
                new UserCommand.EndSessions(USER),
                new UserCommand.DeleteUser(USER, Optional.of(1L)),
                new UserCommand.ReadUser(USER),
                new UserCommand.ListUsers(),
                new RepositoryCommand.CreateRepository(
                        new RepositoryName("photos"),
                        Optional.of(USER),
                        Optional.of(2),
                        Optional.of(Duration.ofDays(1))),
                new RepositoryCommand.ChangeRepository(
                        REPOSITORY,
                        Optional.of(new RepositoryName("photos")),
                        Optional.of(USER),
                        Optional.of(2),
                        Optional.of(Duration.ofDays(1)),
                        Optional.of(List.of(new Grant(USER, Permission.FULL))),
                        Optional.of(9L)),
                new RepositoryCommand.DeleteRepository(REPOSITORY, Optional.empty()),
                new RepositoryCommand.ReadRepository(REPOSITORY),
                new RepositoryCommand.ListRepositories(),
                new TokenCommand.CreateToken(TOKEN, "laptop", REPOSITORY, Permission.APPEND, HASH, Optional.of(NOW)),
                new TokenCommand.RevokeToken(TOKEN),
                new TokenCommand.ListTokens());
        Set<Class<?>> sent = new HashSet<>();
        TestProbe<ManagerReply<?>> probe = kit.createTestProbe();
        ActorRef<ManagerReply<?>> replyTo = probe.ref();
        for (ManagerCommand<?> command : commands) {
            sent.add(command.getClass());
            kit.serializationTestKit()
                    .verifySerialization(
                            new ClusterManager.Submit(command, Initiator.user(USER, "192.0.2.1", "id"), replyTo), true);
        }
        assertThat(sent).isEqualTo(members(ManagerCommand.class));
        kit.serializationTestKit()
                .verifySerialization(
                        new ClusterManager.Submit(
                                new ClusterCommand.DescribeCluster(), Initiator.stranger("192.0.2.1", "id"), replyTo),
                        true);
        kit.serializationTestKit().verifySerialization(ClusterManager.Stop.NOW, true);
    }

    @Test
    void everyAnswerArrivesAsItWasSent() {
        var node = new ManagerAnswer.NodeInfo(
                NODE,
                new NodeName("one"),
                Set.of(Role.BACKUP_STORAGE, Role.CLUSTER_MANAGER),
                "",
                "http://one",
                "http://one",
                HASH.toString(),
                NOW,
                Optional.of(NOW),
                3);
        var joinToken = new ManagerAnswer.JoinTokenInfo(JOIN_TOKEN, "label", NOW, NOW, 2);
        var user = new ManagerAnswer.UserInfo(USER, new UserName("uma"), UserRole.USER, true, NOW, 3);
        var repository = new ManagerAnswer.RepositoryInfo(
                REPOSITORY,
                new RepositoryName("photos"),
                USER,
                List.of(new Grant(USER, Permission.READ)),
                3,
                Duration.ofDays(7),
                NOW,
                1);
        var token =
                new ManagerAnswer.TokenInfo(TOKEN, "laptop", USER, REPOSITORY, Permission.FULL, NOW, Optional.of(NOW));
        List<ManagerAnswer> answers = List.of(
                new ManagerAnswer.Done(),
                new ManagerAnswer.ClusterInfo(
                        new ClusterId(UUID.randomUUID()),
                        NOW,
                        List.of(node),
                        List.of(new ManagerAnswer.ManagerTerm(1, NODE, NOW))),
                node,
                new ManagerAnswer.NodeJoined(new ClusterId(UUID.randomUUID()), node, "certificate", "authority"),
                joinToken,
                new ManagerAnswer.JoinTokens(List.of(joinToken)),
                user,
                new ManagerAnswer.Users(List.of(user)),
                repository,
                new ManagerAnswer.Repositories(List.of(repository)),
                token,
                new ManagerAnswer.Tokens(List.of(token, token)));
        Set<Class<?>> sent = new HashSet<>();
        ViewId at = new ViewId(new ClusterId(UUID.randomUUID()), 1, 2, HASH);
        for (ManagerAnswer answer : answers) {
            sent.add(answer.getClass());
            kit.serializationTestKit().verifySerialization(new ManagerReply.Accepted<>(answer, at, true), true);
        }
        assertThat(sent).isEqualTo(members(ManagerAnswer.class));
        for (ErrorCode code : ErrorCode.values()) {
            kit.serializationTestKit().verifySerialization(new ManagerReply.Refused<>(code, "detail"), true);
        }
    }

    @Test
    void passwordsAreNotPrinted() {
        var create = new UserCommand.CreateUser(new UserName("uma"), UserRole.USER, PASSWORD);
        assertThat(create.toString()).doesNotContain(PASSWORD.value());
    }

    private static Set<Class<?>> members(Class<?> sealed) {
        Set<Class<?>> members = new HashSet<>();
        for (Class<?> member : sealed.getPermittedSubclasses()) {
            if (member.isSealed()) {
                members.addAll(members(member));
            } else {
                members.add(member);
            }
        }
        return members;
    }
}

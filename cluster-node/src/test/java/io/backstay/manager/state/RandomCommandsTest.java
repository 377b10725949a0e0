package io.backstay.manager.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.cluster.join.NodeDescription;
import io.backstay.manager.command.ClusterCommand;
import io.backstay.manager.command.Grant;
import io.backstay.manager.command.Initiator;
import io.backstay.manager.command.ManagerCommand;
import io.backstay.manager.command.ManagerReply;
import io.backstay.manager.command.NodeCommand;
import io.backstay.manager.command.Password;
import io.backstay.manager.command.RepositoryCommand;
import io.backstay.manager.command.TokenCommand;
import io.backstay.manager.command.UserCommand;
import io.backstay.manager.journal.EntryFormat;
import io.backstay.manager.journal.StateFormat;
import io.backstay.model.JoinTokenId;
import io.backstay.model.NodeId;
import io.backstay.model.NodeName;
import io.backstay.model.Permission;
import io.backstay.model.RepositoryId;
import io.backstay.model.RepositoryName;
import io.backstay.model.Role;
import io.backstay.model.TokenId;
import io.backstay.model.UserId;
import io.backstay.model.UserName;
import io.backstay.model.UserRole;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RandomCommandsTest {
    private static final int COMMANDS = 300;

    static List<Long> seeds() {
        Random random = new Random();
        List<Long> seeds = new ArrayList<>(List.of(1L, 2L, 3L));
        while (seeds.size() < 25) {
            seeds.add(random.nextLong());
        }
        return seeds;
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void randomCommandsKeepTheInvariantsAndReplayToTheSameState(long seed) {
        StateDriver driver = StateDriver.withCluster(seed);
        Random random = new Random(seed);
        int accepted = 0;
        for (int i = 0; i < COMMANDS; i++) {
            ManagerState before = driver.state();
            int written = driver.journal().size();
            ManagerReply<?> reply = driver.submit(command(driver, random), initiator(driver, random));
            ManagerState after = driver.state();
            assertThat(after.head().revision())
                    .isEqualTo(before.head().revision() + driver.journal().size() - written);
            switch (reply) {
                case ManagerReply.Accepted<?> it -> {
                    accepted++;
                    assertThat(it.at()).isEqualTo(after.id().orElseThrow());
                    assertThat(it.changed()).isEqualTo(!after.equals(before));
                }
                case ManagerReply.Refused<?> it -> assertThat(after).isSameAs(before);
            }
            holdsInvariants(after);
        }
        assertThat(accepted).isGreaterThan(COMMANDS / 10);
        replays(driver);
    }

    private static void holdsInvariants(ManagerState state) {
        unique(state.users().values(), UserRecord::name);
        unique(state.repositories().values(), RepositoryRecord::name);
        unique(state.admitted(node -> true).toList(), NodeRecord::name);
        assertThat(state.users().values()).anyMatch(UserRecord::enabledAdmin);
        for (RepositoryRecord repository : state.repositories().values()) {
            assertThat(state.users().keySet())
                    .contains(repository.owner())
                    .containsAll(repository.grants().keySet());
            assertThat(repository.grants()).doesNotContainKey(repository.owner());
            assertThat(repository.replicas()).isBetween(1, 7);
        }
        for (TokenRecord token : state.tokens().values()) {
            assertThat(state.users()).containsKey(token.owner());
            assertThat(state.repositories()).containsKey(token.repository());
        }
        for (JoinTokenRecord token : state.joinTokens().values()) {
            assertThat(token.usesLeft()).isNotNegative();
        }
        assertThat(state.head().recent().getLast()).isEqualTo(state.head().chain());
    }

    private static <T, K> void unique(Collection<T> records, Function<T, K> name) {
        assertThat(records.stream().map(name)).doesNotHaveDuplicates();
    }

    private static void replays(StateDriver driver) {
        EntryFormat entries = new EntryFormat();
        StateFormat states = new StateFormat();
        ManagerState replayed = ManagerState.empty();
        int half = driver.journal().size() / 2;
        for (JournalEntry entry : driver.journal()) {
            replayed = replayed.apply(entries.decode(entries.encode(entry)));
            if (replayed.head().revision() == half) {
                replayed = states.decode(states.encode(replayed));
            }
        }
        assertThat(replayed).isEqualTo(driver.state());
        assertThat(states.encode(replayed)).isEqualTo(states.encode(driver.state()));
    }

    private static Initiator initiator(StateDriver driver, Random random) {
        int kind = random.nextInt(20);
        if (kind == 0) {
            return Initiator.stranger("192.0.2.66", "stranger");
        }
        if (kind <= 3) {
            return Initiator.system("system");
        }
        return Initiator.user(
                kind <= 12
                        ? enabledAdmin(driver)
                        : anyOf(driver.state().users().keySet(), random, new UserId(driver.uuid())),
                "192.0.2.1",
                "request " + kind);
    }

    private static UserId enabledAdmin(StateDriver driver) {
        return driver.state().users().values().stream()
                .filter(UserRecord::enabledAdmin)
                .findFirst()
                .orElseThrow()
                .id();
    }

    private static ManagerCommand<?> command(StateDriver driver, Random random) {
        ManagerState state = driver.state();
        UserId user = anyOf(state.users().keySet(), random, new UserId(driver.uuid()));
        RepositoryId repository = anyOf(state.repositories().keySet(), random, new RepositoryId(driver.uuid()));
        NodeId node = anyOf(state.nodes().keySet(), random, new NodeId(driver.uuid()));
        Permission permission = Permission.values()[random.nextInt(Permission.values().length)];
        Optional<Long> version = random.nextInt(4) == 0 ? Optional.of((long) random.nextInt(4)) : Optional.empty();
        return switch (random.nextInt(22)) {
            case 0, 1 ->
                new UserCommand.CreateUser(
                        new UserName("user" + random.nextInt(12)),
                        UserRole.values()[random.nextInt(3)],
                        new Password("x".repeat(random.nextInt(4, 12))));
            case 2 ->
                new UserCommand.ChangeUser(
                        user,
                        maybe(random, UserRole.values()[random.nextInt(3)]),
                        maybe(random, random.nextBoolean()),
                        version);
            case 3 ->
                new UserCommand.ChangePassword(
                        user, maybe(random, new Password("admin's password")), new Password("another password"));
            case 4 -> new UserCommand.EndSessions(user);
            case 5 -> new UserCommand.DeleteUser(user, version);
            case 6, 7, 8 ->
                new RepositoryCommand.CreateRepository(
                        new RepositoryName("repository" + random.nextInt(12)),
                        maybe(random, user),
                        maybe(random, random.nextInt(0, 9)),
                        maybe(random, Duration.ofHours(random.nextInt(-1, 100))));
            case 9, 10 ->
                new RepositoryCommand.ChangeRepository(
                        repository,
                        maybe(random, new RepositoryName("repository" + random.nextInt(12))),
                        maybe(random, user),
                        maybe(random, random.nextInt(1, 9)),
                        maybe(random, Duration.ofHours(random.nextInt(100))),
                        maybe(random, List.of(new Grant(anyOf(state.users().keySet(), random, user), permission))),
                        version);
            case 11 -> new RepositoryCommand.DeleteRepository(repository, version);
            case 12, 13 ->
                new TokenCommand.CreateToken(
                        new TokenId(driver.uuid()),
                        "token",
                        repository,
                        permission,
                        StateDriver.hash("secret" + random.nextInt()),
                        maybe(random, driver.now().plusSeconds(random.nextInt(-10, 1000))));
            case 14 -> new TokenCommand.RevokeToken(anyOf(state.tokens().keySet(), random, new TokenId(driver.uuid())));
            case 15 ->
                new NodeCommand.CreateJoinToken(
                        new JoinTokenId(driver.uuid()),
                        StateDriver.hash("join" + random.nextInt(5)),
                        "label",
                        Duration.ofHours(random.nextInt(1, 3)),
                        random.nextInt(0, 3));
            case 16 ->
                new NodeCommand.RevokeJoinToken(
                        anyOf(state.joinTokens().keySet(), random, new JoinTokenId(driver.uuid())));
            case 17 ->
                new NodeCommand.JoinNode(
                        random.nextBoolean() ? StateDriver.FIRST_TOKEN : StateDriver.hash("join" + random.nextInt(5)),
                        description(random.nextBoolean() ? node : new NodeId(driver.uuid()), random),
                        "key of node" + random.nextInt(3));
            case 18 ->
                new NodeCommand.RegisterNode(
                        description(random.nextBoolean() ? node : new NodeId(driver.uuid()), random),
                        "key of node" + random.nextInt(3));
            case 19 -> new NodeCommand.RemoveNode(node, random.nextBoolean(), version);
            case 20 -> new ClusterCommand.ActivateManager(state.epoch() + random.nextInt(3), node, driver.uuid());
            default -> {
                driver.advance(Duration.ofMinutes(random.nextInt(60)));
                yield new RepositoryCommand.ListRepositories();
            }
        };
    }

    private static NodeDescription description(NodeId id, Random random) {
        EnumSet<Role> roles = EnumSet.noneOf(Role.class);
        for (Role role : Role.values()) {
            if (random.nextInt(3) > 0) {
                roles.add(role);
            }
        }
        return new NodeDescription(
                id, new NodeName("node" + random.nextInt(6)), roles, "", "http://node:8420", "http://node:8421");
    }

    private static <T> Optional<T> maybe(Random random, T value) {
        return random.nextBoolean() ? Optional.of(value) : Optional.empty();
    }

    private static <T> T anyOf(Collection<T> values, Random random, T otherwise) {
        return values.isEmpty() || random.nextInt(20) == 0
                ? otherwise
                : values.stream()
                        .skip(random.nextInt(values.size()))
                        .findFirst()
                        .orElse(otherwise);
    }
}

package io.backstay.manager.state;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.cluster.join.NodeDescription;
import io.backstay.cluster.view.ClusterSecrets;
import io.backstay.cluster.view.ClusterView;
import io.backstay.manager.command.ClusterCommand;
import io.backstay.manager.command.Grant;
import io.backstay.manager.command.Initiator;
import io.backstay.manager.command.ManagerAnswer;
import io.backstay.manager.command.ManagerReply;
import io.backstay.manager.command.NodeCommand;
import io.backstay.manager.command.Password;
import io.backstay.manager.command.RepositoryCommand;
import io.backstay.manager.command.TokenCommand;
import io.backstay.manager.command.UserCommand;
import io.backstay.model.ErrorCode;
import io.backstay.model.JoinTokenId;
import io.backstay.model.NodeId;
import io.backstay.model.NodeName;
import io.backstay.model.Permission;
import io.backstay.model.RepositoryName;
import io.backstay.model.Role;
import io.backstay.model.TokenId;
import io.backstay.model.UserId;
import io.backstay.model.UserName;
import io.backstay.model.UserRole;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ManagerRulesTest {
    private static final Initiator SYSTEM = Initiator.system("test");
    private static final Initiator STRANGER = Initiator.stranger("192.0.2.66", "test");
    private static final Password PASSWORD = new Password("a good password");

    private final StateDriver driver = StateDriver.withCluster(1);

    @BeforeEach
    void makeUsers() {
        driver.accept(new UserCommand.CreateUser(new UserName("olga"), UserRole.OPERATOR, PASSWORD), driver.admin());
        driver.accept(new UserCommand.CreateUser(new UserName("uma"), UserRole.USER, PASSWORD), driver.admin());
        driver.accept(new UserCommand.CreateUser(new UserName("udo"), UserRole.USER, PASSWORD), driver.admin());
    }

    @Test
    void nothingIsDecidedBeforeThereIsACluster() {
        StateDriver empty = new StateDriver(2);
        assertThat(empty.refuse(new ClusterCommand.DescribeCluster(), SYSTEM)).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(empty.refuse(new ClusterCommand.ActivateManager(1, node(1), UUID.randomUUID()), SYSTEM))
                .isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void epochsFollowEachOther() {
        driver.accept(new ClusterCommand.ActivateManager(1, node(1), UUID.randomUUID()), SYSTEM);
        assertThat(driver.refuse(new ClusterCommand.ActivateManager(1, node(2), UUID.randomUUID()), SYSTEM))
                .isEqualTo(ErrorCode.STALE_EPOCH);
        driver.accept(new ClusterCommand.ActivateManager(2, node(2), UUID.randomUUID()), SYSTEM);
        assertThat(driver.accept(new ClusterCommand.DescribeCluster(), driver.as("uma"))
                        .managers())
                .extracting(ManagerAnswer.ManagerTerm::epoch)
                .containsExactly(1L, 2L);
    }

    @Test
    void strangersAndUsersWhoAreGoneMayNothing() {
        assertThat(driver.refuse(new ClusterCommand.DescribeCluster(), STRANGER))
                .isEqualTo(ErrorCode.UNAUTHENTICATED);
        assertThat(driver.refuse(
                        new RepositoryCommand.ListRepositories(),
                        Initiator.user(new UserId(UUID.randomUUID()), "", "")))
                .isEqualTo(ErrorCode.UNAUTHENTICATED);
        Initiator uma = driver.as("uma");
        driver.accept(change("uma", Optional.empty(), Optional.of(true)), driver.admin());
        assertThat(driver.refuse(new RepositoryCommand.ListRepositories(), uma)).isEqualTo(ErrorCode.UNAUTHENTICATED);
    }

    @Test
    void onlyAdminsManageUsers() {
        for (String name : List.of("olga", "uma")) {
            Initiator by = driver.as(name);
            assertThat(driver.refuse(new UserCommand.CreateUser(new UserName("new"), UserRole.USER, PASSWORD), by))
                    .isEqualTo(ErrorCode.FORBIDDEN);
            assertThat(driver.refuse(change("udo", Optional.of(UserRole.ADMIN), Optional.empty()), by))
                    .isEqualTo(ErrorCode.FORBIDDEN);
            assertThat(driver.refuse(new UserCommand.DeleteUser(driver.user("udo"), Optional.empty()), by))
                    .isEqualTo(ErrorCode.FORBIDDEN);
            assertThat(driver.refuse(new UserCommand.EndSessions(driver.user("udo")), by))
                    .isEqualTo(ErrorCode.FORBIDDEN);
            assertThat(driver.refuse(
                            new UserCommand.ChangePassword(driver.user("udo"), Optional.empty(), PASSWORD), by))
                    .isEqualTo(ErrorCode.FORBIDDEN);
        }
        assertThat(driver.accept(new UserCommand.ListUsers(), driver.as("uma")).users())
                .singleElement()
                .extracting(ManagerAnswer.UserInfo::name)
                .isEqualTo(new UserName("uma"));
        assertThat(driver.refuse(new UserCommand.ReadUser(driver.user("udo")), driver.as("uma")))
                .isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(driver.accept(new UserCommand.ListUsers(), driver.as("olga")).users())
                .hasSize(4);
    }

    @Test
    void namesAreTakenOnceAndPasswordsHaveALength() {
        assertThat(driver.refuse(
                        new UserCommand.CreateUser(new UserName("uma"), UserRole.USER, PASSWORD), driver.admin()))
                .isEqualTo(ErrorCode.CONFLICT);
        for (String password : List.of("", "1234567", "x".repeat(513))) {
            assertThat(driver.refuse(
                            new UserCommand.CreateUser(new UserName("new"), UserRole.USER, new Password(password)),
                            driver.admin()))
                    .isEqualTo(ErrorCode.INVALID_REQUEST);
        }
    }

    @Test
    void theLastAdminStays() {
        assertThat(driver.refuse(change("admin", Optional.of(UserRole.USER), Optional.empty()), driver.admin()))
                .isEqualTo(ErrorCode.CONFLICT);
        assertThat(driver.refuse(change("admin", Optional.empty(), Optional.of(true)), driver.admin()))
                .isEqualTo(ErrorCode.CONFLICT);
        assertThat(driver.refuse(new UserCommand.DeleteUser(driver.user("admin"), Optional.empty()), SYSTEM))
                .isEqualTo(ErrorCode.CONFLICT);
        driver.accept(change("uma", Optional.of(UserRole.ADMIN), Optional.empty()), driver.admin());
        assertThat(driver.refuse(new UserCommand.DeleteUser(driver.user("admin"), Optional.empty()), driver.admin()))
                .isEqualTo(ErrorCode.CONFLICT);
        driver.accept(new UserCommand.DeleteUser(driver.user("admin"), Optional.empty()), driver.as("uma"));
    }

    @Test
    void ownPasswordIsChangedWithTheCurrentOneAndEndsSessions() {
        UserId uma = driver.user("uma");
        long before = requireNonNull(driver.state().users().get(uma)).credentialVersion();
        Password next = new Password("another password");
        assertThat(driver.refuse(new UserCommand.ChangePassword(uma, Optional.empty(), next), driver.as("uma")))
                .isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(driver.refuse(
                        new UserCommand.ChangePassword(uma, Optional.of(new Password("wrong")), next),
                        driver.as("uma")))
                .isEqualTo(ErrorCode.FORBIDDEN);
        driver.accept(new UserCommand.ChangePassword(uma, Optional.of(PASSWORD), next), driver.as("uma"));
        driver.accept(new UserCommand.ChangePassword(uma, Optional.empty(), PASSWORD), driver.admin());
        driver.accept(new UserCommand.EndSessions(uma), driver.as("uma"));
        driver.accept(change("uma", Optional.empty(), Optional.of(true)), driver.admin());
        assertThat(requireNonNull(driver.state().users().get(uma)).credentialVersion())
                .isEqualTo(before + 4);
    }

    @Test
    void anOutdatedVersionIsRefused() {
        UserId uma = driver.user("uma");
        driver.accept(
                new UserCommand.ChangeUser(uma, Optional.of(UserRole.OPERATOR), Optional.empty(), Optional.of(1L)),
                driver.admin());
        assertThat(driver.refuse(
                        new UserCommand.ChangeUser(uma, Optional.of(UserRole.USER), Optional.empty(), Optional.of(1L)),
                        driver.admin()))
                .isEqualTo(ErrorCode.PRECONDITION_FAILED);
        var repository = create("photos", "uma");
        assertThat(driver.refuse(
                        new RepositoryCommand.DeleteRepository(repository.id(), Optional.of(7L)), driver.as("uma")))
                .isEqualTo(ErrorCode.PRECONDITION_FAILED);
    }

    @Test
    void whoOwnsRepositoriesIsNotDeletedUntilTheyAreGivenAway() {
        var repository = create("photos", "uma");
        var delete = new UserCommand.DeleteUser(driver.user("uma"), Optional.empty());
        assertThat(driver.refuse(delete, driver.admin())).isEqualTo(ErrorCode.CONFLICT);
        driver.accept(
                new RepositoryCommand.ChangeRepository(
                        repository.id(),
                        Optional.empty(),
                        Optional.of(driver.user("udo")),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(List.of(new Grant(driver.user("uma"), Permission.READ))),
                        Optional.empty()),
                driver.as("uma"));
        driver.accept(token("reader", repository, Permission.READ), driver.as("uma"));
        driver.accept(delete, driver.admin());
        assertThat(driver.state().tokens()).isEmpty();
        assertThat(requireNonNull(driver.state().repositories().get(repository.id()))
                        .grants())
                .isEmpty();
    }

    @Test
    void creatingARepositoryTwiceIsSafeForItsOwnerOnly() {
        var first = create("photos", "uma");
        assertThat(first.replicas()).isEqualTo(3);
        var again = driver.submit(
                new RepositoryCommand.CreateRepository(
                        new RepositoryName("photos"), Optional.empty(), Optional.empty(), Optional.empty()),
                driver.as("uma"));
        assertThat(again).isInstanceOfSatisfying(ManagerReply.Accepted.class, accepted -> {
            assertThat(accepted.answer()).isEqualTo(first);
            assertThat(accepted.changed()).isFalse();
        });
        assertThat(driver.refuse(
                        new RepositoryCommand.CreateRepository(
                                new RepositoryName("photos"), Optional.empty(), Optional.empty(), Optional.empty()),
                        driver.as("udo")))
                .isEqualTo(ErrorCode.ALREADY_EXISTS);
        assertThat(driver.refuse(
                        new RepositoryCommand.CreateRepository(
                                new RepositoryName("other"),
                                Optional.of(driver.user("uma")),
                                Optional.empty(),
                                Optional.empty()),
                        driver.as("udo")))
                .isEqualTo(ErrorCode.FORBIDDEN);
        for (int replicas : List.of(0, 8)) {
            assertThat(driver.refuse(
                            new RepositoryCommand.CreateRepository(
                                    new RepositoryName("other"),
                                    Optional.empty(),
                                    Optional.of(replicas),
                                    Optional.empty()),
                            driver.as("udo")))
                    .isEqualTo(ErrorCode.INVALID_REQUEST);
        }
    }

    @Test
    void othersRepositoriesAreInvisibleAndGrantsAreTheOwnersToGive() {
        var repository = create("photos", "uma");
        var read = new RepositoryCommand.ReadRepository(repository.id());
        assertThat(driver.refuse(read, driver.as("udo"))).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(driver.refuse(
                        new RepositoryCommand.DeleteRepository(repository.id(), Optional.empty()), driver.as("udo")))
                .isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(driver.refuse(grant(repository, "olga", Permission.FULL), driver.as("olga")))
                .isEqualTo(ErrorCode.FORBIDDEN);
        driver.accept(grant(repository, "udo", Permission.APPEND), driver.as("uma"));
        assertThat(driver.accept(read, driver.as("udo")).grants())
                .containsExactly(new Grant(driver.user("udo"), Permission.APPEND));
        assertThat(driver.refuse(grant(repository, "olga", Permission.FULL), driver.as("udo")))
                .isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(driver.accept(new RepositoryCommand.ListRepositories(), driver.as("olga"))
                        .repositories())
                .hasSize(1);
        driver.accept(
                new RepositoryCommand.ChangeRepository(
                        repository.id(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(2),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                driver.as("olga"));
        assertThat(requireNonNull(driver.state().repositories().get(repository.id()))
                        .replicas())
                .isEqualTo(2);
    }

    @Test
    void aTokenCanDoNoMoreThanItsOwnerAndIsSafeToMakeTwice() {
        var repository = create("photos", "uma");
        assertThat(driver.refuse(token("t", repository, Permission.READ), driver.as("udo")))
                .isEqualTo(ErrorCode.NOT_FOUND);
        driver.accept(grant(repository, "udo", Permission.APPEND), driver.as("uma"));
        assertThat(driver.refuse(token("t", repository, Permission.FULL), driver.as("udo")))
                .isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(driver.refuse(token("t", repository, Permission.READ), driver.admin()))
                .isEqualTo(ErrorCode.FORBIDDEN);
        var create = token("t", repository, Permission.APPEND);
        var made = driver.accept(create, driver.as("udo"));
        assertThat(driver.accept(create, driver.as("udo"))).isEqualTo(made);
        assertThat(driver.refuse(create, driver.as("uma"))).isEqualTo(ErrorCode.CONFLICT);
        assertThat(driver.refuse(new TokenCommand.RevokeToken(made.id()), driver.as("uma")))
                .isEqualTo(ErrorCode.NOT_FOUND);
        driver.accept(new TokenCommand.RevokeToken(made.id()), driver.admin());
        driver.accept(token("t", repository, Permission.APPEND), driver.as("udo"));
        driver.accept(new RepositoryCommand.DeleteRepository(repository.id(), Optional.empty()), driver.as("uma"));
        assertThat(driver.state().tokens()).isEmpty();
    }

    @Test
    void aJoinTokenLetsInAsManyNodesAsItHasUsesUntilItExpires() {
        var token = new NodeCommand.CreateJoinToken(
                new JoinTokenId(driver.uuid()), StateDriver.hash("secret"), "two", Duration.ofHours(1), 2);
        assertThat(driver.refuse(token, driver.as("uma"))).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(driver.accept(token, driver.as("olga"))).isEqualTo(driver.accept(token, driver.as("olga")));
        driver.accept(join("secret", 1, "one"), STRANGER);
        driver.accept(join("secret", 1, "one"), STRANGER);
        driver.accept(join("secret", 2, "two"), STRANGER);
        assertThat(driver.refuse(join("secret", 3, "three"), STRANGER)).isEqualTo(ErrorCode.FORBIDDEN);
        driver.accept(join("secret", 2, "two"), STRANGER);
        assertThat(driver.refuse(join("another", 3, "three"), STRANGER)).isEqualTo(ErrorCode.FORBIDDEN);
        driver.advance(Duration.ofHours(1));
        assertThat(driver.refuse(join("secret", 1, "one"), STRANGER)).isEqualTo(ErrorCode.FORBIDDEN);
    }

    @Test
    void aNodesIdKeepsItsKeyAndNamesAreUnique() {
        driver.accept(join("first join token", 1, "one"), STRANGER);
        assertThat(driver.refuse(
                        new NodeCommand.JoinNode(StateDriver.FIRST_TOKEN, description(1, "one"), "another key"),
                        STRANGER))
                .isEqualTo(ErrorCode.CONFLICT);
        assertThat(driver.refuse(join("first join token", 2, "one"), STRANGER)).isEqualTo(ErrorCode.CONFLICT);
        assertThat(driver.refuse(new NodeCommand.RegisterNode(description(3, "three"), "key 3"), driver.admin()))
                .isEqualTo(ErrorCode.FORBIDDEN);
        driver.accept(new NodeCommand.RegisterNode(description(3, "three"), "key 3"), SYSTEM);
        int written = driver.journal().size();
        driver.accept(new NodeCommand.RegisterNode(description(3, "three"), "key 3"), SYSTEM);
        assertThat(driver.journal()).hasSize(written);
    }

    @Test
    void aRemovedNodeNeverComesBackAndTheLastOfARoleStays() {
        driver.accept(join("first join token", 1, "one"), STRANGER);
        var removeOne = new NodeCommand.RemoveNode(node(1), true, Optional.empty());
        assertThat(driver.refuse(removeOne, driver.admin())).isEqualTo(ErrorCode.CONFLICT);
        driver.accept(join("first join token", 2, "two"), STRANGER);
        create("photos", "uma");
        assertThat(driver.refuse(new NodeCommand.RemoveNode(node(1), false, Optional.empty()), driver.admin()))
                .isEqualTo(ErrorCode.CONFLICT);
        assertThat(driver.refuse(removeOne, driver.as("uma"))).isEqualTo(ErrorCode.FORBIDDEN);
        driver.accept(removeOne, driver.as("olga"));
        assertThat(driver.refuse(join("first join token", 1, "one"), STRANGER)).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(driver.refuse(new NodeCommand.RegisterNode(description(1, "one"), "key 1"), SYSTEM))
                .isEqualTo(ErrorCode.FORBIDDEN);
        driver.accept(join("first join token", 3, "one"), STRANGER);
    }

    @Test
    void badDescriptionsOfNodesAreRefused() {
        var good = description(1, "one");
        for (NodeDescription bad : List.of(
                new NodeDescription(good.id(), good.name(), Set.of(), "", good.http(), good.internal()),
                new NodeDescription(good.id(), good.name(), good.roles(), "\n", good.http(), good.internal()),
                new NodeDescription(good.id(), good.name(), good.roles(), "", "ftp://one", good.internal()),
                new NodeDescription(good.id(), good.name(), good.roles(), "", good.http(), "no address"))) {
            assertThat(driver.refuse(new NodeCommand.JoinNode(StateDriver.FIRST_TOKEN, bad, "key"), STRANGER))
                    .isEqualTo(ErrorCode.INVALID_REQUEST);
        }
    }

    @Test
    void theViewShowsWhatNodesNeed() {
        driver.accept(join("first join token", 1, "one"), STRANGER);
        var repository = create("photos", "uma");
        driver.accept(grant(repository, "udo", Permission.READ), driver.as("uma"));
        driver.accept(token("t", repository, Permission.FULL), driver.as("uma"));
        ClusterView view = driver.state().view(new ClusterSecrets("transfer", "session"));
        assertThat(view.id()).isEqualTo(driver.state().id().orElseThrow());
        assertThat(view.storageNodes()).containsOnlyKeys(node(1));
        assertThat(view.permission(driver.user("udo"), repository.id())).contains(Permission.READ);
        assertThat(view.permission(driver.user("uma"), repository.id())).contains(Permission.FULL);
        assertThat(view.tokens()).hasSize(1);
        assertThat(view.users()).hasSize(4);
    }

    private ManagerAnswer.RepositoryInfo create(String name, String owner) {
        return driver.accept(
                new RepositoryCommand.CreateRepository(
                        new RepositoryName(name), Optional.empty(), Optional.empty(), Optional.empty()),
                driver.as(owner));
    }

    private UserCommand.ChangeUser change(String name, Optional<UserRole> role, Optional<Boolean> disabled) {
        return new UserCommand.ChangeUser(driver.user(name), role, disabled, Optional.empty());
    }

    private RepositoryCommand.ChangeRepository grant(
            ManagerAnswer.RepositoryInfo repository, String name, Permission permission) {
        return new RepositoryCommand.ChangeRepository(
                repository.id(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(List.of(new Grant(driver.user(name), permission))),
                Optional.empty());
    }

    private TokenCommand.CreateToken token(
            String name, ManagerAnswer.RepositoryInfo repository, Permission permission) {
        TokenId id = new TokenId(driver.uuid());
        return new TokenCommand.CreateToken(
                id, name, repository.id(), permission, StateDriver.hash(id.toString()), Optional.empty());
    }

    private static NodeCommand.JoinNode join(String token, int number, String name) {
        return new NodeCommand.JoinNode(StateDriver.hash(token), description(number, name), "key " + number);
    }

    private static NodeDescription description(int number, String name) {
        return new NodeDescription(
                node(number),
                new NodeName(name),
                Set.of(Role.values()),
                "",
                "http://%s:8420".formatted(name),
                "http://%s:8421".formatted(name));
    }

    private static NodeId node(int number) {
        return new NodeId(new UUID(0, number));
    }
}

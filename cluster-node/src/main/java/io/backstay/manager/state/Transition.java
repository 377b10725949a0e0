package io.backstay.manager.state;

import io.backstay.model.UserId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** How each event changes the state; nothing is checked here, since the decision was made when the event was. */
final class Transition {
    private Transition() {}

    static ManagerState apply(ManagerState state, JournalEntry entry) {
        Instant at = entry.at();
        return switch (entry.event()) {
            case ManagerEvent.ClusterCreated event -> created(state, event);
            case ManagerEvent.StateAdopted event ->
                event.state().withHead(event.state().head().withGeneration(event.generation()));
            case ManagerEvent.ManagerActivated event -> activated(state, event, at);
            case ManagerEvent.NodeAdmitted event -> admitted(state, event, at);
            case ManagerEvent.NodeChanged event ->
                state.withNodes(changed(state.nodes(), event.id(), node -> node.changed(event)));
            case ManagerEvent.NodeRemoved event ->
                state.withNodes(changed(state.nodes(), event.id(), node -> node.removedAt(at)));
            case ManagerEvent.JoinTokenCreated event -> joinTokenCreated(state, event, at);
            case ManagerEvent.JoinTokenRevoked event ->
                state.withJoinTokens(Sorted.without(state.joinTokens(), event.id()));
            case ManagerEvent.UserCreated event ->
                state.withUsers(Sorted.with(
                        state.users(),
                        event.id(),
                        new UserRecord(event.id(), event.name(), event.role(), event.passwordHash(), false, 1, at, 1)));
            case ManagerEvent.UserChanged event ->
                state.withUsers(
                        changed(state.users(), event.id(), user -> user.changed(event.role(), event.disabled())));
            case ManagerEvent.PasswordChanged event ->
                state.withUsers(changed(state.users(), event.id(), user -> user.withPassword(event.passwordHash())));
            case ManagerEvent.SessionsEnded event ->
                state.withUsers(changed(state.users(), event.id(), UserRecord::withoutSessions));
            case ManagerEvent.UserDeleted event -> userDeleted(state, event);
            case ManagerEvent.RepositoryCreated event ->
                state.withRepositories(Sorted.with(
                        state.repositories(),
                        event.id(),
                        new RepositoryRecord(
                                event.id(),
                                event.name(),
                                event.owner(),
                                Map.of(),
                                event.replicas(),
                                event.trashGrace(),
                                at,
                                1)));
            case ManagerEvent.RepositoryChanged event ->
                state.withRepositories(
                        changed(state.repositories(), event.id(), repository -> repository.changed(event)));
            case ManagerEvent.GrantsChanged event ->
                state.withRepositories(
                        changed(state.repositories(), event.id(), repository -> repository.withGrants(event.grants())));
            case ManagerEvent.RepositoryDeleted event ->
                state.withRepositories(Sorted.without(state.repositories(), event.id()))
                        .withTokens(Sorted.withoutValues(
                                state.tokens(), token -> token.repository().equals(event.id())));
            case ManagerEvent.TokenCreated event ->
                state.withTokens(Sorted.with(
                        state.tokens(),
                        event.id(),
                        new TokenRecord(
                                event.id(),
                                event.name(),
                                event.owner(),
                                event.repository(),
                                event.permission(),
                                event.secretHash(),
                                at,
                                event.expires())));
            case ManagerEvent.TokenRevoked event -> state.withTokens(Sorted.without(state.tokens(), event.id()));
        };
    }

    private static ManagerState created(ManagerState state, ManagerEvent.ClusterCreated event) {
        return state.withCluster(new ClusterRecord(
                        event.id(),
                        event.created(),
                        event.authorityCertificate(),
                        event.sealedAuthorityKey(),
                        event.sealedTransferKey(),
                        event.sealedSessionKey()))
                .withHead(state.head().withGeneration(1));
    }

    private static ManagerState activated(ManagerState state, ManagerEvent.ManagerActivated event, Instant at) {
        List<ManagerTenure> managers = new ArrayList<>(state.managers());
        managers.add(new ManagerTenure(event.epoch(), event.node(), event.incarnation(), at));
        int surplus = Math.max(0, managers.size() - ManagerState.REMEMBERED_MANAGERS);
        return state.withManagers(managers.subList(surplus, managers.size()));
    }

    private static ManagerState admitted(ManagerState state, ManagerEvent.NodeAdmitted event, Instant at) {
        NodeRecord node = new NodeRecord(
                event.id(),
                event.name(),
                event.roles(),
                event.zone(),
                event.http(),
                event.internal(),
                event.certificate(),
                event.publicKey(),
                at,
                Optional.empty(),
                1);
        ManagerState with = state.withNodes(Sorted.with(state.nodes(), event.id(), node));
        return event.joinToken()
                .map(token -> with.withJoinTokens(changed(with.joinTokens(), token, JoinTokenRecord::used)))
                .orElse(with);
    }

    private static ManagerState joinTokenCreated(ManagerState state, ManagerEvent.JoinTokenCreated event, Instant at) {
        var living = Sorted.withoutValues(state.joinTokens(), token -> !token.valid(at));
        return state.withJoinTokens(Sorted.with(
                living,
                event.id(),
                new JoinTokenRecord(event.id(), event.hash(), event.label(), at, event.expires(), event.uses())));
    }

    private static ManagerState userDeleted(ManagerState state, ManagerEvent.UserDeleted event) {
        UserId gone = event.id();
        var repositories = new TreeMap<>(state.repositories());
        repositories.replaceAll((id, repository) -> repository.grants().containsKey(gone)
                ? repository.withGrants(Sorted.without(repository.grants(), gone))
                : repository);
        return state.withUsers(Sorted.without(state.users(), gone))
                .withRepositories(repositories)
                .withTokens(Sorted.withoutValues(
                        state.tokens(), token -> token.owner().equals(gone)));
    }

    private static <K extends Comparable<K>, V> Map<K, V> changed(Map<K, V> map, K key, UnaryOperator<V> change) {
        V value = map.get(key);
        return value == null ? map : Sorted.with(map, key, change.apply(value));
    }
}

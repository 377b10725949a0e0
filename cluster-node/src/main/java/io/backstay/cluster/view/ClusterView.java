package io.backstay.cluster.view;

import io.backstay.model.NodeId;
import io.backstay.model.Permission;
import io.backstay.model.RepositoryId;
import io.backstay.model.RepositoryName;
import io.backstay.model.TokenId;
import io.backstay.model.UserId;
import io.backstay.model.UserName;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The cluster as of one revision of the manager's state; immutable, with an index for each way in which it is asked.
 * Build one by {@link #of}.
 */
public record ClusterView(
        ViewId id,
        Map<NodeId, NodeView> nodes,
        Map<UserId, UserView> users,
        Map<UserName, UserView> usersByName,
        Map<RepositoryId, RepositoryView> repositories,
        Map<RepositoryName, RepositoryView> repositoriesByName,
        Map<TokenId, TokenView> tokens,
        ClusterSecrets secrets) {

    /** A view with its indexes. */
    public static ClusterView of(
            ViewId id,
            Iterable<NodeView> nodes,
            Iterable<UserView> users,
            Iterable<RepositoryView> repositories,
            Iterable<TokenView> tokens,
            ClusterSecrets secrets) {
        return new ClusterView(
                id,
                index(nodes, NodeView::id),
                index(users, UserView::id),
                index(users, UserView::name),
                index(repositories, RepositoryView::id),
                index(repositories, RepositoryView::name),
                index(tokens, TokenView::id),
                secrets);
    }

    private static <K, V> Map<K, V> index(Iterable<V> values, Function<V, K> key) {
        return java.util.stream.StreamSupport.stream(values.spliterator(), false)
                .collect(Collectors.toUnmodifiableMap(key, Function.identity()));
    }

    /** S: the admitted storage nodes, up or not. */
    public Map<NodeId, NodeView> storageNodes() {
        return nodes.values().stream()
                .filter(NodeView::storesObjects)
                .collect(Collectors.toUnmodifiableMap(NodeView::id, Function.identity()));
    }

    /** What the user may in the repository at this revision, by role, ownership and grant; none for a disabled user. */
    public Optional<Permission> permission(UserId user, RepositoryId repository) {
        UserView who = users.get(user);
        RepositoryView what = repositories.get(repository);
        if (who == null || what == null || who.disabled()) {
            return Optional.empty();
        }
        if (what.owner().equals(user)) {
            return Optional.of(Permission.FULL);
        }
        return Optional.ofNullable(what.grants().get(user));
    }
}

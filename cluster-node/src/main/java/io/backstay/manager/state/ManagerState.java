package io.backstay.manager.state;

import io.backstay.cluster.view.ClusterSecrets;
import io.backstay.cluster.view.ClusterView;
import io.backstay.cluster.view.NodeView;
import io.backstay.cluster.view.RepositoryView;
import io.backstay.cluster.view.TokenView;
import io.backstay.cluster.view.UserView;
import io.backstay.cluster.view.ViewId;
import io.backstay.manager.command.ClusterCommand;
import io.backstay.manager.command.Initiator;
import io.backstay.manager.command.ManagerAnswer;
import io.backstay.manager.command.ManagerCommand;
import io.backstay.manager.command.NodeCommand;
import io.backstay.manager.command.RepositoryCommand;
import io.backstay.manager.command.TokenCommand;
import io.backstay.manager.command.UserCommand;
import io.backstay.model.ErrorCode;
import io.backstay.model.JoinTokenId;
import io.backstay.model.NodeId;
import io.backstay.model.RepositoryId;
import io.backstay.model.TokenId;
import io.backstay.model.UserId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * All that the cluster's manager knows, as of one revision; immutable. {@link #decide} holds the rules, {@link #apply} is
 * total. Maps are sorted by id.
 *
 * @param cluster none before it began
 * @param managers who was manager when, the last one now; at most {@value #REMEMBERED_MANAGERS}
 * @param nodes the removed ones too
 */
public record ManagerState(
        Optional<ClusterRecord> cluster,
        StateHead head,
        List<ManagerTenure> managers,
        Map<NodeId, NodeRecord> nodes,
        Map<JoinTokenId, JoinTokenRecord> joinTokens,
        Map<UserId, UserRecord> users,
        Map<RepositoryId, RepositoryRecord> repositories,
        Map<TokenId, TokenRecord> tokens) {
    /** How many managers are remembered. */
    public static final int REMEMBERED_MANAGERS = 100;

    /** Sorts and copies. */
    public ManagerState {
        managers = List.copyOf(managers);
        nodes = Sorted.map(nodes);
        joinTokens = Sorted.map(joinTokens);
        users = Sorted.map(users);
        repositories = Sorted.map(repositories);
        tokens = Sorted.map(tokens);
    }

    /** Before the first event. */
    public static ManagerState empty() {
        return new ManagerState(
                Optional.empty(), StateHead.BEGINNING, List.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of());
    }

    /** What comes of a command; see {@link ManagerCommand} and its records for the rules. */
    public <R extends ManagerAnswer> Decision<R> decide(ManagerCommand<R> command, DecisionContext context) {
        if (cluster.isEmpty() && !(command instanceof ClusterCommand.CreateCluster)) {
            return Decision.refuse(ErrorCode.UNAVAILABLE, "no cluster has been made yet");
        }
        Optional<UserRecord> user = context.by().user().map(users::get);
        if (context.by().kind() == Initiator.Kind.USER
                && user.filter(who -> !who.disabled()).isEmpty()) {
            return Decision.refuse(ErrorCode.UNAUTHENTICATED, "the user does not exist or is disabled");
        }
        if (context.by().kind() == Initiator.Kind.STRANGER && !(command instanceof NodeCommand.JoinNode)) {
            return Decision.refuse(ErrorCode.UNAUTHENTICATED, "only users may do this");
        }
        return dispatch(command, new Access(this, context, user));
    }

    // Each area's decision is one for a command of the very same R: the interfaces tie them together, the compiler's
    // pattern matching does not see it.
    @SuppressWarnings("unchecked")
    private static <R extends ManagerAnswer> Decision<R> dispatch(ManagerCommand<R> command, Access access) {
        return (Decision<R>)
                switch (command) {
                    case ClusterCommand<R> it -> ClusterRules.decide(it, access);
                    case NodeCommand<R> it -> NodeRules.decide(it, access);
                    case UserCommand<R> it -> UserRules.decide(it, access);
                    case RepositoryCommand<R> it -> RepositoryRules.decide(it, access);
                    case TokenCommand<R> it -> TokenRules.decide(it, access);
                };
    }

    /** The state after an event. Total: an event that does not fit changes what it can and the head. */
    public ManagerState apply(JournalEntry entry) {
        ManagerState changed = Transition.apply(this, entry);
        return changed.withHead(changed.head().next(entry.digest()));
    }

    /** The event by which this state, a mirror's, goes on in place of the journal's. */
    public ManagerEvent.StateAdopted adoption() {
        return new ManagerEvent.StateAdopted(head.generation() + 1, this);
    }

    /** The epoch of the newest manager, 0 before the first. */
    public long epoch() {
        return managers.isEmpty() ? 0 : managers.getLast().epoch();
    }

    /** Which state this is; none before the cluster began. */
    public Optional<ViewId> id() {
        return cluster.map(is -> new ViewId(is.id(), head.generation(), head.revision(), head.chain()));
    }

    /**
     * Whether this state may come after one that somebody has seen: it is the same or a later one, in a newer generation or
     * grown from it as far as the remembered chains can tell. Otherwise the journal was set back or has forked.
     */
    public boolean follows(ViewId seen) {
        if (head.generation() != seen.generation()) {
            return head.generation() > seen.generation();
        }
        return head.revision() >= seen.revision()
                && head.chainAt(seen.revision()).map(seen.chain()::equals).orElse(true);
    }

    /**
     * What every node needs of this state.
     *
     * @param secrets the cluster's, unsealed
     * @throws IllegalStateException before the cluster began
     */
    public ClusterView view(ClusterSecrets secrets) {
        ViewId id = id().orElseThrow(() -> new IllegalStateException("there is no cluster to view"));
        return ClusterView.of(
                id,
                nodes.values().stream().map(ManagerState::view).toList(),
                users.values().stream().map(ManagerState::view).toList(),
                repositories.values().stream().map(ManagerState::view).toList(),
                tokens.values().stream().map(ManagerState::view).toList(),
                secrets);
    }

    /** The cluster; for rules, which run only while there is one. */
    ClusterRecord existing() {
        return cluster.orElseThrow(() -> new IllegalStateException("there is no cluster"));
    }

    Stream<NodeRecord> admitted(Predicate<NodeRecord> which) {
        return nodes.values().stream().filter(NodeRecord::admitted).filter(which);
    }

    ManagerState withHead(StateHead to) {
        return new ManagerState(cluster, to, managers, nodes, joinTokens, users, repositories, tokens);
    }

    ManagerState withCluster(ClusterRecord to) {
        return new ManagerState(Optional.of(to), head, managers, nodes, joinTokens, users, repositories, tokens);
    }

    ManagerState withManagers(List<ManagerTenure> to) {
        return new ManagerState(cluster, head, to, nodes, joinTokens, users, repositories, tokens);
    }

    ManagerState withNodes(Map<NodeId, NodeRecord> to) {
        return new ManagerState(cluster, head, managers, to, joinTokens, users, repositories, tokens);
    }

    ManagerState withJoinTokens(Map<JoinTokenId, JoinTokenRecord> to) {
        return new ManagerState(cluster, head, managers, nodes, to, users, repositories, tokens);
    }

    ManagerState withUsers(Map<UserId, UserRecord> to) {
        return new ManagerState(cluster, head, managers, nodes, joinTokens, to, repositories, tokens);
    }

    ManagerState withRepositories(Map<RepositoryId, RepositoryRecord> to) {
        return new ManagerState(cluster, head, managers, nodes, joinTokens, users, to, tokens);
    }

    ManagerState withTokens(Map<TokenId, TokenRecord> to) {
        return new ManagerState(cluster, head, managers, nodes, joinTokens, users, repositories, to);
    }

    private static NodeView view(NodeRecord node) {
        return new NodeView(
                node.id(),
                node.name(),
                node.roles(),
                node.zone(),
                node.http(),
                node.internal(),
                node.certificate().toString(),
                node.admitted());
    }

    private static UserView view(UserRecord user) {
        return new UserView(
                user.id(), user.name(), user.role(), user.passwordHash(), user.disabled(), user.credentialVersion());
    }

    private static RepositoryView view(RepositoryRecord repository) {
        return new RepositoryView(
                repository.id(),
                repository.name(),
                repository.owner(),
                repository.grants(),
                repository.replicas(),
                repository.trashGrace());
    }

    private static TokenView view(TokenRecord token) {
        return new TokenView(
                token.id(),
                token.name(),
                token.owner(),
                token.repository(),
                token.permission(),
                token.secretHash(),
                token.expires());
    }
}

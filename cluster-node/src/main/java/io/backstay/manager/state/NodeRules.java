package io.backstay.manager.state;

import io.backstay.cluster.join.NodeDescription;
import io.backstay.manager.command.ManagerAnswer;
import io.backstay.manager.command.NodeCommand;
import io.backstay.model.ErrorCode;
import io.backstay.model.JoinTokenId;
import io.backstay.model.Role;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** Decides commands for nodes and join tokens. */
final class NodeRules {
    static final int MAX_JOIN_TOKENS = 1000;

    private static final String OPERATORS = "admins and operators";
    private static final Duration LONGEST_TOKEN = Duration.ofDays(30);
    private static final int MOST_USES = 1000;
    private static final int MAX_LABEL = 100;
    private static final int MAX_ZONE = 63;
    private static final int MAX_ADDRESS = 300;

    private NodeRules() {}

    static Decision<? extends ManagerAnswer> decide(NodeCommand<?> command, Access access) {
        return switch (command) {
            case NodeCommand.RegisterNode it -> register(it, access);
            case NodeCommand.JoinNode it -> join(it, access);
            case NodeCommand.RemoveNode it -> remove(it, access);
            case NodeCommand.CreateJoinToken it -> createToken(it, access);
            case NodeCommand.RevokeJoinToken it -> revokeToken(it, access);
            case NodeCommand.ListJoinTokens it -> listTokens(access);
        };
    }

    private static Decision<ManagerAnswer.NodeInfo> register(NodeCommand.RegisterNode command, Access access) {
        if (!access.isSystem()) {
            return Access.forbidden("the system");
        }
        Work work = new Work.CheckCertificate(
                command.node().id(), command.certificatePem(), access.state().existing());
        return admit(command.node(), Optional.empty(), work, access, key -> state -> node(state, command.node()));
    }

    private static Decision<ManagerAnswer.NodeJoined> join(NodeCommand.JoinNode command, Access access) {
        Optional<JoinTokenRecord> token = access.state().joinTokens().values().stream()
                .filter(it -> it.hash().equals(command.joinToken()))
                .filter(it -> it.valid(access.context().now()))
                .findFirst();
        NodeDescription node = command.node();
        boolean known = access.state().nodes().containsKey(node.id());
        if (token.isEmpty() || (token.get().usesLeft() == 0 && !known)) {
            return Decision.refuse(ErrorCode.FORBIDDEN, "the join token is unknown, expired or used up");
        }
        ClusterRecord cluster = access.state().existing();
        Work work = new Work.SignRequest(node.id(), command.signingRequest(), cluster);
        return admit(
                node,
                Optional.of(token.get().id()),
                work,
                access,
                key -> state -> new ManagerAnswer.NodeJoined(
                        cluster.id(), node(state, node), key.certificatePem(), cluster.authorityCertificate()));
    }

    private static <R extends ManagerAnswer> Decision<R> admit(
            NodeDescription node,
            Optional<JoinTokenId> token,
            Work work,
            Access access,
            Function<Evidence.CertifiedKey, Function<ManagerState, R>> answer) {
        Optional<String> flaw = flaw(node);
        if (flaw.isPresent()) {
            return Access.invalid(flaw.get());
        }
        Optional<NodeRecord> known = Optional.ofNullable(access.state().nodes().get(node.id()));
        if (known.isPresent() && !known.get().admitted()) {
            return Decision.refuse(ErrorCode.FORBIDDEN, "the node was removed; its id cannot come back");
        }
        if (access.state()
                .admitted(
                        other -> other.name().equals(node.name()) && !other.id().equals(node.id()))
                .findAny()
                .isPresent()) {
            return Access.conflict("another node has the name " + node.name());
        }
        Optional<Evidence.CertifiedKey> evidence = access.context().evidence().certificate();
        if (evidence.isEmpty()) {
            return new Decision.Need<>(work);
        }
        Evidence.CertifiedKey key = evidence.get();
        if (known.isEmpty()) {
            return Decision.accept(
                    List.of(new ManagerEvent.NodeAdmitted(
                            node.id(),
                            node.name(),
                            node.roles(),
                            node.zone(),
                            node.http(),
                            node.internal(),
                            key.certificate(),
                            key.publicKey(),
                            token)),
                    answer.apply(key));
        }
        if (!known.get().publicKey().equals(key.publicKey())) {
            return Access.conflict("a node with this id and another key is known");
        }
        var changed = new ManagerEvent.NodeChanged(
                node.id(), node.name(), node.roles(), node.zone(), node.http(), node.internal(), key.certificate());
        boolean same = known.get().describedBy(changed);
        return Decision.accept(same ? List.of() : List.of(changed), answer.apply(key));
    }

    private static Decision<ManagerAnswer.Done> remove(NodeCommand.RemoveNode command, Access access) {
        if (!access.isOperator()) {
            return Access.forbidden(OPERATORS);
        }
        NodeRecord node = access.state().nodes().get(command.node());
        if (node == null || !node.admitted()) {
            return Access.missing("node");
        }
        if (Access.outdated(command.expectedVersion(), node.version())) {
            return Access.changedMeanwhile(node.version());
        }
        if (lastWith(Role.CLUSTER_MANAGER, node, access.state())) {
            return Access.conflict("it is the last node that can be the manager");
        }
        if (lastWith(Role.BACKUP_STORAGE, node, access.state())) {
            return Access.conflict("it is the last node that stores backups");
        }
        if (!command.force() && node.roles().contains(Role.BACKUP_STORAGE)) {
            long left = with(Role.BACKUP_STORAGE, access.state()) - 1;
            int wanted = access.state().repositories().values().stream()
                    .mapToInt(RepositoryRecord::replicas)
                    .max()
                    .orElse(0);
            if (left < wanted) {
                return Access.conflict("%d storage nodes would stay, a repository wants %d replicas: add a node first"
                        .formatted(left, wanted));
            }
        }
        return Decision.done(new ManagerEvent.NodeRemoved(node.id()));
    }

    private static Decision<ManagerAnswer.JoinTokenInfo> createToken(
            NodeCommand.CreateJoinToken command, Access access) {
        if (!access.isOperator()) {
            return Access.forbidden(OPERATORS);
        }
        if (!Access.printable(command.label(), 0, MAX_LABEL)) {
            return Access.invalid("a label has at most %d printable characters".formatted(MAX_LABEL));
        }
        if (!command.validFor().isPositive() || command.validFor().compareTo(LONGEST_TOKEN) > 0) {
            return Access.invalid("a join token is valid for at most %d days".formatted(LONGEST_TOKEN.toDays()));
        }
        if (command.uses() < 1 || command.uses() > MOST_USES) {
            return Access.invalid("a join token has 1 to %d uses".formatted(MOST_USES));
        }
        JoinTokenRecord known = access.state().joinTokens().get(command.id());
        if (known != null) {
            return known.hash().equals(command.hash())
                    ? Decision.answer(Answers.of(known))
                    : Access.conflict("a join token with this id exists");
        }
        long valid = access.state().joinTokens().values().stream()
                .filter(token -> token.valid(access.context().now()))
                .count();
        if (valid >= MAX_JOIN_TOKENS) {
            return Access.conflict("there are %d join tokens; revoke some first".formatted(MAX_JOIN_TOKENS));
        }
        var event = new ManagerEvent.JoinTokenCreated(
                command.id(),
                command.hash(),
                command.label(),
                access.context().now().plus(command.validFor()),
                command.uses());
        return Decision.accept(
                List.of(event),
                state -> Answers.of(Objects.requireNonNull(state.joinTokens().get(event.id()))));
    }

    private static Decision<ManagerAnswer.Done> revokeToken(NodeCommand.RevokeJoinToken command, Access access) {
        if (!access.isOperator()) {
            return Access.forbidden(OPERATORS);
        }
        if (!access.state().joinTokens().containsKey(command.id())) {
            return Access.missing("join token");
        }
        return Decision.done(new ManagerEvent.JoinTokenRevoked(command.id()));
    }

    private static Decision<ManagerAnswer.JoinTokens> listTokens(Access access) {
        if (!access.isOperator()) {
            return Access.forbidden(OPERATORS);
        }
        return Decision.answer(new ManagerAnswer.JoinTokens(access.state().joinTokens().values().stream()
                .filter(token -> token.valid(access.context().now()) && token.usesLeft() > 0)
                .sorted(Comparator.comparing(JoinTokenRecord::created)
                        .reversed()
                        .thenComparing(JoinTokenRecord::id))
                .map(Answers::of)
                .toList()));
    }

    private static ManagerAnswer.NodeInfo node(ManagerState state, NodeDescription node) {
        return Answers.of(Objects.requireNonNull(state.nodes().get(node.id())));
    }

    private static boolean lastWith(Role role, NodeRecord node, ManagerState state) {
        return node.roles().contains(role) && with(role, state) == 1;
    }

    private static long with(Role role, ManagerState state) {
        return state.admitted(node -> node.roles().contains(role)).count();
    }

    private static Optional<String> flaw(NodeDescription node) {
        if (node.roles().isEmpty()) {
            return Optional.of("a node has at least one role");
        }
        if (!Access.printable(node.zone(), 0, MAX_ZONE)) {
            return Optional.of("a zone's name has at most %d printable characters".formatted(MAX_ZONE));
        }
        if (!address(node.http()) || !address(node.internal())) {
            return Optional.of("a node's addresses have the form http://host:port");
        }
        return Optional.empty();
    }

    private static boolean address(String text) {
        if (text.length() > MAX_ADDRESS) {
            return false;
        }
        try {
            URI uri = new URI(text);
            return uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
        } catch (URISyntaxException e) {
            return false;
        }
    }
}

package io.backstay.manager.state;

import io.backstay.manager.command.ClusterCommand;
import io.backstay.manager.command.ManagerAnswer;
import io.backstay.model.ErrorCode;
import io.backstay.model.JoinTokenId;
import io.backstay.model.UserId;
import io.backstay.model.UserRole;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Decides commands for the cluster as a whole. */
final class ClusterRules {
    private ClusterRules() {}

    static Decision<? extends ManagerAnswer> decide(ClusterCommand<?> command, Access access) {
        return switch (command) {
            case ClusterCommand.CreateCluster it -> create(it, access);
            case ClusterCommand.ActivateManager it -> activate(it, access);
            case ClusterCommand.DescribeCluster it -> Decision.answer(describe(access.state()));
        };
    }

    private static Decision<ManagerAnswer.Done> create(ClusterCommand.CreateCluster command, Access access) {
        if (!access.isSystem()) {
            return Access.forbidden("the system");
        }
        if (access.state().cluster().isPresent()) {
            return Access.conflict("there is a cluster already");
        }
        Optional<String> weak = command.password().weakness();
        if (weak.isPresent()) {
            return Access.invalid(weak.get());
        }
        Optional<String> hash = access.context().evidence().passwordHash();
        if (hash.isEmpty()) {
            return new Decision.Need<>(new Work.HashPassword(command.password()));
        }
        List<ManagerEvent> events = new ArrayList<>();
        events.add(new ManagerEvent.ClusterCreated(
                command.id(),
                command.created(),
                command.authorityCertificate(),
                command.sealedAuthorityKey(),
                command.sealedTransferKey(),
                command.sealedSessionKey()));
        events.add(new ManagerEvent.UserCreated(
                new UserId(access.context().ids().get()), command.admin(), UserRole.ADMIN, hash.get()));
        command.joinToken()
                .map(token -> new ManagerEvent.JoinTokenCreated(
                        new JoinTokenId(access.context().ids().get()),
                        token.hash(),
                        "made with the cluster",
                        access.context().now().plus(token.validFor()),
                        token.uses()))
                .ifPresent(events::add);
        return Decision.done(events.toArray(ManagerEvent[]::new));
    }

    private static Decision<ManagerAnswer.Done> activate(ClusterCommand.ActivateManager command, Access access) {
        if (!access.isSystem()) {
            return Access.forbidden("the system");
        }
        if (command.epoch() != access.state().epoch() + 1) {
            return Decision.refuse(
                    ErrorCode.STALE_EPOCH,
                    "epoch %d cannot follow %d"
                            .formatted(command.epoch(), access.state().epoch()));
        }
        return Decision.done(new ManagerEvent.ManagerActivated(command.epoch(), command.node(), command.incarnation()));
    }

    private static ManagerAnswer.ClusterInfo describe(ManagerState state) {
        ClusterRecord cluster = state.existing();
        return new ManagerAnswer.ClusterInfo(
                cluster.id(),
                cluster.created(),
                state.nodes().values().stream()
                        .sorted(Comparator.comparing(NodeRecord::name).thenComparing(NodeRecord::id))
                        .map(Answers::of)
                        .toList(),
                state.managers().stream().map(Answers::of).toList());
    }
}

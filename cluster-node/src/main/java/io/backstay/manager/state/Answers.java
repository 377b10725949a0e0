package io.backstay.manager.state;

import io.backstay.manager.command.Grant;
import io.backstay.manager.command.ManagerAnswer;

/** The state's records as others see them, without what is secret. */
final class Answers {
    private Answers() {}

    static ManagerAnswer.NodeInfo of(NodeRecord node) {
        return new ManagerAnswer.NodeInfo(
                node.id(),
                node.name(),
                node.roles(),
                node.zone(),
                node.http(),
                node.internal(),
                node.certificate().toString(),
                node.joined(),
                node.removed(),
                node.version());
    }

    static ManagerAnswer.ManagerTerm of(ManagerTenure tenure) {
        return new ManagerAnswer.ManagerTerm(tenure.epoch(), tenure.node(), tenure.since());
    }

    static ManagerAnswer.JoinTokenInfo of(JoinTokenRecord token) {
        return new ManagerAnswer.JoinTokenInfo(
                token.id(), token.label(), token.created(), token.expires(), token.usesLeft());
    }

    static ManagerAnswer.UserInfo of(UserRecord user) {
        return new ManagerAnswer.UserInfo(
                user.id(), user.name(), user.role(), user.disabled(), user.created(), user.version());
    }

    static ManagerAnswer.RepositoryInfo of(RepositoryRecord repository) {
        return new ManagerAnswer.RepositoryInfo(
                repository.id(),
                repository.name(),
                repository.owner(),
                repository.grants().entrySet().stream()
                        .map(grant -> new Grant(grant.getKey(), grant.getValue()))
                        .toList(),
                repository.replicas(),
                repository.trashGrace(),
                repository.created(),
                repository.version());
    }

    static ManagerAnswer.TokenInfo of(TokenRecord token) {
        return new ManagerAnswer.TokenInfo(
                token.id(),
                token.name(),
                token.owner(),
                token.repository(),
                token.permission(),
                token.created(),
                token.expires());
    }
}

package io.backstay.node;

import io.backstay.cluster.credentials.PasswordHasher;
import io.backstay.manager.FirstAdmin;
import io.backstay.manager.ManagerHosting;
import io.backstay.manager.ManagerModule;
import io.backstay.manager.ManagerSettings;
import io.backstay.manager.command.Password;
import io.backstay.manager.mirror.RedisStateMirror;
import io.backstay.manager.mirror.StateMirror;
import io.backstay.model.Role;
import io.backstay.node.config.NodeConfiguration;
import io.backstay.node.config.Secret;
import java.util.Optional;

/** The node's part in managing, from its configuration. */
final class ManagerPart {
    private ManagerPart() {}

    static ManagerModule create(NodeConfiguration configuration, NodeStanding standing, PasswordHasher hasher) {
        Optional<ManagerHosting> hosting = standing.masterKey()
                .filter(key -> configuration.roles().contains(Role.CLUSTER_MANAGER))
                .map(key -> new ManagerHosting(
                        key,
                        standing.folder()
                                .filter(folder -> configuration.cluster().found()),
                        new FirstAdmin(
                                configuration.admin().name(),
                                configuration
                                        .admin()
                                        .password()
                                        .map(Secret::reveal)
                                        .map(Password::new)),
                        configuration.redis().map(ManagerPart::mirror)));
        return new ManagerModule(
                new ManagerSettings(
                        standing.identity().id(),
                        standing.views().cluster(),
                        ManagerSettings.DEFAULT_ANSWER_WITHIN,
                        hosting),
                standing.views(),
                hasher,
                standing.clock(),
                standing.random());
    }

    private static StateMirror mirror(NodeConfiguration.Redis redis) {
        return RedisStateMirror.at(redis.url(), redis.password().map(Secret::reveal));
    }
}

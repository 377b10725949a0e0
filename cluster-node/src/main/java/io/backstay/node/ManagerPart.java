package io.backstay.node;

import io.backstay.cluster.credentials.PasswordHasher;
import io.backstay.manager.FirstAdmin;
import io.backstay.manager.ManagerHosting;
import io.backstay.manager.ManagerModule;
import io.backstay.manager.ManagerSettings;
import io.backstay.manager.command.Password;
import io.backstay.manager.mirror.MirrorStatus;
import io.backstay.manager.mirror.RedisStateMirror;
import io.backstay.manager.mirror.StateMirror;
import io.backstay.model.Role;
import io.backstay.node.config.NodeConfiguration;
import io.backstay.node.config.Secret;
import io.backstay.node.metrics.NodeMetrics;
import java.time.Duration;
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

    /** Has the figures of the mirror shown, where this node writes one when it manages. */
    static void measure(ManagerModule manager, NodeMetrics metrics) {
        if (manager.mirror().isPresent()) {
            metrics.gauge(
                    "backstay_mirror_lag_seconds",
                    "For how long a newer state has been waiting for the mirror; 0 where none is, and on nodes that do"
                            + " not manage.",
                    () -> manager.mirror()
                                    .map(MirrorStatus::lag)
                                    .orElse(Duration.ZERO)
                                    .toMillis()
                            / 1e3);
            metrics.gauge(
                    "backstay_mirror_failing",
                    "1 where the last attempt to write the mirror has failed.",
                    () -> manager.mirror().flatMap(MirrorStatus::problem).isPresent() ? 1 : 0);
        }
    }

    private static StateMirror mirror(NodeConfiguration.Redis redis) {
        return RedisStateMirror.at(redis.url(), redis.password().map(Secret::reveal));
    }
}

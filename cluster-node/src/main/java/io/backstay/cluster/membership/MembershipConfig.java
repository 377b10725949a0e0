package io.backstay.cluster.membership;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.backstay.model.NodeId;
import io.backstay.model.Role;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The configuration of the cluster's actor system: what stands in {@code cluster.conf}, and this node's own part. */
final class MembershipConfig {
    private MembershipConfig() {}

    /** The whole configuration; {@code further} holds what other rooms need in this system, and wins. */
    static Config of(NodeId node, Set<Role> roles, ClusterSettings settings, Config further) {
        List<Map<String, Object>> endpoints = settings.contactPoints().stream()
                .map(point -> Map.<String, Object>of("host", point.host(), "port", point.port()))
                .toList();
        Config own = ConfigFactory.parseMap(
                Map.ofEntries(
                        Map.entry(
                                "pekko.remote.artery.canonical.hostname",
                                settings.artery().host()),
                        Map.entry(
                                "pekko.remote.artery.canonical.port",
                                settings.artery().port()),
                        Map.entry(
                                "pekko.management.http.hostname",
                                settings.management().host()),
                        Map.entry(
                                "pekko.management.http.port",
                                settings.management().port()),
                        Map.entry("pekko.cluster.roles", MemberRoles.of(node, roles, settings.found())),
                        // A cluster without the majority of the founders takes nobody up, so that it does no work.
                        Map.entry(
                                "pekko.cluster.role.%s.min-nr-of-members".formatted(MemberRoles.FOUNDER),
                                settings.requiredContactPoints()),
                        Map.entry("pekko.discovery.config.services.backstay.endpoints", endpoints),
                        Map.entry(
                                "pekko.management.cluster.bootstrap.contact-point-discovery.required-contact-point-nr",
                                settings.requiredContactPoints()),
                        Map.entry(
                                "pekko.management.cluster.bootstrap.new-cluster-enabled",
                                settings.found() ? "on" : "off")),
                "this node's settings");
        return further.withFallback(own)
                .withFallback(
                        switch (settings.failover()) {
                            case STEADY -> ConfigFactory.empty();
                            case QUICK -> ConfigFactory.parseResources("cluster-quick.conf");
                        })
                .withFallback(ConfigFactory.parseResources("cluster.conf"))
                .withFallback(ConfigFactory.load())
                .resolve();
    }
}

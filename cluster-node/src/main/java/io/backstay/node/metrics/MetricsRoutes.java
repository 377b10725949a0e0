package io.backstay.node.metrics;

import java.util.Optional;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Directives;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.management.javadsl.ManagementRouteProvider;
import org.apache.pekko.management.javadsl.ManagementRouteProviderSettings;

/** {@code GET /metrics} on the management port; named in {@code cluster.conf}. */
public final class MetricsRoutes implements ManagementRouteProvider {
    private static final ContentType TYPE = ContentTypes.parse(NodeMetrics.CONTENT_TYPE);

    private final Optional<NodeMetrics> metrics;

    /** By Pekko Management, for a cluster system. */
    public MetricsRoutes(ExtendedActorSystem system) {
        this.metrics = system.settings().setup().get(MetricsSetup.class).map(MetricsSetup::metrics);
    }

    @Override
    public Route routes(ManagementRouteProviderSettings settings) {
        return metrics.map(figures -> Directives.path(
                        "metrics",
                        () -> Directives.get(() -> Directives.complete(
                                HttpResponse.create().withEntity(HttpEntities.create(TYPE, figures.text()))))))
                .orElseGet(Directives::reject);
    }
}

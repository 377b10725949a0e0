package io.backstay.node;

import io.backstay.cluster.credentials.CredentialCache;
import io.backstay.cluster.credentials.FailureLimiter;
import io.backstay.cluster.credentials.PasswordHasher;
import io.backstay.cluster.credentials.Sessions;
import io.backstay.cluster.view.Reachability;
import io.backstay.http.HttpServer;
import io.backstay.http.ViewWaiters;
import io.backstay.http.api.Api;
import io.backstay.http.api.Manager;
import io.backstay.http.api.StorageStatus;
import io.backstay.http.auth.Authenticator;
import io.backstay.http.restic.ResticRoutes;
import io.backstay.http.restic.UploadPlaces;
import io.backstay.http.wire.WireLimits;
import io.backstay.manager.ManagerGateway;
import io.backstay.node.config.NodeConfiguration;
import io.backstay.node.metrics.NodeMetrics;
import io.backstay.storage.door.ObjectDoor;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorSystem;

/** The door for users, from the node's configuration. */
final class HttpPart {
    private static final long LARGEST_OBJECT_BYTES = 1L << 30;
    private static final int UPLOADS_WAITING = 256;
    private static final Duration UPLOADS_WAIT = Duration.ofSeconds(60);
    private static final Duration VIEW_WITHIN = Duration.ofSeconds(5);
    private static final Duration PASSWORD_REMEMBERED = Duration.ofSeconds(60);
    private static final int MOST_REMEMBERED = 10_000;

    private HttpPart() {}

    /** Binds the port. */
    static HttpServer start(
            ActorSystem<?> system,
            NodeConfiguration configuration,
            NodeStanding standing,
            PasswordHasher hasher,
            ManagerGateway gateway,
            Reachability reachability,
            ObjectDoor door,
            StorageStatus storage,
            NodeMetrics metrics)
            throws NodeStartException {
        Sessions sessions = new Sessions(standing.clock(), standing.random());
        Authenticator authenticator = new Authenticator(
                standing.views(),
                hasher,
                new CredentialCache(PASSWORD_REMEMBERED, MOST_REMEMBERED, standing.clock(), standing.random()),
                new FailureLimiter(FailureLimiter.Limits.USUAL, MOST_REMEMBERED, standing.clock()),
                sessions,
                standing.clock());
        Manager manager = new Manager(gateway, new ViewWaiters(standing.views(), VIEW_WITHIN));
        ResticRoutes restic = new ResticRoutes(
                system,
                authenticator,
                standing.views(),
                door,
                Api.creator(manager),
                LARGEST_OBJECT_BYTES,
                new UploadPlaces(
                        system,
                        new UploadPlaces.Limits(
                                configuration.http().limits().uploadsPerUser(), UPLOADS_WAITING, UPLOADS_WAIT)));
        Api.Parts parts = new Api.Parts(
                system,
                authenticator,
                sessions,
                standing.views(),
                reachability,
                storage,
                manager,
                standing.description(),
                standing.identity().certificate().orElseThrow().authority(),
                standing.random(),
                standing.clock(),
                configuration.http().advertised().startsWith("https:"));
        NodeConfiguration.Http http = configuration.http();
        return Binding.await(
                "http.port " + http.port(),
                HttpServer.bind(
                        system,
                        http.host(),
                        http.port(),
                        new WireLimits(
                                http.limits().headWithin(),
                                http.limits().idle(),
                                http.limits().slowestBytes(),
                                http.limits().connections()),
                        configuration.name(),
                        metrics.traffic(),
                        metrics,
                        restic,
                        Api.routes(parts)));
    }
}

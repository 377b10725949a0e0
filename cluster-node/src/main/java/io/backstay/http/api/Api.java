package io.backstay.http.api;

import io.backstay.cluster.credentials.Sessions;
import io.backstay.cluster.join.NodeDescription;
import io.backstay.cluster.view.Reachability;
import io.backstay.cluster.view.ViewSource;
import io.backstay.http.auth.Authenticator;
import io.backstay.http.auth.Principal;
import io.backstay.http.problem.RequestId;
import io.backstay.http.restic.ResticRoutes;
import io.backstay.manager.command.Initiator;
import io.backstay.manager.command.RepositoryCommand;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.RepositoryName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;

/** Puts the API together. */
public final class Api {
    private Api() {}

    /**
     * What the API needs of its node.
     *
     * @param authority the cluster's, which join tokens name
     * @param secureCookies whether browsers reach this node by TLS only
     */
    public record Parts(
            ActorSystem<?> system,
            Authenticator authenticator,
            Sessions sessions,
            ViewSource views,
            Reachability reachability,
            StorageStatus storage,
            Manager manager,
            NodeDescription self,
            X509Certificate authority,
            SecureRandom random,
            Clock clock,
            boolean secureCookies) {}

    /** The routes of {@code /api/v1}. */
    public static ApiRoutes routes(Parts parts) {
        String address = parts.self().http();
        List<Endpoint> endpoints = new ArrayList<>();
        endpoints.add(Endpoint.open("GET", "/openapi.yaml", call -> description()));
        endpoints.addAll(new SessionEndpoints(
                        parts.authenticator(),
                        parts.sessions(),
                        parts.views(),
                        parts.manager(),
                        parts.clock(),
                        parts.secureCookies())
                .all());
        endpoints.addAll(new ClusterEndpoints(
                        parts.manager(), parts.views(), parts.reachability(), parts.self(), parts.storage())
                .all());
        endpoints.addAll(new JoinEndpoints(parts.manager(), parts.authority(), parts.random(), address).all());
        endpoints.addAll(new UserEndpoints(parts.manager()).all());
        endpoints.addAll(new RepositoryEndpoints(parts.manager(), address).all());
        endpoints.addAll(new TokenEndpoints(parts.manager(), parts.views(), parts.random(), address).all());
        return new ApiRoutes(parts.system(), parts.authenticator(), endpoints);
    }

    private static CompletionStage<ApiAnswer> description() {
        try (InputStream file = Api.class.getResourceAsStream("/openapi/backstay-v1.yaml")) {
            if (file == null) {
                throw new BackstayException(ErrorCode.INTERNAL, "the API's description is not in this build");
            }
            return CompletableFuture.completedFuture(
                    ApiAnswer.ok(new ApiAnswer.Text("application/yaml", file.readAllBytes())));
        } catch (IOException e) {
            throw new UncheckedIOException("the API's description can't be read", e);
        }
    }

    /** Makes repositories at {@code restic init}, for the user whose password was given. */
    public static ResticRoutes.RepositoryCreator creator(Manager manager) {
        return (Principal principal, RepositoryName name, InetAddress from, RequestId id) -> {
            Initiator by = Initiator.user(principal.user().id(), from.getHostAddress(), id.text());
            RepositoryCommand.CreateRepository create =
                    new RepositoryCommand.CreateRepository(name, Optional.empty(), Optional.empty(), Optional.empty());
            return manager.submitAndSee(create, by)
                    .thenApply(seen -> Optional.ofNullable(
                                    seen.view().repositories().get(seen.answer().id()))
                            .orElseThrow(() -> deletedMeanwhile(seen.answer().name())));
        };
    }

    private static BackstayException deletedMeanwhile(RepositoryName name) {
        return new BackstayException(ErrorCode.CONFLICT, "repository " + name + " was deleted meanwhile");
    }
}

package io.backstay.http.api;

import io.backstay.cluster.credentials.CredentialCache;
import io.backstay.cluster.credentials.FailureLimiter;
import io.backstay.cluster.credentials.PasswordHasher;
import io.backstay.cluster.credentials.Sessions;
import io.backstay.cluster.identity.Founding;
import io.backstay.cluster.join.NodeDescription;
import io.backstay.cluster.view.ClusterView;
import io.backstay.cluster.view.Reachability;
import io.backstay.cluster.view.ViewSource;
import io.backstay.http.ViewWaiters;
import io.backstay.http.auth.Authenticator;
import io.backstay.manager.ManagerGateway;
import io.backstay.manager.command.Initiator;
import io.backstay.manager.command.ManagerAnswer;
import io.backstay.manager.command.ManagerCommand;
import io.backstay.manager.command.ManagerReply;
import io.backstay.model.NodeId;
import io.backstay.model.NodeName;
import io.backstay.model.Role;
import io.backstay.storage.transfer.StoragePeer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;

/** The table of endpoints, put together as in a node, with nothing behind it. */
final class EndpointTable {
    private static final SecureRandom RANDOM = new SecureRandom();

    private EndpointTable() {}

    static List<Endpoint> endpoints() {
        ActorTestKit kit = ActorTestKit.create();
        Clock clock = Clock.systemUTC();
        try (PasswordHasher hasher = new PasswordHasher(new PasswordHasher.Costs(64, 1, 1), 1, 1, RANDOM)) {
            Sessions sessions = new Sessions(clock, RANDOM);
            Authenticator authenticator = new Authenticator(
                    new NoView(),
                    hasher,
                    new CredentialCache(Duration.ofSeconds(1), 1, clock, RANDOM),
                    new FailureLimiter(FailureLimiter.Limits.USUAL, 1, clock),
                    sessions,
                    clock);
            NodeDescription self = new NodeDescription(
                    new NodeId(UUID.randomUUID()),
                    new NodeName("one"),
                    EnumSet.allOf(Role.class),
                    "",
                    "http://one:8420",
                    "http://one:8421");
            return Api.routes(new Api.Parts(
                            kit.system(),
                            authenticator,
                            sessions,
                            new NoView(),
                            new NoReachability(),
                            new NoStorage(),
                            new Manager(new NoManager(), new ViewWaiters(new NoView(), Duration.ofSeconds(1))),
                            self,
                            Founding.create().authority().certificate(),
                            RANDOM,
                            clock,
                            false))
                    .endpoints();
        } finally {
            kit.shutdownTestKit();
        }
    }

    private static final class NoStorage implements StorageStatus {
        @Override
        public int degradedRepositories() {
            return 0;
        }

        @Override
        public Optional<StoragePeer.Room> disk(NodeId node) {
            return Optional.empty();
        }
    }

    private static final class NoView implements ViewSource {
        @Override
        public Optional<ClusterView> current() {
            return Optional.empty();
        }

        @Override
        public void subscribe(Consumer<ClusterView> listener) {
            // There is never a view.
        }
    }

    private static final class NoReachability implements Reachability {
        @Override
        public Set<NodeId> up() {
            return Set.of();
        }

        @Override
        public Runnable subscribe(Runnable listener) {
            // Nothing ever changes.
            return () -> {};
        }
    }

    private static final class NoManager implements ManagerGateway {
        @Override
        public <R extends ManagerAnswer> CompletionStage<ManagerReply<R>> submit(
                ManagerCommand<R> command, Initiator by) {
            throw new UnsupportedOperationException("there is no manager");
        }
    }
}

package io.backstay.manager;

import com.typesafe.config.Config;
import io.backstay.cluster.credentials.PasswordHasher;
import io.backstay.cluster.identity.ClusterFolder;
import io.backstay.cluster.identity.MasterKey;
import io.backstay.cluster.view.ClusterView;
import io.backstay.cluster.view.ViewPublisher;
import io.backstay.cluster.view.ViewSource;
import io.backstay.manager.command.Initiator;
import io.backstay.manager.command.ManagerAnswer;
import io.backstay.manager.command.ManagerCommand;
import io.backstay.manager.command.ManagerReply;
import io.backstay.manager.command.Password;
import io.backstay.manager.journal.EntryFormat;
import io.backstay.manager.mirror.MirrorReader;
import io.backstay.manager.mirror.MirrorSeal;
import io.backstay.manager.mirror.MirrorWriter;
import io.backstay.manager.mirror.StateMirror;
import io.backstay.model.ClusterId;
import io.backstay.model.NodeId;
import io.backstay.model.UserId;
import io.backstay.model.UserName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;

/** Managers on the journal of a test kit's system, without a cluster around them. */
final class ManagerHarness implements AutoCloseable {
    static final Password ADMIN_PASSWORD = new Password("the admin's password");

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final SecureRandom RANDOM = new SecureRandom();

    final ActorTestKit kit;
    final ClusterFolder folder;
    final MasterKey masterKey;
    final Views views = new Views();
    final PasswordHasher hasher = new PasswordHasher(new PasswordHasher.Costs(64, 1, 1), 2, 100, RANDOM);

    /** Takes views as they are published. */
    static final class Views implements ViewSource, ViewPublisher {
        private final AtomicReference<Optional<ClusterView>> newest = new AtomicReference<>(Optional.empty());

        @Override
        public Optional<ClusterView> current() {
            return newest.get();
        }

        @Override
        public void subscribe(Consumer<ClusterView> listener) {
            throw new UnsupportedOperationException("nobody subscribes here");
        }

        @Override
        public void publish(ClusterView view) {
            newest.set(Optional.of(view));
        }
    }

    ManagerHarness(Config config, Path temporary) {
        kit = ActorTestKit.create("manager-test", config);
        try {
            folder = ClusterFolder.create(temporary.resolve("cluster"), Clock.systemUTC(), RANDOM);
            masterKey = MasterKey.load(folder.masterKeyFile(), RANDOM);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A manager that may found the folder's cluster. */
    ActorRef<ClusterManager.Command> founder(NodeId node) {
        return start(node, folder.cluster(), hosting(Optional.of(folder)), new Views());
    }

    ManagerHosting hosting(Optional<ClusterFolder> founding) {
        return hosting(founding, Optional.empty());
    }

    ManagerHosting hosting(Optional<ClusterFolder> founding, Optional<StateMirror> mirror) {
        return new ManagerHosting(
                masterKey, founding, new FirstAdmin(new UserName("admin"), Optional.of(ADMIN_PASSWORD)), mirror);
    }

    ActorRef<ClusterManager.Command> start(NodeId node, ClusterId cluster, ManagerHosting hosting, ViewSource known) {
        return kit.spawn(ManagerHost.create(new ClusterManager.Parts(
                node,
                cluster,
                hosting,
                known,
                views,
                hosting.mirror().map(mirror -> new MirrorWriter(mirror, new MirrorSeal(masterKey))),
                hosting.mirror()
                        .map(mirror -> new MirrorReader(mirror, new MirrorSeal(masterKey), ForkJoinPool.commonPool())),
                new WorkBench(hasher, ForkJoinPool.commonPool(), Clock.systemUTC()),
                new EntryFormat(),
                Clock.systemUTC(),
                RANDOM,
                UUID::randomUUID)));
    }

    void stop(ActorRef<ClusterManager.Command> manager) {
        TestProbe<Object> probe = kit.createTestProbe();
        manager.tell(ClusterManager.Stop.NOW);
        probe.expectTerminated(manager, LONG);
    }

    ManagerReply<?> submit(ActorRef<ClusterManager.Command> manager, ManagerCommand<?> command, Initiator by) {
        TestProbe<ManagerReply<?>> probe = kit.createTestProbe();
        manager.tell(new ClusterManager.Submit(command, by, probe.ref()));
        return probe.receiveMessage(LONG);
    }

    <R extends ManagerAnswer> R accepted(
            ActorRef<ClusterManager.Command> manager, ManagerCommand<R> command, Class<R> answer, Initiator by) {
        return switch (submit(manager, command, by)) {
            case ManagerReply.Accepted<?> accepted -> answer.cast(accepted.answer());
            case ManagerReply.Refused<?> refused -> throw new AssertionError("refused: " + refused);
        };
    }

    ManagerReply.Refused<?> refused(ActorRef<ClusterManager.Command> manager, ManagerCommand<?> command, Initiator by) {
        return switch (submit(manager, command, by)) {
            case ManagerReply.Accepted<?> accepted -> throw new AssertionError("accepted: " + accepted);
            case ManagerReply.Refused<?> refused -> refused;
        };
    }

    Initiator as(String name) {
        UserId user = Objects.requireNonNull(
                        views.current().orElseThrow().usersByName().get(new UserName(name)))
                .id();
        return Initiator.user(user, "192.0.2.1", "request");
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
        hasher.close();
    }
}

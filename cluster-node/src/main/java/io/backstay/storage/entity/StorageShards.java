package io.backstay.storage.entity;

import io.backstay.cluster.view.Reachability;
import io.backstay.cluster.view.ViewSource;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.RepositoryId;
import io.backstay.model.Role;
import io.backstay.storage.transfer.StoragePeer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.cluster.sharding.typed.HashCodeMessageExtractor;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to repositories' entities from any node of the cluster; hosts them where the node has the role
 * {@code backup-storage}. Belongs to one cluster actor system and ends with it. Safe for use by many threads.
 */
public final class StorageShards {
    private static final Logger LOG = LoggerFactory.getLogger(StorageShards.class);
    private static final Duration SUSPECT_TIMEOUT = Duration.ofSeconds(10);

    private final ActorSystem<?> system;
    private final ActorRef<ShardingEnvelope<BackupStorage.Command>> region;

    private StorageShards(ActorSystem<?> system, ActorRef<ShardingEnvelope<BackupStorage.Command>> region) {
        this.system = system;
        this.region = region;
    }

    /**
     * Starts sharding on a cluster actor system.
     *
     * @param peers every storage node's disk, this node's own included
     * @param rooms what storage nodes say about their room; kept fresh as long as the system lives
     * @param figures told how the entities are that are hosted here
     */
    public static StorageShards start(
            ActorSystem<?> system,
            NodeId self,
            ViewSource views,
            Reachability reachability,
            Function<NodeId, StoragePeer> peers,
            RoomWatch rooms,
            JournalHead journalHead,
            EntityFigures figures,
            StorageSettings settings) {
        ClusterState cluster = new ClusterState(views, reachability, rooms, InstantSource.system());
        AtomicReference<Consumer<RepositoryId>> keepAlive = new AtomicReference<>(repository -> {});
        StorageDependencies dependencies = new StorageDependencies(
                self, cluster, peers, journalHead, repository -> keepAlive.get().accept(repository), figures, settings);
        Entity<BackupStorage.Command, ShardingEnvelope<BackupStorage.Command>> entity = Entity.of(
                        BackupStorage.TYPE,
                        context -> BackupStorage.create(RepositoryId.parse(context.getEntityId()), dependencies))
                .withRole(Role.BACKUP_STORAGE.text())
                .withMessageExtractor(new HashCodeMessageExtractor<>(settings.shards()));
        StorageShards shards =
                new StorageShards(system, ClusterSharding.get(system).init(entity));
        keepAlive.set(shards::wake);
        new StorageUpkeep(system, self, views, reachability, shards::wake).start(rooms);
        return shards;
    }

    /**
     * Asks a repository's entity. Fails with {@code UNAVAILABLE} where it does not answer in time; what was asked may have
     * been done or not.
     */
    public CompletionStage<EntityWire.Answer> ask(
            RepositoryId repository, EntityWire.Question question, String user, String token, Duration timeout) {
        CompletionStage<EntityWire.Reply> reply = AskPattern.ask(
                region,
                replyTo -> new ShardingEnvelope<>(
                        repository.toString(), new EntityWire.Request(question, user, token, replyTo)),
                timeout,
                system.scheduler());
        return reply.thenApply(EntityWire.Reply::answer);
    }

    /**
     * Tells a repository's entity that a node found its own copy damaged; blocks. The entity has it read once more.
     *
     * @return whether it was heard
     */
    public boolean suspect(RepositoryId repository, ObjectKey key, NodeId node) throws InterruptedException {
        try {
            EntityWire.Answer answer = ask(
                            repository,
                            new EntityWire.Suspect(key.toString(), node.toString()),
                            "",
                            "",
                            SUSPECT_TIMEOUT)
                    .toCompletableFuture()
                    .get(2 * SUSPECT_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            return answer instanceof EntityWire.Done;
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("Repository {} was not told of a damaged copy: {}", repository, e.getMessage());
            return false;
        }
    }

    /** Whether the actor system runs. */
    boolean open() {
        return !system.whenTerminated().isCompleted();
    }

    /** Has a repository's entity be there, or stay there. */
    void wake(RepositoryId repository) {
        tell(repository, new EntityWire.Wake(false, "upkeep"), "", "");
    }

    /** Says something to a repository's entity without waiting for an answer; it may be lost. */
    public void tell(RepositoryId repository, EntityWire.Question question, String user, String token) {
        region.tell(new ShardingEnvelope<>(
                repository.toString(), new EntityWire.Request(question, user, token, system.ignoreRef())));
    }
}

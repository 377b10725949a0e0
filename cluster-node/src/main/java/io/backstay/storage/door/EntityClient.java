package io.backstay.storage.door;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.RepositoryId;
import io.backstay.storage.entity.EntityWire;
import io.backstay.storage.entity.StorageSettings;
import io.backstay.storage.entity.StorageShards;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A door's line to repositories' entities: asks, tries again while an owner moves, and gives up at the request's deadline. A
 * refusal becomes a {@code BackstayException}.
 */
final class EntityClient {
    private static final Logger LOG = LoggerFactory.getLogger(EntityClient.class);
    private static final long PAUSE_MILLIS = 200;

    /** For so long after a request has begun the owner's node may not have heard of a token that this node knows. */
    private static final Duration VIEWS_DIFFER = Duration.ofSeconds(1);

    private final Supplier<Optional<StorageShards>> shards;
    private final StorageSettings settings;
    private final EntityWatch watch;

    EntityClient(Supplier<Optional<StorageShards>> shards, StorageSettings settings, EntityWatch watch) {
        this.shards = shards;
        this.settings = settings;
        this.watch = watch;
    }

    /** When a request that arrives now is given up, by {@link System#nanoTime}. */
    long deadline() {
        return System.nanoTime() + settings.requestDeadline().toNanos();
    }

    /** Asks once, for no longer than the deadline leaves, nor than it takes to know that the entity is away. */
    CompletionStage<EntityWire.Answer> once(
            Caller caller, RepositoryId repository, EntityWire.Question question, long deadlineNanos) {
        return once(caller, repository, question, watch.left(repository), deadlineNanos);
    }

    /** Looks whether the entity of a repository that is served from the disks alone is back; nobody waits for that. */
    void look(Caller caller, RepositoryId repository) {
        EntityWire.Question question = new EntityWire.Locate(ObjectKey.config().toString(), true);
        var unused = once(caller, repository, question, EntityWatch.LOOK_WITHIN, deadline())
                .exceptionally(failure -> {
                    LOG.debug("Repository {}: its owner was looked for in vain", repository, failure);
                    return new EntityWire.Absent("", false);
                });
    }

    private CompletionStage<EntityWire.Answer> once(
            Caller caller,
            RepositoryId repository,
            EntityWire.Question question,
            Duration patience,
            long deadlineNanos) {
        long left = deadlineNanos - System.nanoTime();
        if (left <= 0) {
            return failed(ErrorCode.UNAVAILABLE, "the request took too long; nothing more is done for it");
        }
        Optional<StorageShards> open = shards.get();
        if (open.isEmpty()) {
            String why = "this node is not a member of the cluster at the moment";
            watch.silent(repository, System.nanoTime(), why);
            return failed(ErrorCode.UNAVAILABLE, why);
        }
        long askedNanos = System.nanoTime();
        Duration timeout = Duration.ofNanos(Math.min(
                left, Math.min(patience.toNanos(), settings.askTimeout().toNanos())));
        return open.get()
                .ask(repository, question, caller.user().toString(), token(caller), timeout)
                .handle((answer, failure) -> {
                    if (failure != null) {
                        String why = "the repository's owner does not answer";
                        watch.silent(repository, askedNanos, why);
                        throw new BackstayException(ErrorCode.UNAVAILABLE, why, failure);
                    }
                    if (answer instanceof EntityWire.Refused refused) {
                        ErrorCode code = code(refused.code());
                        watch.refused(repository, askedNanos, code, refused.detail());
                        throw new BackstayException(code, refused.detail());
                    }
                    watch.answered(repository);
                    return answer;
                });
    }

    /** Asks until there is an answer or the deadline; only for questions that may be asked twice. */
    CompletionStage<EntityWire.Answer> patiently(
            Caller caller, RepositoryId repository, EntityWire.Question question, long deadlineNanos) {
        return again(repository, () -> once(caller, repository, question, deadlineNanos), deadlineNanos);
    }

    /** Whether the same request may succeed a little later. */
    static boolean passing(ErrorCode code) {
        return code == ErrorCode.UNAVAILABLE || code == ErrorCode.STALE_EPOCH || EntityWatch.saysAway(code);
    }

    /**
     * Repeats what may be done twice while it fails with a passing failure and the deadline leaves time; not once the entity
     * counts as away.
     */
    <T> CompletionStage<T> again(RepositoryId repository, Supplier<CompletionStage<T>> attempt, long deadlineNanos) {
        return attempt.get()
                .handle((value, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.completedFuture(value);
                    }
                    BackstayException cause = Failures.cause(failure);
                    boolean passing = (passing(cause.code()) || mayBeTooNew(cause.code(), deadlineNanos))
                            && !watch.away(repository);
                    boolean late = deadlineNanos - System.nanoTime() <= TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS);
                    if (!passing || late) {
                        return CompletableFuture.<T>failedFuture(cause);
                    }
                    Executor later = CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
                    return CompletableFuture.runAsync(() -> {}, later)
                            .thenCompose(nothing -> again(repository, attempt, deadlineNanos))
                            .toCompletableFuture();
                })
                .thenCompose(result -> result);
    }

    /** Doors let nobody through without the right, so that the owner's refusal tells of an older view, or of a newer one. */
    private boolean mayBeTooNew(ErrorCode code, long deadlineNanos) {
        Duration left = Duration.ofNanos(deadlineNanos - System.nanoTime());
        return code == ErrorCode.FORBIDDEN
                && settings.requestDeadline().minus(left).compareTo(VIEWS_DIFFER) < 0;
    }

    /** Says something that may be lost. */
    void tell(Caller caller, RepositoryId repository, EntityWire.Question question) {
        shards.get()
                .ifPresent(open -> open.tell(repository, question, caller.user().toString(), token(caller)));
    }

    private static String token(Caller caller) {
        return caller.token().map(Object::toString).orElse("");
    }

    private static <T> CompletionStage<T> failed(ErrorCode code, String detail) {
        return CompletableFuture.failedFuture(new BackstayException(code, detail));
    }

    private static ErrorCode code(String name) {
        for (ErrorCode code : ErrorCode.values()) {
            if (code.name().equals(name)) {
                return code;
            }
        }
        return ErrorCode.INTERNAL;
    }
}

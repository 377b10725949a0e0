package io.backstay.storage.door;

import io.backstay.model.ErrorCode;
import io.backstay.model.RepositoryId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows of which repositories no entity can be asked: for a while nobody has answered, or who answered had no database or too
 * few storage nodes. From then on the door serves such a repository from the disks alone, and looks from time to time
 * whether its entity is back. Safe for use by many threads.
 */
final class EntityWatch {
    private static final Logger LOG = LoggerFactory.getLogger(EntityWatch.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    /** Of what nobody has asked for so long nothing is known. */
    private static final Duration KNOWN_FOR = Duration.ofMinutes(1);

    private static final class Silence {
        private final long sinceNanos;
        private volatile long failedNanos;
        private long lookedNanos;
        private boolean told;

        private Silence(long sinceNanos) {
            this.sinceNanos = sinceNanos;
            this.failedNanos = sinceNanos;
            this.lookedNanos = sinceNanos;
        }
    }

    private final Duration patience;
    private final LongSupplier nanos;
    private final ConcurrentHashMap<RepositoryId, Silence> silent = new ConcurrentHashMap<>();

    /**
     * A watch.
     *
     * @param patience how long an entity may be silent before it counts as away
     * @param nanos a clock as {@link System#nanoTime}
     */
    EntityWatch(Duration patience, LongSupplier nanos) {
        this.patience = patience;
        this.nanos = nanos;
    }

    /** Whether a refusal says that no entity can decide at the moment, rather than that this one is about to. */
    static boolean saysAway(ErrorCode code) {
        return code == ErrorCode.DATABASE_UNAVAILABLE || code == ErrorCode.TOO_FEW_NODES;
    }

    /** An entity has answered and can decide. */
    void answered(RepositoryId repository) {
        Silence ended = silent.remove(repository);
        if (ended != null && ended.told) {
            LOG.info("Repository {}: its owner answers again, and all requests are served", repository);
        }
    }

    /**
     * Nobody could be asked, or nobody could decide.
     *
     * @param askedNanos when the question was asked that had no answer
     */
    void silent(RepositoryId repository, long askedNanos, String why) {
        Silence silence = silent.computeIfAbsent(repository, any -> new Silence(askedNanos));
        silence.failedNanos = nanos.getAsLong();
        synchronized (silence) {
            if (!silence.told && overdue(silence)) {
                silence.told = true;
                LOG.warn(
                        "Repository {} is served from the disks alone, and takes nothing but locks: {}",
                        repository,
                        why);
            }
        }
    }

    /** How long an answer is still worth waiting for before the entity counts as away. */
    Duration left(RepositoryId repository) {
        Silence silence = silent.get(repository);
        return silence == null ? patience : patience.minusNanos(nanos.getAsLong() - silence.sinceNanos);
    }

    /** Whether the repository is to be served from the disks alone. */
    boolean away(RepositoryId repository) {
        return Optional.ofNullable(silent.get(repository)).filter(this::overdue).isPresent();
    }

    /** Whether it is time to look for the entity again; true for one caller each time. */
    boolean lookDue(RepositoryId repository) {
        Silence silence = silent.get(repository);
        if (silence == null) {
            return false;
        }
        synchronized (silence) {
            boolean due = nanos.getAsLong() - silence.lookedNanos >= LOOK_EVERY.toNanos();
            if (due) {
                silence.lookedNanos = nanos.getAsLong();
            }
            return due;
        }
    }

    /** How many repositories are served from the disks alone, of those that were asked for of late. */
    int awayCount() {
        return (int) silent.values().stream()
                .filter(this::overdue)
                .filter(silence -> nanos.getAsLong() - silence.failedNanos < KNOWN_FOR.toNanos())
                .count();
    }

    private boolean overdue(Silence silence) {
        return nanos.getAsLong() - silence.sinceNanos >= patience.toNanos();
    }
}

package io.backstay.storage.door;

import io.backstay.model.ErrorCode;
import io.backstay.model.RepositoryId;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows of which repositories no entity can be asked: for a while nobody has answered, or who answered had no database or too
 * few storage nodes. From then on the door serves such a repository from the disks alone, and looks from time to time
 * whether its entity is back.
 *
 * <p>Only a silence that goes on counts: questions without an answer that follow each other closely, none of them asked before
 * the last answer, and the newest of them fresh. Any answer ends it, also a refusal, unless that says that nobody can
 * decide. Safe for use by many threads.
 */
final class EntityWatch {
    /** How long a look at an entity that counts as away waits; less than {@link #FRESH}, so that looks keep it so. */
    static final Duration LOOK_WITHIN = Duration.ofSeconds(2);

    /** The least that an entity is given to answer, however long it has been silent. */
    static final Duration LEAST_PATIENCE = Duration.ofMillis(500);

    private static final Logger LOG = LoggerFactory.getLogger(EntityWatch.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration FRESH = Duration.ofSeconds(3);

    /** Of what nobody has asked for so long nothing is known. */
    private static final Duration KNOWN_FOR = Duration.ofMinutes(1);

    /** What is known of one repository's entity; guarded by itself. */
    private static final class Line {
        private boolean answered;
        private long answeredNanos;
        private boolean silent;
        private long sinceNanos;
        private long failedNanos;
        private long lookedNanos;
        private boolean told;

        /** Whether a question is part of the silence that is known, rather than the first of another one. */
        private boolean goesOn(long askedNanos) {
            long apart = askedNanos - failedNanos;
            return silent && (apart <= FRESH.toNanos() || told && apart <= KNOWN_FOR.toNanos());
        }

        /** How long nobody has answered, as far as that is known. */
        private long lastedNanos() {
            return silent ? failedNanos - sinceNanos : 0;
        }
    }

    private final Duration patience;
    private final LongSupplier nanos;
    private final ConcurrentHashMap<RepositoryId, Line> lines = new ConcurrentHashMap<>();

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

    private Line line(RepositoryId repository) {
        return lines.computeIfAbsent(repository, any -> new Line());
    }

    /** Whether a refusal says that no entity can decide at the moment, rather than that this one is about to. */
    static boolean saysAway(ErrorCode code) {
        return code == ErrorCode.DATABASE_UNAVAILABLE || code == ErrorCode.TOO_FEW_NODES;
    }

    /** An entity has answered: it is there. */
    void answered(RepositoryId repository) {
        Line line = line(repository);
        synchronized (line) {
            line.answered = true;
            line.answeredNanos = nanos.getAsLong();
            if (line.silent && line.told) {
                LOG.info("Repository {}: its owner answers again, and decides on all requests", repository);
            }
            line.silent = false;
            line.told = false;
        }
    }

    /** An entity has refused: it is there, unless it says that nobody can decide. */
    void refused(RepositoryId repository, long askedNanos, ErrorCode code, String why) {
        if (saysAway(code)) {
            silent(repository, askedNanos, why);
        } else {
            answered(repository);
        }
    }

    /**
     * Nobody could be asked, or nobody could decide.
     *
     * @param askedNanos when the question was asked that had no answer
     */
    void silent(RepositoryId repository, long askedNanos, String why) {
        Line line = line(repository);
        synchronized (line) {
            if (line.answered && askedNanos - line.answeredNanos < 0) {
                return;
            }
            if (!line.goesOn(askedNanos)) {
                line.silent = true;
                line.told = false;
                line.sinceNanos = askedNanos;
                line.lookedNanos = askedNanos;
            }
            line.failedNanos = nanos.getAsLong();
            if (!line.told && overdue(line)) {
                line.told = true;
                LOG.warn(
                        "Repository {} is served from the disks alone, and takes nothing but locks: {}",
                        repository,
                        why);
            }
        }
    }

    /** How long an answer is worth waiting for before the entity counts as away. */
    Duration left(RepositoryId repository) {
        Line line = line(repository);
        synchronized (line) {
            long now = nanos.getAsLong();
            if (!line.goesOn(now)) {
                return patience;
            }
            Duration left = patience.minusNanos(now - line.sinceNanos);
            return left.compareTo(LEAST_PATIENCE) < 0 ? LEAST_PATIENCE : left;
        }
    }

    /** Whether the repository is to be served from the disks alone. */
    boolean away(RepositoryId repository) {
        Line line = line(repository);
        synchronized (line) {
            return overdue(line) && nanos.getAsLong() - line.failedNanos <= FRESH.toNanos();
        }
    }

    /** Whether it is time to look for the entity again; true for one caller each time. */
    boolean lookDue(RepositoryId repository) {
        Line line = line(repository);
        synchronized (line) {
            boolean due = line.silent && nanos.getAsLong() - line.lookedNanos >= LOOK_EVERY.toNanos();
            if (due) {
                line.lookedNanos = nanos.getAsLong();
            }
            return due;
        }
    }

    /** How many repositories are served from the disks alone, of those that were asked for of late. */
    int awayCount() {
        int count = 0;
        for (Line line : lines.values()) {
            synchronized (line) {
                if (overdue(line) && nanos.getAsLong() - line.failedNanos < KNOWN_FOR.toNanos()) {
                    count++;
                }
            }
        }
        return count;
    }

    private boolean overdue(Line line) {
        return line.lastedNanos() >= patience.toNanos();
    }
}

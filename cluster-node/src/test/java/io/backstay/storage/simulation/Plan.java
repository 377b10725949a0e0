package io.backstay.storage.simulation;

import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import java.util.List;

/**
 * What a run shall go through: drawn from its seed before it begins, so that a run that violates a promise can be repeated
 * with less and less of it.
 *
 * @param seed of everything that is not planned: delays, losses, choices
 * @param hosts processes, each with a disk and a door
 * @param admitted the first so many of them are storage nodes from the beginning
 * @param replicas the repository's policy
 * @param slow share of messages that are slow
 */
record Plan(
        long seed,
        int hosts,
        int admitted,
        int replicas,
        int rounds,
        long roundMillis,
        double losing,
        double doubling,
        double slow,
        long slowestMillis,
        boolean losesJournal,
        List<Request> requests,
        List<Fault> faults) {

    enum RequestKind {
        POST,
        DELETE,
        GET,
        LIST
    }

    /** A client's request, after a pause; the requests of a client follow one another. */
    record Request(
            int round,
            int client,
            long pauseMillis,
            RequestKind kind,
            ObjectKey key,
            Sha256 content,
            long bodyMillis) {}

    enum FaultKind {
        CRASH,
        PAUSE,
        PARTITION,
        JOURNAL_AWAY,
        DISK_FULL,
        ENTITY_MOVES,
        ENTITY_ENDS,
        NODE_IS_ADMITTED,
        /** The following happen only to as many disks at once as the promise allows. */
        COPY_IS_DAMAGED,
        DISK_IS_LOST,
        NOTE_IS_TORN,
        /** Only in runs of its own. */
        JOURNAL_IS_SET_BACK,
        /** Only beside that, and where no disk is harmed, since the promise is for what has W copies. */
        POLICY_CHANGES
    }

    /** A fault; {@code which} and {@code choice} say to whom, in whatever way its kind reads them. */
    record Fault(int round, long atMillis, FaultKind kind, int which, int choice, long durationMillis) {}

    static final int CLIENTS = 3;

    /** The key as people read it. */
    static String plain(ObjectKey key) {
        return key.type() == ObjectType.CONFIG
                ? "config"
                : key.type().path() + "/" + key.name().b();
    }

    /** Whether disks are harmed. */
    boolean harmsDisks() {
        return faults.stream()
                .anyMatch(fault -> fault.kind() == FaultKind.COPY_IS_DAMAGED
                        || fault.kind() == FaultKind.DISK_IS_LOST
                        || fault.kind() == FaultKind.NOTE_IS_TORN);
    }

    /** The same with less in it. */
    Plan with(List<Request> fewerRequests, List<Fault> fewerFaults) {
        return new Plan(
                seed,
                hosts,
                admitted,
                replicas,
                rounds,
                roundMillis,
                losing,
                doubling,
                slow,
                slowestMillis,
                losesJournal,
                List.copyOf(fewerRequests),
                List.copyOf(fewerFaults));
    }
}

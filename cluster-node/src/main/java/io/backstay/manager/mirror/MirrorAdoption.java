package io.backstay.manager.mirror;

import io.backstay.manager.state.StateHead;
import io.backstay.model.ClusterId;
import io.backstay.model.Sha256;
import java.util.Optional;

/** Which of journal and mirror a manager that recovers goes by; pure. */
public final class MirrorAdoption {
    private MirrorAdoption() {}

    /** What to go by. */
    public enum Choice {
        /** The journal; the mirror is older, the same, or not there. */
        JOURNAL,
        /** The mirror, in a new generation: it extends the journal, or the journal is empty. */
        MIRROR,
        /** The journal; the mirror is of another cluster and is left alone. */
        FOREIGN_MIRROR,
        /** Neither: both have what the other has not, or it cannot be told. Read-only, until an admin decides. */
        FORK
    }

    /** A state's place in its cluster's history. */
    public record Position(ClusterId cluster, StateHead head) {}

    /**
     * Decides.
     *
     * @param cluster this node's
     * @param journal none where the journal is empty
     * @param mirror none where there is none; it was found to be genuine
     */
    public static Choice decide(ClusterId cluster, Optional<Position> journal, Optional<Position> mirror) {
        if (mirror.isEmpty()) {
            return Choice.JOURNAL;
        }
        if (!mirror.get().cluster().equals(cluster)) {
            return Choice.FOREIGN_MIRROR;
        }
        if (journal.isEmpty()) {
            return Choice.MIRROR;
        }
        return compare(journal.get().head(), mirror.get().head());
    }

    private static Choice compare(StateHead journal, StateHead mirror) {
        if (mirror.generation() < journal.generation()) {
            return Choice.JOURNAL;
        }
        // A later generation than the journal's has grown out of it where the journal was set back behind an adoption.
        if (mirror.generation() == journal.generation() && mirror.revision() <= journal.revision()) {
            // A mirror that is too far behind to be compared is no reason to stop: the journal holds all that it has.
            Optional<Sha256> there = journal.chainAt(mirror.revision());
            return there.isEmpty() || there.get().equals(mirror.chain()) ? Choice.JOURNAL : Choice.FORK;
        }
        Optional<Sha256> there = mirror.chainAt(journal.revision());
        return there.filter(journal.chain()::equals).isPresent() ? Choice.MIRROR : Choice.FORK;
    }
}

package io.backstay.manager;

import io.backstay.manager.state.JournalEntry;
import io.backstay.manager.state.ManagerEvent;
import io.backstay.manager.state.ManagerState;
import java.util.Optional;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the journal's entries in. One that does not follow the one before changes nothing, nor do those after it, until a state
 * was adopted: a database that was emptied under a manager at work has only what that manager wrote later. An entry of what is
 * known already is one that such a manager wrote after another had adopted: it is passed over.
 */
final class JournalReading implements EventHandler<ManagerState, JournalEntry> {
    private static final Logger LOG = LoggerFactory.getLogger(JournalReading.class);

    private Optional<JournalEntry> stray = Optional.empty();

    @Override
    public ManagerState apply(ManagerState state, JournalEntry entry) {
        if (entry.event() instanceof ManagerEvent.StateAdopted) {
            stray = Optional.empty();
            return state.apply(entry);
        }
        if (stray.isEmpty() && entry.revision() <= state.head().revision()) {
            LOG.error(
                    "The journal has a second entry of revision {}, of a manager that another had followed: it is"
                            + " passed over",
                    entry.revision());
            return state;
        }
        if (stray.isPresent() || entry.revision() != state.head().revision() + 1) {
            stray = Optional.of(entry);
            return state;
        }
        return state.apply(entry);
    }

    /** The journal has been read: its last entry, where what should come before it is not there. */
    Optional<JournalEntry> end() {
        Optional<JournalEntry> last = stray;
        stray = Optional.empty();
        return last;
    }
}

package io.backstay.manager.state;

import io.backstay.manager.command.Initiator;
import io.backstay.model.Sha256;
import java.time.Instant;

/**
 * An event as the journal has it.
 *
 * @param revision one more than the entry before
 * @param digest SHA-256 over the stored form of everything else here; the state's chain runs over these
 */
public record JournalEntry(long revision, Instant at, Initiator by, ManagerEvent event, Sha256 digest) {
    /** Computes an entry's digest from the form in which it is stored. */
    public interface Digest {
        /** The digest of an entry with these parts. */
        Sha256 of(long revision, Instant at, Initiator by, ManagerEvent event);
    }
}

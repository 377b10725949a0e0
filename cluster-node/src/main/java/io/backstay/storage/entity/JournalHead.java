package io.backstay.storage.entity;

import java.util.concurrent.CompletionStage;

/** Reads where a journal ends, from the database itself and not from anyone's memory. */
@FunctionalInterface
public interface JournalHead {
    /**
     * The highest sequence number in the journal of a persistence id, 0 where it is empty. Fails within a few seconds where the
     * database does not answer.
     */
    CompletionStage<Long> read(String persistenceId);
}

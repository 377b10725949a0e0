package io.backstay.storage.entity;

import java.util.concurrent.CompletionStage;

/** Reads where a journal ends, from the database itself and not from anyone's memory. */
@FunctionalInterface
public interface JournalHead {
    /**
     * The end of the journal of a persistence id. Fails within a few seconds where the database does not answer.
     *
     * @param since the number of an event from which on the rest is looked at
     */
    CompletionStage<End> read(String persistenceId, long since);

    /**
     * How a journal ends.
     *
     * @param last the highest sequence number; 0 where nothing follows {@code since}, itself included
     * @param whole whether no number is missing from {@code since} to the last, and one writer wrote all that follow it
     * @param firstWriter who wrote that of {@code since}; empty where it is not there
     * @param lastWriter who wrote the last; empty where there is none
     */
    record End(long last, boolean whole, String firstWriter, String lastWriter) {}
}

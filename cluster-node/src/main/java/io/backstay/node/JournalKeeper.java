package io.backstay.node;

import io.backstay.cluster.journal.JournalDatabase;
import io.backstay.cluster.journal.JournalSettings;
import io.backstay.model.BackstayException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares the journal's database before anything writes to it. Where it is away the node starts all the same and serves what
 * needs no journal, while this goes on trying.
 */
final class JournalKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(JournalKeeper.class);
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final CompletableFuture<Done> prepared = new CompletableFuture<>();

    private JournalKeeper() {}

    /**
     * Tries once, then in the background.
     *
     * @throws NodeStartException where the database answers and must not be used
     */
    static JournalKeeper start(Optional<JournalSettings> settings) throws NodeStartException {
        JournalKeeper keeper = new JournalKeeper();
        if (settings.isEmpty()) {
            keeper.prepared.complete(Done.getInstance());
            return keeper;
        }
        JournalDatabase database = new JournalDatabase(settings.get());
        try {
            database.prepare();
            LOG.info("Journal at {}", settings.get().url());
            keeper.prepared.complete(Done.getInstance());
        } catch (BackstayException e) {
            if (e.code().permanent()) {
                throw new NodeStartException(e.getMessage(), false, e);
            }
            LOG.warn("{}; the node starts without it and goes on trying", e.getMessage());
            Thread.ofVirtual().name("journal-keeper").start(() -> keeper.goOn(database));
        }
        return keeper;
    }

    /** Completes once the database may be written to; never fails. */
    CompletionStage<Done> prepared() {
        return prepared;
    }

    private void goOn(JournalDatabase database) {
        String said = "";
        while (true) {
            try {
                Thread.sleep(AGAIN);
                database.prepare();
                LOG.info("The journal's database serves now");
                prepared.complete(Done.getInstance());
                return;
            } catch (BackstayException e) {
                if (e.code().permanent() && !said.equals(e.getMessage())) {
                    LOG.error("{}; nothing is written to it", e.getMessage());
                    said = e.getMessage();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}

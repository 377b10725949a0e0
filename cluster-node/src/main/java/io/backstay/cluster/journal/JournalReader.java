package io.backstay.cluster.journal;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Reads from the journal's tables beside the plugin, on connections of its own, so that a busy writer does not delay the
 * question whether it is still the only one. Safe for use by many threads.
 */
public final class JournalReader implements AutoCloseable {
    private static final int CONNECTIONS = 3;
    private static final int PATIENCE_SECONDS = 2;
    private static final String END = "SELECT coalesce(max(sequence_number), 0), count(*),"
            + " count(DISTINCT writer) FILTER (WHERE sequence_number > ?),"
            + " coalesce(min(writer) FILTER (WHERE sequence_number = ?), ''),"
            + " coalesce(min(writer) FILTER (WHERE sequence_number > ?), '')"
            + " FROM event_journal"
            + " WHERE persistence_id = ? AND sequence_number >= ?";

    private final HikariDataSource database;
    private final ExecutorService threads;

    /** A reader; connects when it is first asked. */
    public JournalReader(JournalSettings settings) {
        HikariConfig pool = new HikariConfig();
        pool.setJdbcUrl(JournalUrl.complete(settings.url()));
        pool.setUsername(settings.user());
        pool.setPassword(settings.password());
        pool.setMaximumPoolSize(CONNECTIONS);
        pool.setMinimumIdle(1);
        pool.setConnectionTimeout(PATIENCE_SECONDS * 1000L);
        pool.setInitializationFailTimeout(-1);
        pool.setReadOnly(true);
        pool.setPoolName("journal-reader");
        this.database = new HikariDataSource(pool);
        this.threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("journal-reader-", 0).factory());
    }

    /**
     * How a journal ends.
     *
     * @param last the highest sequence number, 0 where there is none from the asked one on
     * @param count how many events there are from the asked one on, itself included
     * @param laterWriters how many instances of persistent actors wrote those that follow the asked one
     * @param firstWriter which wrote the asked one; empty where it is not there
     * @param laterWriter one of those that wrote the later ones; empty where there are none
     */
    public record End(long last, long count, int laterWriters, String firstWriter, String laterWriter) {}

    /**
     * The end of the journal of a persistence id, from an event on. Fails with {@code UNAVAILABLE} within a few seconds where
     * the database does not answer.
     */
    public CompletionStage<End> end(String persistenceId, long since) {
        return CompletableFuture.supplyAsync(() -> readEnd(persistenceId, since), threads);
    }

    private End readEnd(String persistenceId, long since) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(END)) {
            statement.setQueryTimeout(PATIENCE_SECONDS);
            statement.setLong(1, since);
            statement.setLong(2, since);
            statement.setLong(3, since);
            statement.setString(4, persistenceId);
            statement.setLong(5, since);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return new End(
                        result.getLong(1),
                        result.getLong(2),
                        result.getInt(3),
                        result.getString(4),
                        result.getString(5));
            }
        } catch (SQLException e) {
            throw new BackstayException(ErrorCode.UNAVAILABLE, "the journal does not answer: " + e.getMessage(), e);
        }
    }

    /** Closes the connections; questions under way fail. */
    @Override
    public void close() {
        threads.shutdown();
        database.close();
    }
}

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
    private static final String HEAD =
            "SELECT coalesce(max(sequence_number), 0) FROM event_journal WHERE persistence_id = ?";

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
     * The highest sequence number in the journal of a persistence id, 0 where it is empty. Fails with {@code UNAVAILABLE} within
     * a few seconds where the database does not answer.
     */
    public CompletionStage<Long> head(String persistenceId) {
        return CompletableFuture.supplyAsync(() -> readHead(persistenceId), threads);
    }

    private long readHead(String persistenceId) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(HEAD)) {
            statement.setQueryTimeout(PATIENCE_SECONDS);
            statement.setString(1, persistenceId);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getLong(1);
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

package io.backstay.cluster.journal;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;

/**
 * Prepares the journal's database. Blocks its thread; may run at once on several nodes and as often as one likes.
 */
public final class JournalDatabase {
    /** Any number, as long as every node takes the same one. */
    private static final long LOCK = 0x6261636b73746179L;

    /** After pekko-persistence-jdbc 1.1.1, {@code schema/postgres/postgres-create-schema.sql} (Apache-2.0), repeatable. */
    private static final List<String> TABLES = List.of(
            """
            CREATE TABLE IF NOT EXISTS event_journal(
              ordering BIGSERIAL,
              persistence_id VARCHAR(255) NOT NULL,
              sequence_number BIGINT NOT NULL,
              deleted BOOLEAN DEFAULT FALSE NOT NULL,
              writer VARCHAR(255) NOT NULL,
              write_timestamp BIGINT,
              adapter_manifest VARCHAR(255),
              event_ser_id INTEGER NOT NULL,
              event_ser_manifest VARCHAR(255) NOT NULL,
              event_payload BYTEA NOT NULL,
              meta_ser_id INTEGER,
              meta_ser_manifest VARCHAR(255),
              meta_payload BYTEA,
              PRIMARY KEY(persistence_id, sequence_number)
            )\
            """, "CREATE UNIQUE INDEX IF NOT EXISTS event_journal_ordering_idx ON event_journal(ordering)", """
            CREATE TABLE IF NOT EXISTS event_tag(
              event_id BIGINT,
              tag VARCHAR(256),
              PRIMARY KEY(event_id, tag),
              CONSTRAINT fk_event_journal FOREIGN KEY(event_id) REFERENCES event_journal(ordering) ON DELETE CASCADE
            )\
            """, """
            CREATE TABLE IF NOT EXISTS snapshot(
              persistence_id VARCHAR(255) NOT NULL,
              sequence_number BIGINT NOT NULL,
              created BIGINT NOT NULL,
              snapshot_ser_id INTEGER NOT NULL,
              snapshot_ser_manifest VARCHAR(255) NOT NULL,
              snapshot_payload BYTEA NOT NULL,
              meta_ser_id INTEGER,
              meta_ser_manifest VARCHAR(255),
              meta_payload BYTEA,
              PRIMARY KEY(persistence_id, sequence_number)
            )\
            """);

    private final JournalSettings settings;

    /** The database of those settings; nothing is opened yet. */
    public JournalDatabase(JournalSettings settings) {
        this.settings = settings;
    }

    /**
     * Checks the database and makes the tables that are missing.
     *
     * @throws BackstayException with {@link ErrorCode#UNAVAILABLE} where the database does not answer (try again), with
     *     {@link ErrorCode#CONFLICT} where it must not be used as it is: what it acknowledges might not be on its disk
     */
    public void prepare() {
        Properties properties = new Properties();
        properties.setProperty("user", settings.user());
        properties.setProperty("password", settings.password());
        try (Connection connection = DriverManager.getConnection(JournalUrl.complete(settings.url()), properties)) {
            checkDurability(connection);
            createTables(connection);
        } catch (SQLException e) {
            throw new BackstayException(
                    ErrorCode.UNAVAILABLE, "the journal's database does not serve: " + e.getMessage(), e);
        }
    }

    private static void checkDurability(Connection connection) throws SQLException {
        for (String setting : List.of("fsync", "synchronous_commit")) {
            String value = show(connection, setting);
            if (value.equals("off")) {
                throw new BackstayException(
                        ErrorCode.CONFLICT,
                        "the journal's database has %s = off and may lose what it has acknowledged; switch it on"
                                .formatted(setting));
            }
        }
    }

    private static String show(Connection connection, String setting) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT current_setting('" + setting + "')")) {
            result.next();
            return result.getString(1);
        }
    }

    private static void createTables(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            // Two nodes that create a table at once would make one of them fail, IF NOT EXISTS or not.
            statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
            for (String table : TABLES) {
                statement.execute(table);
            }
            connection.commit();
        }
    }
}

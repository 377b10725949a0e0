package io.backstay.bench;

import io.backstay.bench.contender.Backstay;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The cluster manager's journal, to which many entries are added at once: copies of one that it has written, with ids, names
 * and keys of their own, the next revisions and the digests that belong to them.
 */
final class ManagerTables implements AutoCloseable {
    private static final String OF_THE_MANAGER = "persistence_id = 'cluster-manager'";

    private final Connection connection;

    private ManagerTables(Connection connection) {
        this.connection = connection;
    }

    static ManagerTables of(Backstay.Cluster cluster) throws IOException, SQLException {
        return new ManagerTables(JournalTables.connect(cluster));
    }

    /** The id of the user who was made last. */
    String newestUser() throws SQLException {
        return text("SELECT convert_from(event_payload, 'UTF8')::json -> 'data' ->> 'id' FROM event_journal WHERE "
                + OF_THE_MANAGER + " AND event_ser_manifest LIKE 'user-created/%'"
                + " ORDER BY sequence_number DESC LIMIT 1");
    }

    /**
     * Adds copies of the newest entry of a type.
     *
     * @param type as the journal has it, such as {@code user-created}
     * @param kind copies of the same kind and number are about the same thing
     * @param distinct how many things they are about; from there on the first ones come again
     */
    void add(String type, String kind, int copies, int distinct) throws SQLException {
        String same = JournalTables.sameColumns(connection);
        // An entry's digest is that of its text without it.
        try (PreparedStatement statement = connection.prepareStatement("""
            INSERT INTO event_journal (sequence_number, event_payload, %1$s)
            SELECT sequence_number,
                   convert_to(body || ',"digest":"' || encode(sha256(convert_to(body || '}', 'UTF8')), 'hex') || '"}', 'UTF8'),
                   %1$s
            FROM (
                SELECT newest + number AS sequence_number,
                       regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
                           regexp_replace(text, ',"digest":"[0-9a-f]*"}$', ''),
                           '"revision":[0-9]+', '"revision":' || newest + number),
                           '"data":\\{"id":"[^"]*"', '"data":{"id":"' || md5(thing)::uuid || '"'),
                           '"name":"[^"]*"', '"name":"' || thing || '"'),
                           '"certificate":"[^"]*"', '"certificate":"' || key || '"'),
                           '"publicKey":"[^"]*"', '"publicKey":"' || key || '"') AS body,
                       %1$s
                FROM (SELECT convert_from(event_payload, 'UTF8') AS text, * FROM event_journal
                      WHERE %2$s AND event_ser_manifest LIKE ? ORDER BY sequence_number DESC LIMIT 1) AS one,
                     (SELECT max(sequence_number) AS newest FROM event_journal WHERE %2$s) AS journal,
                     (SELECT number, thing, encode(sha256(convert_to(thing, 'UTF8')), 'hex') AS key
                      FROM (SELECT number, ? || '-' || number %% ? AS thing FROM generate_series(1, ?) AS number) AS numbers)
                          AS things
            ) AS copies
            """.formatted(same, OF_THE_MANAGER))) {
            statement.setString(1, type + "/%");
            statement.setString(2, kind);
            statement.setInt(3, distinct);
            statement.setInt(4, copies);
            if (statement.executeUpdate() != copies) {
                throw new SQLException("the manager's journal has no " + type);
            }
        }
        try (Statement statement = connection.createStatement()) {
            // What an earlier writer seems to have written behind a later one is not read.
            statement.executeUpdate(
                    "UPDATE event_journal SET writer = newest.writer FROM (SELECT writer FROM event_journal"
                            + " WHERE %1$s ORDER BY sequence_number DESC LIMIT 1) AS newest WHERE %1$s"
                                    .formatted(OF_THE_MANAGER));
            statement.execute("VACUUM ANALYZE event_journal");
        }
    }

    /** How many entries it holds. */
    long entries() throws SQLException {
        return Long.parseLong(text("SELECT max(sequence_number) FROM event_journal WHERE " + OF_THE_MANAGER));
    }

    /** Bytes of the newest snapshot; 0 where there is none. */
    long snapshotBytes() throws SQLException {
        return Long.parseLong(
                text("SELECT coalesce(max(length(snapshot_payload)), 0) FROM snapshot WHERE " + OF_THE_MANAGER));
    }

    private String text(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            if (!result.next()) {
                throw new SQLException("no row: " + query);
            }
            return result.getString(1);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}

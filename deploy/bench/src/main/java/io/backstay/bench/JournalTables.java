package io.backstay.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.backstay.bench.contender.Backstay;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The journal of a local cluster, to which many records are added at once: copies of one that a node has written, each with a
 * name of its own in place of that one's. So it does not know what else an event consists of.
 */
final class JournalTables implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Connection connection;

    private JournalTables(Connection connection) {
        this.connection = connection;
    }

    static JournalTables of(Backstay.Cluster cluster) throws IOException, SQLException {
        return new JournalTables(connect(cluster));
    }

    /** To the cluster's database. */
    static Connection connect(Backstay.Cluster cluster) throws IOException, SQLException {
        Path file = cluster.launcher().data().resolve("cluster.json");
        URI address = URI.create(JSON.readTree(file.toFile()).path("postgres").asText());
        String[] login = address.getUserInfo().split(":", 2);
        return DriverManager.getConnection(
                "jdbc:postgresql://" + address.getAuthority().replaceFirst(".*@", "") + address.getPath(),
                login[0],
                login[1]);
    }

    /** Which persistence id stored the object with this name. */
    String owner(String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT persistence_id FROM event_journal WHERE position(? IN event_payload) > 0")) {
            statement.setBytes(1, HexFormat.of().parseHex(name));
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    throw new SQLException("no event names " + name);
                }
                return result.getString(1);
            }
        }
    }

    /**
     * Adds copies of the event that names the object, until the journal of its persistence id has so many events; each stores
     * the object of {@link SmallFiles} with its own number.
     *
     * @return the first number
     */
    long fill(String owner, String name, long upTo) throws SQLException {
        String same = sameColumns(connection);
        String names = "sha256(convert_to('%s' || lpad(number::text, %d, '0'), 'UTF8'))"
                .formatted(SmallFiles.PREFIX, SmallFiles.DIGITS);
        long first = entries(owner) + 1;
        try (PreparedStatement statement = connection.prepareStatement("""
            INSERT INTO event_journal (sequence_number, event_payload, %1$s)
            SELECT number,
                   overlay(overlay(event_payload PLACING %2$s FROM first FOR 32) PLACING %2$s FROM last FOR 32),
                   %1$s
            FROM (SELECT *, position(? IN event_payload) AS first,
                         length(event_payload) + 1 - position(? IN reverse(event_payload)) - 31 AS last
                  FROM event_journal WHERE persistence_id = ? AND position(? IN event_payload) > 0) AS one,
                 generate_series(?, ?) AS number
            """.formatted(same, names))) {
            byte[] bytes = HexFormat.of().parseHex(name);
            byte[] reversed = new byte[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                reversed[i] = bytes[bytes.length - 1 - i];
            }
            statement.setBytes(1, bytes);
            statement.setBytes(2, reversed);
            statement.setString(3, owner);
            statement.setBytes(4, bytes);
            statement.setLong(5, first);
            statement.setLong(6, upTo);
            statement.executeUpdate();
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("VACUUM ANALYZE event_journal");
        }
        return first;
    }

    private long entries(String owner) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT max(sequence_number) FROM event_journal WHERE persistence_id = ?")) {
            statement.setString(1, owner);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getLong(1);
            }
        }
    }

    /** Takes everything of a persistence id away. */
    void empty(String owner) throws SQLException {
        for (String table : List.of("snapshot", "event_journal")) {
            try (PreparedStatement statement =
                    connection.prepareStatement("DELETE FROM %s WHERE persistence_id = ?".formatted(table))) {
                statement.setString(1, owner);
                statement.executeUpdate();
            }
        }
    }

    /** The journal's columns that are the same in each copy of a row, with commas between. */
    static String sameColumns(Connection connection) throws SQLException {
        List<String> columns = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT column_name FROM information_schema.columns"
                        + " WHERE table_name = 'event_journal' AND column_name NOT IN"
                        + " ('ordering', 'sequence_number', 'event_payload') ORDER BY ordinal_position")) {
            while (result.next()) {
                columns.add(result.getString(1));
            }
        }
        return String.join(", ", columns);
    }

    /** Bytes of the newest snapshot; 0 where there is none. */
    long snapshotBytes(String owner) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT coalesce(max(length(snapshot_payload)), 0) FROM snapshot WHERE persistence_id = ?")) {
            statement.setString(1, owner);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getLong(1);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}

package io.backstay.local.harness;

import io.backstay.local.postgres.Postgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/** The journals of the repositories' catalogues, as a database administrator sees and loses them. */
public final class CatalogueTables {
    private static final String OURS = "backup-storage%";

    private final Postgres postgres;

    CatalogueTables(Postgres postgres) {
        this.postgres = postgres;
    }

    /** Where each catalogue's journal ends. */
    public Map<String, Long> ends() throws SQLException {
        Map<String, Long> ends = new TreeMap<>();
        try (Connection connection = postgres.connect();
                PreparedStatement statement = connection.prepareStatement("SELECT persistence_id, max(sequence_number)"
                        + " FROM event_journal WHERE persistence_id LIKE ? GROUP BY persistence_id")) {
            statement.setString(1, OURS);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    ends.put(rows.getString(1), rows.getLong(2));
                }
            }
        }
        return ends;
    }

    /** How many rebuilds are in the journals. */
    public long rebuilds() throws SQLException {
        try (Connection connection = postgres.connect();
                PreparedStatement statement = connection.prepareStatement("SELECT count(*) FROM event_journal"
                        + " WHERE persistence_id LIKE ? AND adapter_manifest LIKE 'rebuilt:%'")) {
            statement.setString(1, OURS);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    /** An old backup of the tables comes back: what was written after these ends is gone, and so are journals not named. */
    public void setBack(Map<String, Long> ends) throws SQLException {
        for (String id : ends().keySet()) {
            long keep = ends.getOrDefault(id, 0L);
            delete("DELETE FROM event_journal WHERE persistence_id = ? AND sequence_number > ?", id, keep);
            delete("DELETE FROM snapshot WHERE persistence_id = ? AND sequence_number > ?", id, keep);
        }
    }

    private void delete(String sql, String id, long keep) throws SQLException {
        try (Connection connection = postgres.connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, id);
            statement.setLong(2, keep);
            statement.executeUpdate();
        }
    }
}

package io.backstay.local.harness;

import io.backstay.local.postgres.Postgres;
import io.backstay.local.redis.Redis;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import redis.clients.jedis.RedisClient;

/** The manager's state in the two databases, and what may happen to it there. */
public final class ManagerRecords {
    private static final String MIRROR = "backstay:manager-state";
    private static final String OF_THE_MANAGER = "persistence_id = 'cluster-manager'";

    private final Postgres postgres;
    private final Redis redis;

    ManagerRecords(Postgres postgres, Redis redis) {
        this.postgres = postgres;
        this.redis = redis;
    }

    /** The number of the last entry of the journal. */
    public long journalEnd() throws SQLException {
        return number("SELECT coalesce(max(sequence_number), 0) FROM event_journal WHERE " + OF_THE_MANAGER);
    }

    /** The revision of the last entry of the journal. */
    public long journalRevision() throws SQLException {
        return number(
                "SELECT (convert_from(event_payload, 'UTF8')::json ->> 'revision')::bigint FROM event_journal WHERE "
                        + OF_THE_MANAGER + " ORDER BY sequence_number DESC LIMIT 1");
    }

    /** The revision of the mirror's copy; none where there is none. */
    public Optional<Long> mirroredRevision() {
        try (RedisClient client = client()) {
            return Optional.ofNullable(client.hget(MIRROR, "revision")).map(Long::valueOf);
        }
    }

    /** Whether the mirror has all that the journal has. */
    public boolean mirrored() throws SQLException {
        return mirroredRevision().equals(Optional.of(journalRevision()));
    }

    /** Postgres was made anew: no event and no snapshot is left, of the catalogues neither. */
    public void emptyPostgres() throws SQLException {
        execute("TRUNCATE event_journal, snapshot CASCADE");
    }

    /** An old backup of the manager's tables comes back. */
    public void setBack(long end) throws SQLException {
        execute("DELETE FROM event_journal WHERE %s AND sequence_number > %d".formatted(OF_THE_MANAGER, end));
        execute("DELETE FROM snapshot WHERE %s AND sequence_number > %d".formatted(OF_THE_MANAGER, end));
    }

    /** Redis was made anew. */
    public void emptyRedis() {
        try (RedisClient client = client()) {
            client.flushAll();
        }
    }

    private RedisClient client() {
        return RedisClient.create(URI.create(redis.url()));
    }

    private long number(String query) throws SQLException {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }
}

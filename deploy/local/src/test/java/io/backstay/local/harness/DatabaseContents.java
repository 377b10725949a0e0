package io.backstay.local.harness;

import io.backstay.local.postgres.Postgres;
import io.backstay.local.redis.Redis;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.RedisClient;

/** All that lies in the two databases, as whoever has a dump of them reads it. Bytes are put after one another, a zero between. */
public final class DatabaseContents {
    private static final int REDIS_DATABASES = 16;
    private static final byte[] ALL = "*".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FIRST = "-".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LAST = "+".getBytes(StandardCharsets.US_ASCII);

    private final Postgres postgres;
    private final Redis redis;

    DatabaseContents(Postgres postgres, Redis redis) {
        this.postgres = postgres;
        this.redis = redis;
    }

    /** A database of Redis that no node uses; the caller closes it. */
    public RedisClient spareRedis() {
        return redis(REDIS_DATABASES - 1);
    }

    /** A connection as the owner of all tables; the caller closes it. */
    public Connection connect() throws SQLException {
        return postgres.connect();
    }

    /** The content of every table that is not of Postgres itself, by its name. */
    public Map<String, byte[]> tables() throws SQLException {
        Map<String, byte[]> tables = new LinkedHashMap<>();
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            List<String> names = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
                    + " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1")) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
            for (String name : names) {
                try (ResultSet rows = statement.executeQuery("SELECT * FROM " + name)) {
                    tables.put(name, content(rows));
                }
            }
        }
        return tables;
    }

    private static byte[] content(ResultSet rows) throws SQLException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (rows.next()) {
            for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
                // A text's bytes are its UTF-8, a bytea's are its own.
                byte[] value = rows.getBytes(column);
                if (!rows.wasNull()) {
                    append(all, value);
                }
            }
        }
        return all.toByteArray();
    }

    /** Every key of Redis with what it holds, by its name and the database's number. */
    public Map<String, byte[]> redisKeys() {
        Map<String, byte[]> keys = new LinkedHashMap<>();
        for (int database = 0; database < REDIS_DATABASES; database++) {
            try (RedisClient client = redis(database)) {
                for (byte[] key : client.keys(ALL)) {
                    ByteArrayOutputStream all = new ByteArrayOutputStream();
                    append(all, key);
                    appendValue(all, client, key);
                    keys.put(
                            "%s of database %d".formatted(new String(key, StandardCharsets.UTF_8), database),
                            all.toByteArray());
                }
            }
        }
        return keys;
    }

    private RedisClient redis(int database) {
        return RedisClient.create(URI.create(redis.url() + "/" + database));
    }

    private static void appendValue(ByteArrayOutputStream all, RedisClient client, byte[] key) {
        String type = client.type(key);
        switch (type) {
            case "string" -> append(all, client.get(key));
            case "hash" ->
                client.hgetAll(key).forEach((field, value) -> {
                    append(all, field);
                    append(all, value);
                });
            case "list" -> client.lrange(key, 0, -1).forEach(value -> append(all, value));
            case "set" -> client.smembers(key).forEach(value -> append(all, value));
            case "zset" -> client.zrange(key, 0, -1).forEach(value -> append(all, value));
            case "stream" -> appendNested(all, client.xrange(key, FIRST, LAST));
            default -> throw new AssertionError("nobody knows how to read a key of type " + type);
        }
    }

    private static void appendNested(ByteArrayOutputStream all, Object value) {
        switch (value) {
            case byte[] bytes -> append(all, bytes);
            case List<?> values -> values.forEach(inner -> appendNested(all, inner));
            default -> throw new AssertionError("a stream holds " + value.getClass());
        }
    }

    private static void append(ByteArrayOutputStream all, byte[] bytes) {
        all.writeBytes(bytes);
        all.write(0);
    }
}

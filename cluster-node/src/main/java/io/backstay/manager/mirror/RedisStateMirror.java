package io.backstay.manager.mirror;

import io.backstay.cluster.view.ViewId;
import io.backstay.model.BackstayException;
import io.backstay.model.ClusterId;
import io.backstay.model.Sha256;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A mirror in Redis: one hash, {@value #KEY}, replaced by a Lua script that compares first. Connections are made when they
 * are needed and made again when they broke.
 */
public final class RedisStateMirror implements StateMirror {
    static final String KEY = "backstay:manager-state";

    private static final List<String> ID = List.of("cluster", "generation", "revision", "chain");
    private static final int DEFAULT_PORT = 6379;
    private static final int TIMEOUT_MILLIS = 2000;
    private static final int CONNECTIONS = 2;

    private static final String COMPARE_AND_SET = """
        local there = redis.call('HMGET', KEYS[1], 'cluster', 'generation', 'revision', 'chain')
        if there[1] then
          if there[1] ~= ARGV[1] then return 'FOREIGN' end
          local generation, revision = tonumber(there[2]), tonumber(there[3])
          local newGeneration, newRevision = tonumber(ARGV[2]), tonumber(ARGV[3])
          if generation > newGeneration then return 'NOT_NEWER' end
          if generation == newGeneration then
            if revision > newRevision then return 'NOT_NEWER' end
            if revision == newRevision then
              if there[4] == ARGV[4] then return 'NOT_NEWER' else return 'FORKED' end
            end
          end
        end
        redis.call('HSET', KEYS[1], 'cluster', ARGV[1], 'generation', ARGV[2], 'revision', ARGV[3],
          'chain', ARGV[4], 'state', ARGV[5], 'mac', ARGV[6])
        return 'STORED'
        """;

    private final RedisClient redis;
    private final String place;

    private RedisStateMirror(RedisClient redis, String place) {
        this.redis = redis;
        this.place = place;
    }

    /**
     * The mirror at an address; nothing is connected yet.
     *
     * @param url as {@code redis://host:6379} or {@code redis://host:6379/2}, {@code rediss} for TLS
     * @throws IllegalArgumentException where the address has another form
     */
    public static RedisStateMirror at(URI url, Optional<String> password) {
        if (url.getHost() == null || !("redis".equals(url.getScheme()) || "rediss".equals(url.getScheme()))) {
            throw new IllegalArgumentException("Redis has an address of the form redis://host:port");
        }
        int port = url.getPort() < 0 ? DEFAULT_PORT : url.getPort();
        var client = DefaultJedisClientConfig.builder()
                .connectionTimeoutMillis(TIMEOUT_MILLIS)
                .socketTimeoutMillis(TIMEOUT_MILLIS)
                .database(database(url))
                .clientName("backstay");
        if ("rediss".equals(url.getScheme())) {
            client.sslOptions(SslOptions.defaults());
        }
        password.ifPresent(client::password);
        var pool = new ConnectionPoolConfig();
        pool.setMaxTotal(CONNECTIONS);
        pool.setTestOnBorrow(true);
        RedisClient redis = RedisClient.builder()
                .hostAndPort(new HostAndPort(url.getHost(), port))
                .clientConfig(client.build())
                .poolConfig(pool)
                .build();
        return new RedisStateMirror(redis, "%s://%s:%d".formatted(url.getScheme(), url.getHost(), port));
    }

    @Override
    public Outcome write(MirrorCopy copy) throws IOException {
        ViewId id = copy.id();
        try {
            Object outcome = redis.eval(
                    COMPARE_AND_SET,
                    List.of(KEY),
                    List.of(
                            id.cluster().toString(),
                            Long.toString(id.generation()),
                            Long.toString(id.revision()),
                            id.chain().toString(),
                            copy.state(),
                            copy.mac().toString()));
            return Outcome.valueOf(String.valueOf(outcome));
        } catch (JedisException | IllegalArgumentException e) {
            throw new IOException("Redis: " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<MirrorCopy> read() throws IOException {
        try {
            Map<String, String> fields = redis.hgetAll(KEY);
            if (fields.isEmpty()) {
                return Optional.empty();
            }
            List<String> id =
                    ID.stream().map(field -> fields.getOrDefault(field, "")).toList();
            return Optional.of(new MirrorCopy(
                    id(id), fields.getOrDefault("state", ""), Sha256.parse(fields.getOrDefault("mac", ""))));
        } catch (BackstayException | NumberFormatException e) {
            throw new IOException("Redis holds something else under " + KEY, e);
        } catch (JedisException e) {
            throw new IOException("Redis: " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<ViewId> present() throws IOException {
        try {
            List<String> fields = redis.hmget(KEY, ID.toArray(String[]::new));
            return fields.contains(null) ? Optional.empty() : Optional.of(id(fields));
        } catch (BackstayException | NumberFormatException e) {
            throw new IOException("Redis holds something else under " + KEY, e);
        } catch (JedisException e) {
            throw new IOException("Redis: " + e.getMessage(), e);
        }
    }

    private static ViewId id(List<String> fields) {
        return new ViewId(
                ClusterId.parse(fields.get(0)),
                Long.parseLong(fields.get(1)),
                Long.parseLong(fields.get(2)),
                Sha256.parse(fields.get(3)));
    }

    @Override
    public String describe() {
        return place;
    }

    @Override
    public void close() {
        redis.close();
    }

    private static int database(URI url) {
        String path = url.getPath() == null ? "" : url.getPath().replaceFirst("^/", "");
        try {
            return path.isEmpty() ? 0 : Integer.parseInt(path);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("Redis has an address of the form redis://host:port/number", e);
        }
    }
}

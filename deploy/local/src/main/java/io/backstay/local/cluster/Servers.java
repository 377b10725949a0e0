package io.backstay.local.cluster;

import io.backstay.local.postgres.Postgres;
import io.backstay.local.redis.Redis;
import java.io.IOException;
import java.security.SecureRandom;

/** The two servers that nodes need. */
record Servers(Postgres postgres, Redis redis) {
    static final String POSTGRES = "postgres";
    static final String REDIS = "redis";

    static Servers in(DataFolder folder, Plan plan, Settings settings, SecureRandom random) throws IOException {
        return new Servers(
                Postgres.in(folder.of(POSTGRES), plan.postgresPort(), settings.cache(), random),
                Redis.in(folder.of(REDIS), plan.redisPort(), settings.cache(), random));
    }
}

package io.backstay.cluster.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Settings of pekko-persistence-jdbc. With a database, {@code jdbc-journal} and {@code jdbc-snapshot-store} are the default
 * plugins of a system's event-sourced actors, on one shared pool of connections.
 */
public final class JournalConfig {
    private static final String POOL = "pekko-persistence-jdbc.shared-databases.slick";

    private JournalConfig() {}

    /** The configuration; without a database an empty one, with which nothing can be event-sourced. */
    public static Config of(Optional<JournalSettings> settings) {
        return settings.map(JournalConfig::of).orElseGet(ConfigFactory::empty);
    }

    private static Config of(JournalSettings settings) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put(POOL + ".profile", "slick.jdbc.PostgresProfile$");
        values.put(POOL + ".db.driver", "org.postgresql.Driver");
        values.put(POOL + ".db.url", JournalUrl.complete(settings.url()));
        values.put(POOL + ".db.user", settings.user());
        values.put(POOL + ".db.password", settings.password());
        values.put(POOL + ".db.numThreads", settings.connections());
        values.put(POOL + ".db.maxConnections", settings.connections());
        return ConfigFactory.parseMap(values, "the journal's settings")
                .withFallback(ConfigFactory.parseResources("journal.conf"));
    }
}

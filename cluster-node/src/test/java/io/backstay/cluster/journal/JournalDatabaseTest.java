package io.backstay.cluster.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class JournalDatabaseTest {
    @Test
    void makesItsTablesOnceFromManyNodesAtOnce() throws Exception {
        try (EmbeddedPostgres postgres = postgres("on");
                ExecutorService nodes = Executors.newFixedThreadPool(4)) {
            List<Future<?>> prepared = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                prepared.add(nodes.submit(() -> new JournalDatabase(settings(postgres)).prepare()));
            }
            for (Future<?> each : prepared) {
                each.get();
            }
            new JournalDatabase(settings(postgres)).prepare();
            assertThat(tables(postgres)).containsExactlyInAnyOrder("event_journal", "event_tag", "snapshot");
        }
    }

    @Test
    void refusesADatabaseThatLosesWhatItAcknowledged() throws Exception {
        try (EmbeddedPostgres postgres = postgres("off")) {
            assertThatThrownBy(() -> new JournalDatabase(settings(postgres)).prepare())
                    .isInstanceOfSatisfying(
                            BackstayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT))
                    .hasMessageContaining("synchronous_commit");
            assertThat(tables(postgres)).isEmpty();
        }
    }

    @Test
    void aDatabaseThatIsAwayMayBeTriedAgain() throws Exception {
        int free;
        try (var socket = new java.net.ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        var settings =
                new JournalSettings("jdbc:postgresql://127.0.0.1:%d/postgres".formatted(free), "postgres", "", 2);
        assertThatThrownBy(() -> new JournalDatabase(settings).prepare())
                .isInstanceOfSatisfying(
                        BackstayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    }

    @Test
    void addressKeepsWhatItSaysItself() {
        assertThat(JournalUrl.complete("jdbc:postgresql://h/d?socketTimeout=60&ssl=true"))
                .startsWith("jdbc:postgresql://h/d?socketTimeout=60&ssl=true&options=-c%20idle_in_transaction")
                .doesNotContain("socketTimeout=10");
        assertThat(JournalUrl.complete("jdbc:postgresql://h/d"))
                .contains("/d?options=")
                .contains("&socketTimeout=10");
    }

    private static EmbeddedPostgres postgres(String synchronousCommit) throws Exception {
        return EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", synchronousCommit)
                .start();
    }

    private static JournalSettings settings(EmbeddedPostgres postgres) {
        return new JournalSettings(
                "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(postgres.getPort()), "postgres", "postgres", 4);
    }

    private static List<String> tables(EmbeddedPostgres postgres) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                var statement = connection.createStatement();
                var result = statement.executeQuery("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")) {
            while (result.next()) {
                names.add(result.getString(1));
            }
        }
        return names;
    }
}

package io.backstay.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.local.harness.Api;
import io.backstay.local.harness.LocalCluster;
import io.backstay.local.harness.SecretPlaces;
import io.backstay.local.harness.SecretSearch;
import io.backstay.local.harness.SecretSearch.Finding;
import io.backstay.local.harness.TestNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.StreamEntryID;

/** What is secret stands only where it is meant to stand, though every node logs all that it and its libraries can say. */
final class SecretsIT {
    @RegisterExtension
    static final LocalCluster CLUSTER = LocalCluster.of(3)
            .withJavaOption("-Dpekko.loglevel=DEBUG")
            .withJavaOption("-Dlogback.configurationFile="
                    + Objects.requireNonNull(SecretsIT.class.getResource("/node-debug.xml")));

    /** Files that are meant to hold secrets, by a regular expression for their paths below the cluster's folder. */
    private record Holder(String path, Set<String> secrets, String reason) {}

    private static final List<Holder> HOLDERS = List.of(
            new Holder("admin-password", Set.of("the first admin's password"), "the launcher gives it to its owner"),
            new Holder("cluster/master.key", Set.of("the master key"), "made by 'cluster init' for the nodes' owner"),
            new Holder("cluster/join-token", Set.of("the first join token"), "made by 'cluster init' for new nodes"),
            new Holder(
                    "cluster.json",
                    Set.of("Postgres' password", "Redis' password"),
                    "the launcher tells its owner how to reach the servers"),
            new Holder("postgres/password", Set.of("Postgres' password"), "nodes read it from there"),
            new Holder("redis/password", Set.of("Redis' password"), "nodes read it from there"),
            new Holder("redis/redis.conf", Set.of("Redis' password"), "the server itself asks for it"),
            new Holder(
                    "node-[0-9]/data/view.json",
                    Set.of("the transfer key", "the session key"),
                    "every node serves without the manager; the file is its owner's alone"),
            new Holder("node-1/data/identity/key.pem", Set.of("node-1's private key"), "it is that node's own"),
            new Holder("node-2/data/identity/key.pem", Set.of("node-2's private key"), "it is that node's own"),
            new Holder("node-3/data/identity/key.pem", Set.of("node-3's private key"), "it is that node's own"));

    @Test
    void secretsStandOnlyWhereTheyAreMeantTo() throws Exception {
        SecretUse use = new SecretUse(CLUSTER);
        use.everything();
        SecretSearch search = use.search();

        Set<Finding> found = new SecretPlaces(CLUSTER).search(search);
        for (byte[] refusal : use.refusals()) {
            found.addAll(search.in("a refusal", refusal));
        }

        assertThat(found.stream().filter(finding -> !isMeant(finding)).map(Finding::toString))
                .as("secrets where they must not be")
                .isEmpty();
        assertThat(found.stream().filter(SecretsIT::isMeant).map(SecretsIT::permissions))
                .as("who may read what holds secrets")
                .containsOnly("rw-------");
        // A holder that holds nothing would be an exception that nobody needs, or a search that finds nothing.
        Set<String> held = found.stream()
                .filter(SecretsIT::isMeant)
                .map(finding -> finding.place() + ": " + finding.secret())
                .collect(Collectors.toCollection(TreeSet::new));
        logsSayAll();
        for (Holder holder : HOLDERS) {
            for (String secret : holder.secrets()) {
                assertThat(held)
                        .as("%s, %s", secret, holder.reason())
                        .anyMatch(entry -> entry.matches("file " + holder.path() + ": " + secret));
            }
        }
    }

    /** Else nothing would be shown by what the logs do not hold: queries with what they store, requests, messages. */
    private static void logsSayAll() throws Exception {
        StringBuilder all = new StringBuilder();
        for (TestNode node : CLUSTER.nodes()) {
            String log = node.log();
            assertThat(log.contains(" DEBUG org.apache.pekko."))
                    .as("%s logs what is for finding faults", node)
                    .isTrue();
            all.append(log);
        }
        assertThat(Stream.of(
                                " DEBUG slick.jdbc.",
                                " DEBUG org.apache.pekko.http.",
                                " DEBUG org.apache.pekko.persistence.")
                        .filter(logger -> all.indexOf(logger) < 0))
                .as("what no node logs")
                .isEmpty();
    }

    private static boolean isMeant(Finding finding) {
        return HOLDERS.stream()
                .anyMatch(holder -> finding.place().matches("file " + holder.path())
                        && holder.secrets().contains(finding.secret()));
    }

    private static String permissions(Finding finding) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(
                    CLUSTER.data().resolve(finding.place().substring("file ".length()))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatIsPlantedInAnyPlaceIsFound() throws Exception {
        SecretSearch search = new SecretSearch().add("planted", "planted ä/+ " + System.nanoTime());
        Map<String, byte[]> forms = search.everyForm();
        TestNode node = CLUSTER.node("node-2");
        Path onDisk = node.data().resolve("planted");
        Api admin = node.api();
        plantInAnswers(admin, forms);
        try (RedisClient redis = CLUSTER.databases().spareRedis();
                Connection postgres = CLUSTER.databases().connect();
                Statement statement = postgres.createStatement()) {
            statement.execute("CREATE TABLE planted (name text, words text, bytes bytea)");
            forms.forEach((name, form) -> plantInRedis(redis, name, form));
            for (Map.Entry<String, byte[]> form : forms.entrySet()) {
                try (PreparedStatement insert = postgres.prepareStatement("INSERT INTO planted VALUES (?, ?, ?)")) {
                    insert.setString(1, form.getKey());
                    insert.setString(2, new String(form.getValue(), StandardCharsets.UTF_8));
                    insert.setBytes(3, form.getValue());
                    insert.execute();
                }
                Path log = node.data().resolveSibling("log");
                Files.write(log, form.getValue(), StandardOpenOption.APPEND);
                Files.write(onDisk, form.getValue(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }

            Set<Finding> found = new SecretPlaces(CLUSTER).search(search);

            assertThat(found.stream().map(Finding::place))
                    .as("every kind of place")
                    .contains("table public.event_journal");
            Set<String> names = forms.keySet().stream()
                    .map(name -> name.substring(0, name.lastIndexOf(' ')))
                    .collect(Collectors.toSet());
            for (String place : List.of(
                    "file node-2/log",
                    "file node-2/data/planted",
                    "table public.planted",
                    "GET /tokens",
                    "Redis string",
                    "Redis hash",
                    "Redis list",
                    "Redis set",
                    "Redis zset",
                    "Redis stream")) {
                assertThat(found.stream()
                                .filter(finding -> finding.place().startsWith(place))
                                .map(Finding::form))
                        .as(place)
                        .containsAll(names);
            }
            statement.execute("DROP TABLE planted");
            redis.flushDB();
        }
        Files.delete(onDisk);
    }

    private static void plantInAnswers(Api admin, Map<String, byte[]> forms) throws Exception {
        admin.post("/repositories", Api.object().put("name", "planted")).ok();
        for (byte[] form : forms.values()) {
            admin.post(
                            "/tokens",
                            Api.object()
                                    .put("name", new String(form, StandardCharsets.UTF_8))
                                    .put("repository", "planted")
                                    .put("permission", "read"))
                    .ok();
        }
    }

    private static void plantInRedis(RedisClient redis, String name, byte[] form) {
        byte[] field = name.getBytes(StandardCharsets.UTF_8);
        redis.set(key("string " + name), form);
        redis.hset(key("hash " + name), field, form);
        redis.rpush(key("list " + name), form);
        redis.sadd(key("set " + name), form);
        redis.zadd(key("zset " + name), 1, form);
        redis.xadd("stream " + name, StreamEntryID.NEW_ENTRY, Map.of(name, new String(form, StandardCharsets.UTF_8)));
    }

    private static byte[] key(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

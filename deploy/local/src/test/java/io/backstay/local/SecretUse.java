package io.backstay.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.backstay.local.harness.Api;
import io.backstay.local.harness.Await;
import io.backstay.local.harness.FileTrees;
import io.backstay.local.harness.LocalCluster;
import io.backstay.local.harness.Restic;
import io.backstay.local.harness.SecretSearch;
import io.backstay.local.harness.TestNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Uses every kind of secret of a cluster, and knows them all afterwards, by names. */
final class SecretUse {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REPOSITORY = "secretive";
    private static final int MIB = 1024 * 1024;

    private final LocalCluster cluster;
    private final Map<String, String> secrets = new LinkedHashMap<>();
    private final List<byte[]> refusals = new ArrayList<>();

    SecretUse(LocalCluster cluster) {
        this.cluster = cluster;
    }

    /** Uses every kind of secret, rightly and wrongly, through more than one node, and notes it under a name. */
    void everything() throws Exception {
        secrets.put("the first admin's password", cluster.adminPassword());
        secrets.put("the repository's password", Restic.PASSWORD);
        TestNode one = cluster.node("node-1");
        TestNode two = cluster.node("node-2");
        Api first = one.api();
        secrets.put("the first admin's session", first.bearer());
        Person admin = person(first, "another-admin", "admin");
        Person user = person(first, "somebody", "user");
        secrets.put(
                "a new join token",
                first.post("/join-tokens", Api.object()).ok().path("secret").asText());

        awaitEverywhere("the last user", user::signsIn);
        Api own = user.signIn(two, "first");
        String repository = own.post("/repositories", Api.object().put("name", REPOSITORY))
                .ok()
                .path("id")
                .asText();
        for (String permission : List.of("read", "append", "full")) {
            JsonNode made = own.post(
                            "/tokens",
                            Api.object()
                                    .put("name", permission)
                                    .put("repository", repository)
                                    .put("permission", permission))
                    .ok();
            secrets.put("the token to " + permission, made.path("secret").asText());
        }
        awaitEverywhere(
                "the last token",
                node -> node.anonymous()
                                .bearing(text("the token to full"))
                                .get("/session")
                                .status()
                        != 401);
        backUp(user);
        misuse();

        user.changePassword(own);
        admin.changePassword(admin.signIn(one, "first"));
        user.signIn(one, "second").delete("/session").ok();
        user.restic(two).ok("snapshots");
        two.stop();
        two.start();
        cluster.manager().kill();
        cluster.heal();
        user.restic(two).ok("check");
        admin.signIn(two, "second");
    }

    private interface Condition {
        boolean holds(TestNode node) throws Exception;
    }

    /** A node that the change did not go through learns of it a moment later. */
    private void awaitEverywhere(String what, Condition condition) throws Exception {
        for (TestNode node : cluster.nodes()) {
            Await.until(node + " knows " + what, () -> condition.holds(node));
        }
    }

    private void backUp(Person user) throws Exception {
        Path source = FileTrees.random(cluster.scratch().resolve("source"), 11, 2 * MIB);
        TestNode door = cluster.node("node-3");
        cluster.restic(door, REPOSITORY, "token", text("the token to full")).ok("init");
        cluster.restic(door, REPOSITORY, "token", text("the token to append")).ok("backup", source.toString());
        cluster.restic(door, REPOSITORY, "token", text("the token to read")).ok("--no-lock", "snapshots");
        user.restic(door).ok("backup", source.toString());
    }

    /** Where people put secrets by mistake; the refusals may not repeat them. */
    private void misuse() throws Exception {
        TestNode node = cluster.node("node-1");
        secrets.put("a mistyped password", "mistyped \"\\ ä/+ 73952640");
        for (String secret : List.copyOf(secrets.values())) {
            Api.Answer refused = node.anonymous()
                    .post("/session", Api.object().put("name", "somebody-else").put("password", secret));
            assertThat(refused.status()).isIn(401, 429);
            refusals.add(refused.body().toString().getBytes(StandardCharsets.UTF_8));
            String encoded = encoded(secret);
            for (String path : List.of("/users/" + encoded, "/users?q=" + encoded, "/" + encoded)) {
                refusals.add(node.anonymous().load(path).body());
            }
        }
        Restic stranger = cluster.restic(node, REPOSITORY, "somebody", encoded(text("a mistyped password")));
        assertThat(stranger.run("snapshots").status()).isNotZero();
    }

    /** What was refused, as it was answered. */
    List<byte[]> refusals() {
        return refusals;
    }

    /** A search for every secret that there is now. */
    SecretSearch search() throws Exception {
        SecretSearch search = new SecretSearch();
        secrets.forEach(search::add);
        addKeys(search);
        return search;
    }

    private String text(String secret) {
        return Objects.requireNonNull(secrets.get(secret), secret);
    }

    /** Keys that nobody types: the master key, what all nodes share, and each node's own. */
    private void addKeys(SecretSearch search) throws Exception {
        Path root = cluster.data();
        addBase64(search, "the master key", Files.readString(root.resolve("cluster/master.key")));
        search.add(
                "the first join token",
                Files.readString(root.resolve("cluster/join-token")).strip());
        search.add(
                "Postgres' password",
                Files.readString(root.resolve("postgres/password")).strip());
        search.add(
                "Redis' password",
                Files.readString(root.resolve("redis/password")).strip());
        JsonNode view =
                JSON.readTree(cluster.node("node-1").data().resolve("view.json").toFile());
        addBase64(search, "the transfer key", view.findPath("transferKey").asText());
        addBase64(search, "the session key", view.findPath("sessionKey").asText());
        for (TestNode node : cluster.nodes()) {
            // The second line: the first one is mostly alike in all keys.
            String line =
                    Files.readAllLines(node.data().resolve("identity/key.pem")).get(2);
            addBase64(search, node + "'s private key", line);
        }
    }

    private static void addBase64(SecretSearch search, String name, String base64) {
        search.add(name, base64.strip());
        search.add(name, Base64.getDecoder().decode(base64.strip()));
    }

    private Person person(Api admin, String name, String role) throws Exception {
        String password = "first \"\\ ä/+ of " + name;
        secrets.put(name + "'s first password", password);
        String id = admin.post(
                        "/users",
                        Api.object().put("name", name).put("role", role).put("password", password))
                .ok()
                .path("id")
                .asText();
        return new Person(id, name, password);
    }

    /** A user; what it does notes the secrets that come into being. */
    private final class Person {
        private final String id;
        private final String name;
        private String password;

        private Person(String id, String name, String password) {
            this.id = id;
            this.name = name;
            this.password = password;
        }

        private boolean signsIn(TestNode through) throws Exception {
            return !through.anonymous().signIn(name, password).bearer().isEmpty();
        }

        Api signIn(TestNode through, String which) throws Exception {
            Api signedIn = through.anonymous().signIn(name, password);
            secrets.put("%s's %s session".formatted(name, which), signedIn.bearer());
            return signedIn;
        }

        void changePassword(Api own) throws Exception {
            String replacement = "second \"\\ ä/+ of " + name;
            own.put(
                            "/users/" + id + "/password",
                            Api.object().put("current", password).put("replacement", replacement))
                    .ok();
            password = replacement;
            secrets.put(name + "'s second password", replacement);
            awaitEverywhere("the new password", this::signsIn);
        }

        Restic restic(TestNode through) {
            return cluster.restic(through, REPOSITORY, name, encoded(password));
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}

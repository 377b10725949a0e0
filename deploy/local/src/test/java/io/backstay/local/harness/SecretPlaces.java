package io.backstay.local.harness;

import com.fasterxml.jackson.databind.JsonNode;
import io.backstay.local.harness.SecretSearch.Finding;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Every place of a running cluster where something can be written down: all files of nodes and servers with their logs, the
 * nodes' command lines and environments, all tables, all keys of Redis, and what the API answers an admin who reads.
 */
public final class SecretPlaces {
    private static final Pattern PATH = Pattern.compile("  (/\\S*):");
    private static final Pattern PARAMETER = Pattern.compile("\\{(\\w+)}");
    private static final Map<String, String> LISTS = Map.of(
            "node", "/nodes",
            "user", "/users",
            "repository", "/repositories",
            "token", "/tokens");

    private final LocalCluster cluster;

    /** Those of that cluster. */
    public SecretPlaces(LocalCluster cluster) {
        this.cluster = cluster;
    }

    /** What stands where. A place is {@code file <below the cluster's folder>}, {@code table …}, {@code Redis …}, {@code GET …}. */
    public Set<Finding> search(SecretSearch search) throws IOException, InterruptedException, SQLException {
        Set<Finding> found = new LinkedHashSet<>();
        files(search, found);
        for (TestNode node : cluster.nodes()) {
            for (String file : List.of("cmdline", "environ")) {
                Path path = Path.of("/proc", Long.toString(node.pid()), file);
                found.addAll(search.in("the %s of %s".formatted(file, node), Files.readAllBytes(path)));
            }
        }
        cluster.databases().tables().forEach((name, content) -> found.addAll(search.in("table " + name, content)));
        cluster.databases().redisKeys().forEach((name, content) -> found.addAll(search.in("Redis " + name, content)));
        for (TestNode node : cluster.nodes()) {
            answers(node, search, found);
        }
        return found;
    }

    private void files(SecretSearch search, Set<Finding> found) throws IOException {
        Path root = cluster.data();
        List<Path> files;
        try (Stream<Path> all = Files.walk(root)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            found.addAll(search.in("file " + root.relativize(file), content(file)));
        }
    }

    /** Nothing where the file has gone meanwhile: what it became has another name. */
    private static byte[] content(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return new byte[0];
        }
    }

    /** Reads everything that the node's own description says can be read. */
    private static void answers(TestNode node, SecretSearch search, Set<Finding> found)
            throws IOException, InterruptedException {
        Api admin = node.api();
        for (String path : readable(admin)) {
            Optional<String> filled = filled(admin, path);
            if (filled.isEmpty()) {
                throw new AssertionError("nothing is there yet to read of " + path);
            }
            HttpResponse<byte[]> answer = admin.load(filled.get());
            if (answer.statusCode() != 200) {
                throw new AssertionError("GET %s was answered with %d".formatted(path, answer.statusCode()));
            }
            String place = "GET %s of %s".formatted(path, node);
            found.addAll(search.in(place, answer.body()));
            found.addAll(search.in(place + ", head", answer.headers().toString().getBytes(StandardCharsets.UTF_8)));
        }
        for (String path : List.of("/ready", "/alive", "/cluster/members", "/cluster/shards/backup-storage")) {
            JsonNode body = node.management(path).body();
            found.addAll(search.in("management's " + path, body.toString().getBytes(StandardCharsets.UTF_8)));
        }
    }

    private static List<String> readable(Api admin) throws IOException, InterruptedException {
        List<String> readable = new ArrayList<>();
        String path = "";
        for (String line : new String(admin.load("/openapi.yaml").body(), StandardCharsets.UTF_8)
                .lines()
                .toList()) {
            Matcher begins = PATH.matcher(line);
            if (begins.matches()) {
                path = begins.group(1);
            } else if (line.equals("    get:")) {
                readable.add(path);
            }
        }
        if (readable.size() < 2) {
            throw new AssertionError("the description says nothing of what can be read");
        }
        return readable;
    }

    /** The path with the id of the first thing of each kind. */
    private static Optional<String> filled(Api admin, String path) throws IOException, InterruptedException {
        Map<String, String> ids = new TreeMap<>();
        Matcher parameters = PARAMETER.matcher(path);
        while (parameters.find()) {
            String kind = parameters.group(1);
            String list = LISTS.get(kind);
            if (list == null) {
                throw new AssertionError("no list is known for {" + kind + "} of " + path);
            }
            JsonNode first = admin.get(list).ok().path("items").path(0).path("id");
            if (first.isMissingNode()) {
                return Optional.empty();
            }
            ids.put(kind, first.asText());
        }
        return Optional.of(PARAMETER.matcher(path).replaceAll(match -> ids.getOrDefault(match.group(1), "")));
    }
}

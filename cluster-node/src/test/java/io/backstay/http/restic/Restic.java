package io.backstay.http.restic;

import io.backstay.http.Answer;
import io.backstay.http.RunningNode;
import io.backstay.model.Sha256;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A client of the restic protocol in one repository. */
final class Restic {
    private static final String VERSION_2 = "application/vnd.x.restic.rest.v2";

    private final URI repository;
    private final HttpClient client;
    private final Map<String, String> headers;

    private Restic(URI repository, HttpClient client, Map<String, String> headers) {
        this.repository = repository;
        this.client = client;
        this.headers = headers;
    }

    static Restic to(RunningNode node, String name, String authorization) {
        return new Restic(
                node.http().resolve("/restic/" + name + "/"),
                node.freshClient(),
                Map.of("Authorization", authorization, "Accept", VERSION_2));
    }

    static Restic stranger(RunningNode node, String name) {
        return new Restic(node.http().resolve("/restic/" + name + "/"), node.freshClient(), Map.of());
    }

    /** With another value of that header. */
    Restic with(String name, String value) {
        Map<String, String> all = new TreeMap<>(headers);
        all.put(name, value);
        return new Restic(repository, client, all);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The address of a pack with that content. */
    static String data(byte[] content) {
        return "data/" + Sha256.hash(content);
    }

    Answer create() {
        return send("POST", "?create=true", HttpRequest.BodyPublishers.noBody());
    }

    Answer get(String path) {
        return send("GET", path, HttpRequest.BodyPublishers.noBody());
    }

    Answer head(String path) {
        return send("HEAD", path, HttpRequest.BodyPublishers.noBody());
    }

    Answer delete(String path) {
        return send("DELETE", path, HttpRequest.BodyPublishers.noBody());
    }

    Answer post(String path, byte[] content) {
        return with("Content-Type", "application/octet-stream")
                .send("POST", path, HttpRequest.BodyPublishers.ofByteArray(content));
    }

    /** Without a length. */
    Answer postChunked(String path, byte[] content) {
        return send(
                "POST",
                path,
                HttpRequest.BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(content)));
    }

    Answer send(String method, String path, HttpRequest.BodyPublisher body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(repository + path))
                .timeout(Duration.ofSeconds(60))
                .method(method, body);
        headers.forEach(request::header);
        try {
            HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            Map<String, List<String>> received = response.headers().map().entrySet().stream()
                    .collect(Collectors.toMap(entry -> entry.getKey().toLowerCase(Locale.ROOT), Map.Entry::getValue));
            return new Answer(response.statusCode(), received, response.body());
        } catch (IOException e) {
            throw new AssertionError(method + " " + path + " was not answered", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}

package io.backstay.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A client of {@code /api/v1} with its credentials. Every request and every answer is held against the API's description.
 */
public final class Api {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Contract CONTRACT = Contract.LOADED;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final RunningNode node;
    private final HttpClient client;
    private final List<Map.Entry<String, String>> headers;

    private Api(RunningNode node, HttpClient client, List<Map.Entry<String, String>> headers) {
        this.node = node;
        this.client = client;
        this.headers = List.copyOf(headers);
    }

    /** A client without credentials, with an address of its own. */
    public static Api of(RunningNode node) {
        return new Api(node, node.freshClient(), List.of());
    }

    /** Also with this header. */
    public Api with(String name, String value) {
        List<Map.Entry<String, String>> all = new ArrayList<>(headers);
        all.add(Map.entry(name, value));
        return new Api(node, client, all);
    }

    /** With a session or a token. */
    public Api bearer(String text) {
        return with("Authorization", "Bearer " + text);
    }

    /** With a name and a password. */
    public Api basic(String name, String password) {
        return with("Authorization", basicValue(name, password));
    }

    /** A browser's session. */
    public Api cookie(String session) {
        return with("Cookie", "backstay_session=" + session);
    }

    /** The header's value for HTTP basic authentication. */
    public static String basicValue(String name, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** Signs in; the session stands in the answer. */
    public Answer signIn(String name, String password) {
        return post("/session", Map.of("name", name, "password", password, "bearer", true));
    }

    public Answer get(String path) {
        return send("GET", path, Optional.empty());
    }

    public Answer post(String path, Object body) {
        return send("POST", path, Optional.of(json(body)));
    }

    public Answer put(String path, Object body) {
        return send("PUT", path, Optional.of(json(body)));
    }

    public Answer patch(String path, Object body) {
        return send("PATCH", path, Optional.of(json(body)));
    }

    public Answer delete(String path) {
        return send("DELETE", path, Optional.empty());
    }

    /** Sends a body as it is, with the type of JSON unless another one was set. */
    public Answer send(String method, String path, Optional<String> body) {
        Answer answer = Answer.of(exchange(method, "/api/v1" + path, body));
        CONTRACT.check(method, path, body, answer);
        return answer;
    }

    /** Sends to any path of the node, without looking at the description. */
    public Answer sendAnywhere(String method, String path, Optional<String> body) {
        return Answer.of(exchange(method, path, body));
    }

    boolean reachable() {
        try {
            exchange("GET", "/api/v1/openapi.yaml", Optional.empty());
            return true;
        } catch (AssertionError e) {
            return false;
        }
    }

    private HttpResponse<byte[]> exchange(String method, String path, Optional<String> body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(node.http().resolve(path))
                .timeout(LIMIT)
                .method(
                        method,
                        body.map(HttpRequest.BodyPublishers::ofString).orElseGet(HttpRequest.BodyPublishers::noBody));
        headers.forEach(header -> request.header(header.getKey(), header.getValue()));
        if (body.isPresent() && headers.stream().noneMatch(it -> it.getKey().equals("Content-Type"))) {
            request.header("Content-Type", "application/json");
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new AssertionError(method + " " + path + " was not answered", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static String json(Object body) {
        try {
            return JSON.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}

package io.backstay.local.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backstay.local.node.NodeProbe;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** A node's API, as somebody who has signed in, or as nobody. */
public final class Api {
    private static final Duration WITHIN = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(WITHIN)
            .build();

    private final String address;
    private final String bearer;

    private Api(String address, String bearer) {
        this.address = address;
        this.bearer = bearer;
    }

    /** What a node answered; the body is missing where it is no JSON. */
    public record Answer(int status, JsonNode body) {
        /** The body of an answer that must be good; a bad one may be waited out with {@link Await}. */
        public JsonNode ok() {
            if (status / 100 != 2) {
                throw new IllegalStateException("status " + status + ": " + body);
            }
            return body;
        }
    }

    /** An empty object to fill. */
    public static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /** Signs in as the first admin. */
    static Api admin(String address, String password) throws IOException, InterruptedException {
        return nobody(address).signIn(NodeProbe.ADMIN, password);
    }

    /** Without credentials. */
    static Api nobody(String address) {
        return new Api(address, "");
    }

    /** The same node as somebody else. */
    public Api signIn(String name, String password) throws IOException, InterruptedException {
        ObjectNode credentials =
                object().put("name", name).put("password", password).put("bearer", true);
        return new Api(
                address,
                nobody(address).post("/session", credentials).ok().path("token").asText());
    }

    /** The same node with the secret of a session or a token. */
    public Api bearing(String secret) {
        return new Api(address, secret);
    }

    /** The session's secret. */
    public String bearer() {
        return bearer;
    }

    /** Asks for a path below {@code /api/v1}. */
    public Answer get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    /** Asks for a path below {@code /api/v1}: the answer's head and body as they are. */
    public HttpResponse<byte[]> load(String path) throws IOException, InterruptedException {
        return HTTP.send(request(path).GET().build(), BodyHandlers.ofByteArray());
    }

    /** Replaces an object. */
    public Answer put(String path, JsonNode body) throws IOException, InterruptedException {
        return send(
                request(path).header("Content-Type", "application/json").PUT(BodyPublishers.ofString(body.toString())));
    }

    /** Sends an object. */
    public Answer post(String path, JsonNode body) throws IOException, InterruptedException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString())));
    }

    /** Deletes. */
    public Answer delete(String path) throws IOException, InterruptedException {
        return send(request(path).DELETE());
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(address + "/api/v1" + path)).timeout(WITHIN);
        return bearer.isEmpty() ? request : request.header("Authorization", "Bearer " + bearer);
    }

    private static Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = HTTP.send(request.build(), BodyHandlers.ofByteArray());
        boolean json = response.headers()
                .firstValue("Content-Type")
                .filter(type -> type.contains("json"))
                .isPresent();
        return new Answer(response.statusCode(), json ? JSON.readTree(response.body()) : MissingNode.getInstance());
    }

    /** The text that anybody may read at an address. */
    static String readText(String address) throws IOException, InterruptedException {
        return HTTP.send(
                        HttpRequest.newBuilder(URI.create(address))
                                .timeout(WITHIN)
                                .GET()
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }

    /** What anybody may read at an address; a failure is the caller's to wait out. */
    static Answer read(String address) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(address)).timeout(WITHIN).GET());
    }
}

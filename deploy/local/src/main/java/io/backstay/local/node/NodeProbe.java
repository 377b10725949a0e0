package io.backstay.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/** Asks nodes how they are. Safe for use from several threads. */
public final class NodeProbe implements AutoCloseable {
    /** The name of the first admin. */
    public static final String ADMIN = "admin";

    private static final Duration WITHIN = Duration.ofSeconds(3);
    private static final int OK = 200;
    private static final int UNAUTHENTICATED = 401;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(WITHIN)
            .build();
    private final String password;
    private volatile String bearer = "";

    /** Who manages, as a node tells it. */
    public sealed interface Manager {
        /** The node with the name. */
        record Named(String node) implements Manager {}

        /** None, or the node does not answer. */
        record Unknown() implements Manager {}

        /** The admin has another password now than at the beginning, or is not there yet: the launcher cannot ask. */
        record NotAllowed() implements Manager {}
    }

    /** Knows the password that the first admin got. */
    public NodeProbe(String password) {
        this.password = password;
    }

    /** Whether the node is up in the cluster and can be used. */
    public boolean ready(NodeProgram node) throws InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(node.management() + "/ready")))
                .filter(answer -> answer.statusCode() == OK)
                .isPresent();
    }

    /** Who manages. */
    public Manager manager(NodeProgram node) throws InterruptedException {
        Optional<HttpResponse<byte[]>> answer = bearer.isEmpty() ? Optional.empty() : cluster(node);
        if (bearer.isEmpty() || answer.filter(NodeProbe::unauthenticated).isPresent()) {
            Optional<HttpResponse<byte[]>> signedIn = signIn(node);
            if (signedIn.filter(NodeProbe::unauthenticated).isPresent()) {
                return new Manager.NotAllowed();
            }
            answer = cluster(node);
        }
        return answer.filter(response -> response.statusCode() == OK)
                .map(response -> json(response).path("manager").path("name").asText())
                .filter(name -> !name.isEmpty())
                .<Manager>map(Manager.Named::new)
                .orElseGet(Manager.Unknown::new);
    }

    private Optional<HttpResponse<byte[]>> cluster(NodeProgram node) throws InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(node.http() + "/api/v1/cluster"))
                .header("Authorization", "Bearer " + bearer));
    }

    private Optional<HttpResponse<byte[]>> signIn(NodeProgram node) throws InterruptedException {
        ObjectNode body = JSON.createObjectNode()
                .put("name", ADMIN)
                .put("password", password)
                .put("bearer", true);
        Optional<HttpResponse<byte[]>> answer = send(HttpRequest.newBuilder(URI.create(node.http() + "/api/v1/session"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString())));
        answer.filter(response -> response.statusCode() == OK)
                .ifPresent(response -> bearer = json(response).path("token").asText());
        return answer;
    }

    private Optional<HttpResponse<byte[]>> send(HttpRequest.Builder request) throws InterruptedException {
        try {
            return Optional.of(http.send(request.timeout(WITHIN).build(), BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            // Not yet, or not any more: whoever asks asks again.
            return Optional.empty();
        }
    }

    private static boolean unauthenticated(HttpResponse<?> response) {
        return response.statusCode() == UNAUTHENTICATED;
    }

    private static JsonNode json(HttpResponse<byte[]> response) {
        try {
            return JSON.readTree(response.body());
        } catch (IOException e) {
            // Something else listens on the node's port.
            return JSON.missingNode();
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}

package io.backstay.cluster.join;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backstay.cluster.identity.Certificates;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.Role;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks members to let this node in, one after the other, until one does. Blocks its thread for as long as it takes; an
 * interrupt ends it.
 */
public final class JoinClient {
    private static final Logger LOG = LoggerFactory.getLogger(JoinClient.class);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(15);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final int MAX_ANSWER_BYTES = 64 * 1024;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final List<URI> members;
    private final Duration firstWait;

    /**
     * A client for those members.
     *
     * @param members HTTP addresses without a path's end, as {@code http://host:8420}
     * @param firstWait how long to wait after all have failed; doubles up to 10 s
     */
    public JoinClient(List<URI> members, Duration firstWait) {
        this.members = List.copyOf(members);
        this.firstWait = firstWait;
    }

    /**
     * Asks until a member lets the node in.
     *
     * @throws BackstayException where asking again cannot help: the token is wrong, the request is refused for good, or an
     *     answer comes from another cluster than the token's
     */
    public JoinAnswer join(JoinRequest request) throws InterruptedException {
        byte[] body = body(request);
        Duration wait = firstWait;
        try (HttpClient http =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build()) {
            while (true) {
                for (URI member : members) {
                    try {
                        JoinAnswer answer = ask(http, member, body);
                        if (!request.token().trusts(Certificates.parse(answer.authority()))) {
                            throw new BackstayException(
                                    ErrorCode.UNAUTHENTICATED,
                                    member + " answers for another cluster than the join token's");
                        }
                        LOG.info("{} has let this node in", member);
                        return answer;
                    } catch (IOException e) {
                        LOG.warn("{} does not let this node in yet: {}", member, reason(e));
                    }
                }
                Thread.sleep(wait);
                wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : LONGEST_WAIT;
            }
        }
    }

    private static JoinAnswer ask(HttpClient http, URI member, byte[] body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(member + "/api/v1/nodes/join"))
                .timeout(ANSWER_WITHIN)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        HttpResponse<InputStream> response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        byte[] content;
        try (InputStream in = response.body()) {
            content = in.readNBytes(MAX_ANSWER_BYTES);
        }
        int status = response.statusCode();
        if (status / 100 == 2) {
            JsonNode json = JSON.readTree(content);
            return new JoinAnswer(text(json, "certificate"), text(json, "authority"));
        }
        String detail = detail(content);
        if (permanent(status)) {
            throw new BackstayException(
                    status == 401 || status == 403 ? ErrorCode.FORBIDDEN : ErrorCode.INVALID_REQUEST,
                    "%s refuses this node (%d): %s".formatted(member, status, detail));
        }
        throw new IOException("status %d, %s".formatted(status, detail));
    }

    /** What a member means for good; a door that is not a member's, or not yet ready, may change its mind. */
    private static boolean permanent(int status) {
        return status == 400 || status == 401 || status == 403 || status == 409 || status == 422;
    }

    private static String text(JsonNode json, String name) throws IOException {
        if (!json.path(name).isTextual()) {
            throw new IOException("the answer has no " + name);
        }
        return json.path(name).textValue();
    }

    private static String detail(byte[] content) throws IOException {
        try {
            JsonNode json = JSON.readTree(content);
            return json == null ? "no reason given" : json.path("detail").asText("no reason given");
        } catch (JacksonException e) {
            return "no reason given";
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static byte[] body(JoinRequest request) {
        ObjectNode json = JSON.createObjectNode();
        json.put("nodeId", request.node().id().toString());
        json.put("name", request.node().name().value());
        var roles = json.putArray("roles");
        request.node().roles().stream().map(Role::text).sorted().forEach(roles::add);
        json.put("zone", request.node().zone());
        json.putObject("addresses")
                .put("http", request.node().http())
                .put("internal", request.node().internal());
        json.put("csr", request.csr());
        json.put("token", request.token().text());
        try {
            return JSON.writeValueAsBytes(json);
        } catch (JacksonException e) {
            throw new IllegalStateException("a tree of texts is encodable", e);
        }
    }
}

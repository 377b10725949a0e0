package io.backstay.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.backstay.model.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The API's description, {@code openapi/backstay-v1.yaml}, as something that requests and answers can break. */
public final class Contract {
    private static final String HERE = "https://backstay.invalid/openapi";
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

    /** The one that the node ships. */
    public static final Contract LOADED = load();

    private final JsonNode description;
    private final SchemaRegistry registry;
    private final Map<String, com.networknt.schema.Schema> schemas = new ConcurrentHashMap<>();

    private Contract(JsonNode description) {
        this.description = description;
        this.registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(Map.of(HERE, description.toString())));
    }

    private static Contract load() {
        try (InputStream file = Contract.class.getResourceAsStream("/openapi/backstay-v1.yaml")) {
            return new Contract(new ObjectMapper(new YAMLFactory()).readTree(Objects.requireNonNull(file)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The whole document. */
    public JsonNode document() {
        return description;
    }

    /** All operations, as {@code GET /users/{user}}, with their ids. */
    public Map<String, String> operations() {
        Map<String, String> operations = new LinkedHashMap<>();
        description
                .at("/paths")
                .properties()
                .forEach(path -> path.getValue().properties().stream()
                        .filter(operation -> METHODS.contains(operation.getKey()))
                        .forEach(operation -> operations.put(
                                operation.getKey().toUpperCase(java.util.Locale.ROOT) + " " + path.getKey(),
                                operation.getValue().path("operationId").asText())));
        return operations;
    }

    /** Fails where the answer is not one that the description allows, or where a request was accepted that it forbids. */
    void check(String method, String pathAndQuery, Optional<String> request, Answer answer) {
        String what = "%s %s answered %s".formatted(method, pathAndQuery, answer);
        checkHeaders(what, answer);
        String[] parts = pathAndQuery.split("\\?", 2);
        Optional<Map.Entry<String, JsonNode>> path = template(parts[0]);
        if (path.isEmpty()) {
            assertThat(answer.status()).as(what).isEqualTo(404);
            checkProblem(what, method, answer);
            return;
        }
        String known = method.equals("HEAD") ? "get" : method.toLowerCase(java.util.Locale.ROOT);
        JsonNode operation = path.get().getValue().path(known);
        if (operation.isMissingNode()) {
            assertThat(answer.status()).as(what).isEqualTo(405);
            assertThat(allowed(answer)).as(what).isEqualTo(methods(path.get().getValue()));
            checkProblem(what, method, answer);
            return;
        }
        JsonNode response = operation.at("/responses/" + answer.status());
        if (response.isMissingNode()) {
            assertThat(answer.status()).as(what).isGreaterThanOrEqualTo(400);
            checkProblem(what, method, answer);
            return;
        }
        checkRequest(what, parts.length == 2 ? parts[1] : "", request, operation);
        checkResponse(what, method, answer, response);
    }

    private static void checkHeaders(String what, Answer answer) {
        assertThat(answer.header("X-Request-Id")).as(what).isPresent();
        assertThat(answer.header("X-Backstay-Node")).as(what).contains(RunningNode.NAME);
        assertThat(answer.header("X-Content-Type-Options")).as(what).contains("nosniff");
        assertThat(answer.header("Content-Security-Policy"))
                .as(what)
                .contains("default-src 'none'; frame-ancestors 'none'");
        assertThat(answer.header("Referrer-Policy")).as(what).contains("no-referrer");
        assertThat(answer.header("Cache-Control")).as(what).contains("no-store");
        assertThat(answer.header("Server")).as(what).isEmpty();
        assertThat(answer.header("Connection"))
                .as("%s: connections go on", what)
                .isEmpty();
    }

    /** Fails where it is no problem document as it should be; on paths beside the API too. */
    static void checkProblem(String what, String method, Answer answer) {
        assertThat(answer.header("Content-Type")).as(what).contains("application/problem+json");
        if (answer.status() == 429 || answer.status() == 503) {
            assertThat(answer.header("Retry-After").orElseThrow()).as(what).matches("[1-9]\\d*");
        }
        if (answer.status() == 401) {
            assertThat(answer.header("WWW-Authenticate")).as(what).isPresent();
        }
        if (method.equals("HEAD")) {
            assertThat(answer.body()).as(what).isEmpty();
            return;
        }
        LOADED.validate(what, "/components/schemas/Problem", answer.json());
        assertThat(answer.json().path("status").asInt()).as(what).isEqualTo(answer.status());
        assertThat(answer.header("X-Request-Id")).as(what).contains(answer.text("/requestId"));
        assertThat(answer.text("/detail"))
                .as(what)
                .doesNotContain("Exception", "io.backstay", "java.", "pekko")
                .isNotBlank();
        assertThat(Arrays.stream(ErrorCode.values())
                        .filter(code -> code.text().equals(answer.text("/code")))
                        .map(ErrorCode::status))
                .as(what)
                .containsExactly(answer.status());
    }

    private void checkRequest(String what, String query, Optional<String> request, JsonNode operation) {
        Set<String> parameters = new TreeSet<>();
        operation.path("parameters").forEach(parameter -> {
            JsonNode resolved = resolved(parameter);
            if (resolved.path("in").asText().equals("query")) {
                parameters.add(resolved.path("name").asText());
            }
        });
        if (!query.isEmpty()) {
            assertThat(Arrays.stream(query.split("&")).map(each -> each.split("=", 2)[0]))
                    .as(what)
                    .isSubsetOf(parameters);
        }
        JsonNode schema = operation.at("/requestBody/content/application~1json/schema");
        if (!schema.isMissingNode()) {
            validate("request accepted though not as described: " + what, pointer(schema), parsed(request));
        }
    }

    private void checkResponse(String what, String method, Answer answer, JsonNode response) {
        response.path("headers")
                .fieldNames()
                .forEachRemaining(
                        name -> assertThat(answer.header(name)).as(what).isPresent());
        JsonNode content = response.path("content");
        if (content.isMissingNode()) {
            assertThat(answer.body()).as(what).isEmpty();
            return;
        }
        String type = content.fieldNames().next();
        assertThat(answer.header("Content-Type").orElse("").split(";", 2)[0])
                .as(what)
                .isEqualTo(type);
        if (method.equals("HEAD")) {
            assertThat(answer.body()).as(what).isEmpty();
        } else if (type.equals("application/json")) {
            validate(what, pointer(content.path(type).path("schema")), answer.json());
        }
    }

    private void validate(String what, String pointer, JsonNode value) {
        com.networknt.schema.Schema schema =
                schemas.computeIfAbsent(pointer, it -> registry.getSchema(SchemaLocation.of(HERE + "#" + it)));
        List<Error> errors = schema.validate(
                value, context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
        assertThat(errors).as(what).isEmpty();
    }

    private static String pointer(JsonNode schema) {
        String reference = schema.path("$ref").asText();
        assertThat(reference).startsWith("#/");
        return reference.substring(1);
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? description.at(pointer(node)) : node;
    }

    private static JsonNode parsed(Optional<String> request) {
        try {
            return request.isPresent() ? new ObjectMapper().readTree(request.get()) : MissingNode.getInstance();
        } catch (JsonProcessingException e) {
            throw new AssertionError("accepted though no JSON: " + request, e);
        }
    }

    private Optional<Map.Entry<String, JsonNode>> template(String path) {
        Optional<Map.Entry<String, JsonNode>> exact = description.at("/paths").properties().stream()
                .filter(entry -> entry.getKey().equals(path))
                .findFirst();
        return exact.or(() -> description.at("/paths").properties().stream()
                .filter(entry -> path.matches(entry.getKey().replaceAll("\\{[^}]+}", "[^/]+")))
                .findFirst());
    }

    private static Set<String> methods(JsonNode path) {
        return ((ObjectNode) path)
                .properties().stream()
                        .map(Map.Entry::getKey)
                        .filter(METHODS::contains)
                        .map(method -> method.toUpperCase(java.util.Locale.ROOT))
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> allowed(Answer answer) {
        return new TreeSet<>(List.of(answer.header("Allow").orElse("").split(", ")));
    }
}

package io.backstay.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the node answered.
 *
 * @param headers by name in lower case
 */
public record Answer(int status, Map<String, List<String>> headers, byte[] body) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Answer of(HttpResponse<byte[]> response) {
        Map<String, List<String>> headers = response.headers().map().entrySet().stream()
                .collect(Collectors.toMap(entry -> entry.getKey().toLowerCase(Locale.ROOT), Map.Entry::getValue));
        return new Answer(response.statusCode(), headers, response.body());
    }

    /** Fails unless it has this status. */
    public Answer expect(int wanted) {
        assertThat(status).as(this::toString).isEqualTo(wanted);
        return this;
    }

    /** Fails unless it is a problem with this code. */
    public Answer expectProblem(int wanted, String code) {
        expect(wanted);
        assertThat(text("/code")).as(this::toString).isEqualTo(code);
        return this;
    }

    /** The body as JSON; missing where there is none. */
    public JsonNode json() {
        try {
            return body.length == 0 ? MissingNode.getInstance() : JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + this, e);
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The text at a JSON pointer, which must be there. */
    public String text(String pointer) {
        JsonNode node = json().at(pointer);
        assertThat(node.isTextual()).as("%s in %s", pointer, this).isTrue();
        return node.asText();
    }

    /** The texts of a field in all entries of a list. */
    public List<String> texts(String field) {
        return json().at("/items").findValuesAsText(field);
    }

    /** The header's only value, none where it is absent. */
    public Optional<String> header(String name) {
        List<String> values = headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
        assertThat(values).as("header %s of %s", name, this).hasSizeLessThan(2);
        return values.stream().findFirst();
    }

    @Override
    public String toString() {
        return status + " " + headers + " " + new String(body, 0, Math.min(body.length, 2_000), StandardCharsets.UTF_8);
    }
}

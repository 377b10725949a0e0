package io.backstay.repository.json;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.backstay.model.Sha256;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A small JSON object that was read whole. Unknown fields are left alone, a field that is {@code null} is as one that is not
 * there, and a field of the wrong kind is refused with its name.
 */
public final class JsonDocument {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final JsonNode node;

    private JsonDocument(JsonNode node) {
        this.node = node;
    }

    /**
     * Reads an object.
     *
     * @throws MalformedJsonException where the bytes are not one JSON object
     */
    public static JsonDocument parse(byte[] json) throws MalformedJsonException {
        try {
            JsonNode node = MAPPER.readTree(json);
            if (node == null || !node.isObject()) {
                throw new MalformedJsonException("not a JSON object");
            }
            return new JsonDocument(node);
        } catch (IOException e) {
            throw new MalformedJsonException("not readable as JSON", e);
        }
    }

    /** An object within this one. */
    public Optional<JsonDocument> object(String name) throws MalformedJsonException {
        Optional<JsonNode> found = find(name);
        if (found.isPresent() && !found.get().isObject()) {
            throw wrong(name, "an object");
        }
        return found.map(JsonDocument::new);
    }

    /** A string that must be there. */
    public String text(String name) throws MalformedJsonException {
        return optionalText(name).orElseThrow(() -> wrong(name, "a string"));
    }

    /** A string. */
    public Optional<String> optionalText(String name) throws MalformedJsonException {
        Optional<JsonNode> found = find(name);
        if (found.isPresent() && !found.get().isTextual()) {
            throw wrong(name, "a string");
        }
        return found.map(JsonNode::textValue);
    }

    /** A whole number between the two; the lowest where there is none. */
    public long number(String name, long lowest, long highest) throws MalformedJsonException {
        Optional<JsonNode> found = find(name);
        if (found.isEmpty()) {
            return lowest;
        }
        JsonNode number = found.get();
        if (!number.isIntegralNumber()
                || !number.canConvertToLong()
                || number.longValue() < lowest
                || number.longValue() > highest) {
            throw wrong(name, "a whole number from %d to %d".formatted(lowest, highest));
        }
        return number.longValue();
    }

    /** A truth value; false where there is none. */
    public boolean truth(String name) throws MalformedJsonException {
        Optional<JsonNode> found = find(name);
        if (found.isPresent() && !found.get().isBoolean()) {
            throw wrong(name, "true or false");
        }
        return found.map(JsonNode::booleanValue).orElse(false);
    }

    /** Bytes in base 64 that must be there. */
    public byte[] base64(String name) throws MalformedJsonException {
        try {
            return Base64.getDecoder().decode(text(name));
        } catch (IllegalArgumentException e) {
            throw new MalformedJsonException("\"%s\" is not base 64".formatted(name), e);
        }
    }

    /** A moment that must be there. */
    public OffsetDateTime time(String name) throws MalformedJsonException {
        try {
            return GoTime.parse(text(name));
        } catch (DateTimeException e) {
            throw new MalformedJsonException("\"%s\" is not a time".formatted(name), e);
        }
    }

    /** An id. */
    public Optional<Sha256> id(String name) throws MalformedJsonException {
        Optional<String> text = optionalText(name);
        if (text.isPresent() && !Sha256.isHex(text.get())) {
            throw wrong(name, "an id of 64 hexadecimal digits");
        }
        return text.map(Sha256::parse);
    }

    /** Strings; none where the field is not there. */
    public List<String> texts(String name) throws MalformedJsonException {
        Optional<JsonNode> found = find(name);
        if (found.isEmpty()) {
            return List.of();
        }
        if (!found.get().isArray()) {
            throw wrong(name, "a list of strings");
        }
        List<String> texts = new ArrayList<>(found.get().size());
        for (JsonNode text : found.get()) {
            if (!text.isTextual()) {
                throw wrong(name, "a list of strings");
            }
            texts.add(text.textValue());
        }
        return List.copyOf(texts);
    }

    private Optional<JsonNode> find(String name) {
        JsonNode found = node.path(name);
        return found instanceof MissingNode || found.isNull() ? Optional.empty() : Optional.of(found);
    }

    private static MalformedJsonException wrong(String name, String expected) {
        return new MalformedJsonException("\"%s\" is not %s".formatted(name, expected));
    }
}

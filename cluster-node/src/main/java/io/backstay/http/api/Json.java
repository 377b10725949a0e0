package io.backstay.http.api;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import java.io.IOException;
import java.time.Instant;
import java.util.stream.Collectors;

/** Reads and writes the API's JSON. Reading is strict: unknown fields, other types, doubled fields and nulls in lists are
 * refused. */
final class Json {
    private static final int DEEPEST = 16;
    private static final ObjectMapper MAPPER = mapper();

    private Json() {}

    private static ObjectMapper mapper() {
        ObjectMapper mapper = JsonMapper.builder()
                .addModule(new Jdk8Module())
                .addModule(new JavaTimeModule())
                .addModule(new SimpleModule()
                        .addDeserializer(String.class, new JsonTexts.Text())
                        .addDeserializer(Instant.class, new JsonTexts.Time()))
                .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(JsonReadFeature.ALLOW_TRAILING_COMMA)
                .build();
        mapper.coercionConfigFor(LogicalType.Textual)
                .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
        mapper.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build());
        return mapper;
    }

    static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the API's own records can always be written", e);
        }
    }

    /**
     * Reads a body.
     *
     * @throws BackstayException with {@code INVALID_REQUEST} that names the field
     */
    static <T> T read(byte[] body, Class<T> type) {
        try (JsonParser parser = MAPPER.createParser(body)) {
            T value = MAPPER.readValue(parser, type);
            if (value == null) {
                throw new BackstayException(ErrorCode.INVALID_REQUEST, "the body is null, an object is expected");
            }
            return value;
        } catch (JsonMappingException e) {
            throw new BackstayException(ErrorCode.INVALID_REQUEST, where(e) + reason(e), e);
        } catch (IOException e) {
            throw new BackstayException(ErrorCode.INVALID_REQUEST, "the body is not JSON", e);
        }
    }

    private static String where(JsonMappingException failure) {
        String path = failure.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
                .collect(Collectors.joining("."));
        return path.isEmpty() ? "the body: " : "field " + shortened(path) + ": ";
    }

    /** What is wrong, without the Java types that Jackson's own message names. */
    private static String reason(JsonMappingException failure) {
        return switch (failure) {
            case com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException e -> "there is no such field";
            case com.fasterxml.jackson.databind.exc.MismatchedInputException e -> "missing, or of another type";
            case com.fasterxml.jackson.databind.exc.ValueInstantiationException e
            when e.getCause() instanceof BackstayException cause -> String.valueOf(cause.getMessage());
            default -> "not as described";
        };
    }

    private static String shortened(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }
}

package io.backstay.manager.journal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.backstay.manager.command.Initiator;
import io.backstay.model.BackstayException;
import io.backstay.model.ClusterId;
import io.backstay.model.JoinTokenId;
import io.backstay.model.NodeId;
import io.backstay.model.NodeName;
import io.backstay.model.Permission;
import io.backstay.model.RepositoryId;
import io.backstay.model.RepositoryName;
import io.backstay.model.Role;
import io.backstay.model.Sha256;
import io.backstay.model.TokenId;
import io.backstay.model.UserId;
import io.backstay.model.UserName;
import io.backstay.model.UserRole;
import java.io.IOException;
import java.util.Locale;
import java.util.function.Function;

/**
 * JSON as the journal has it: ids, names, hashes and alternatives as their text, moments and durations in ISO 8601, what is
 * absent as null. Reading is strict: no property may be missing, unknown, twice there or of another type.
 */
final class JournalJson {
    private static final int MAX_STRING_CHARS = 64 * 1024;
    private static final int MAX_DEPTH = 16;

    static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(MAX_STRING_CHARS)
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .addModule(texts())
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .build();

    private JournalJson() {}

    private static SimpleModule texts() {
        SimpleModule module = new SimpleModule("backstay");
        text(module, ClusterId.class, ClusterId::toString, ClusterId::parse);
        text(module, NodeId.class, NodeId::toString, NodeId::parse);
        text(module, UserId.class, UserId::toString, UserId::parse);
        text(module, RepositoryId.class, RepositoryId::toString, RepositoryId::parse);
        text(module, TokenId.class, TokenId::toString, TokenId::parse);
        text(module, JoinTokenId.class, JoinTokenId::toString, JoinTokenId::parse);
        text(module, Sha256.class, Sha256::toString, Sha256::parse);
        text(module, NodeName.class, NodeName::value, NodeName::new);
        text(module, UserName.class, UserName::value, UserName::new);
        text(module, RepositoryName.class, RepositoryName::value, RepositoryName::new);
        text(module, Permission.class, Permission::text, name -> alternative(Permission.class, name));
        text(module, UserRole.class, UserRole::text, name -> alternative(UserRole.class, name));
        text(module, Role.class, Role::text, name -> alternative(Role.class, name));
        text(
                module,
                Initiator.Kind.class,
                kind -> kind.name().toLowerCase(Locale.ROOT),
                name -> alternative(Initiator.Kind.class, name));
        return module;
    }

    private static <E extends Enum<E>> E alternative(Class<E> type, String name) {
        return Enum.valueOf(type, name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private static <T> void text(
            SimpleModule module, Class<T> type, Function<T, String> print, Function<String, T> parse) {
        module.addSerializer(type, new Printer<>(type, print));
        module.addKeySerializer(type, new KeyPrinter<>(type, print));
        module.addDeserializer(type, new Reader<>(type, parse));
        module.addKeyDeserializer(type, new KeyReader<>(type, parse));
    }

    private static final class Printer<T> extends StdScalarSerializer<T> {
        private static final long serialVersionUID = 1L;
        private final transient Function<T, String> print;

        private Printer(Class<T> type, Function<T, String> print) {
            super(type);
            this.print = print;
        }

        @Override
        public void serialize(T value, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeString(print.apply(value));
        }
    }

    private static final class KeyPrinter<T> extends StdScalarSerializer<T> {
        private static final long serialVersionUID = 1L;
        private final transient Function<T, String> print;

        private KeyPrinter(Class<T> type, Function<T, String> print) {
            super(type);
            this.print = print;
        }

        @Override
        public void serialize(T value, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeFieldName(print.apply(value));
        }
    }

    private static final class Reader<T> extends StdScalarDeserializer<T> {
        private static final long serialVersionUID = 1L;
        private final transient Function<String, T> parse;

        private Reader(Class<T> type, Function<String, T> parse) {
            super(type);
            this.parse = parse;
        }

        @Override
        public T deserialize(JsonParser json, DeserializationContext context) throws IOException {
            String text = json.getText();
            try {
                return parse.apply(text);
            } catch (BackstayException | IllegalArgumentException e) {
                return handledType().cast(context.handleWeirdStringValue(handledType(), text, e.getMessage()));
            }
        }

        @Override
        @SuppressWarnings("unchecked") // given to the constructor as such
        public Class<T> handledType() {
            return (Class<T>) super.handledType();
        }
    }

    private static final class KeyReader<T> extends KeyDeserializer {
        private final Class<T> type;
        private final Function<String, T> parse;

        private KeyReader(Class<T> type, Function<String, T> parse) {
            this.type = type;
            this.parse = parse;
        }

        @Override
        public Object deserializeKey(String key, DeserializationContext context) throws IOException {
            try {
                return parse.apply(key);
            } catch (BackstayException | IllegalArgumentException e) {
                return context.handleWeirdKey(type, key, e.getMessage());
            }
        }
    }
}

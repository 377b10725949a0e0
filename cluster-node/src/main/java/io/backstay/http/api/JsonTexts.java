package io.backstay.http.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;

/** How the API's JSON spells what Jackson would take in more ways than are described. */
final class JsonTexts {
    private JsonTexts() {}

    /** Text that is Unicode: half of a surrogate pair could be neither stored nor sent on. */
    static final class Text extends StdScalarDeserializer<String> {
        private static final long serialVersionUID = 1L;

        Text() {
            super(String.class);
        }

        @Override
        public String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            String text = StringDeserializer.instance.deserialize(parser, context);
            if (text.codePoints().anyMatch(point -> Character.getType(point) == Character.SURROGATE)) {
                throw context.weirdStringException("", String.class, "half of a surrogate pair");
            }
            return text;
        }
    }

    /** A time as RFC 3339 has it, with four digits for the year; numbers are none. */
    static final class Time extends StdScalarDeserializer<Instant> {
        private static final long serialVersionUID = 1L;
        private static final Pattern FORM = Pattern.compile("\\d{4}-.{1,40}");

        Time() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (!parser.hasToken(JsonToken.VALUE_STRING)
                    || !FORM.matcher(parser.getText()).matches()) {
                throw context.weirdStringException("", Instant.class, "not a time");
            }
            try {
                return OffsetDateTime.parse(parser.getText()).toInstant();
            } catch (DateTimeException e) {
                throw context.weirdStringException("", Instant.class, "not a time");
            }
        }
    }
}

package io.backstay.http.auth;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/** What an {@code Authorization} header presents. */
public sealed interface Credentials {
    /** HTTP basic authentication (RFC 7617), in UTF-8. */
    record Basic(String name, String password) implements Credentials {
        @Override
        public String toString() {
            return "Basic[name=" + name + "]";
        }
    }

    /** A session or an application token (RFC 6750). */
    record Bearer(String text) implements Credentials {
        @Override
        public String toString() {
            return "Bearer[hidden]";
        }
    }

    /** The longest header that is looked at, in characters. */
    int LONGEST = 4_096;

    /** Reads a header's value; none where it is of another kind or damaged. */
    static Optional<Credentials> parse(String header) {
        int space = header.indexOf(' ');
        if (space < 0 || header.length() > LONGEST) {
            return Optional.empty();
        }
        String scheme = header.substring(0, space).toLowerCase(Locale.ROOT);
        String rest = header.substring(space + 1).strip();
        return switch (scheme) {
            case "basic" -> basic(rest);
            case "bearer" -> Optional.of(new Bearer(rest));
            default -> Optional.empty();
        };
    }

    private static Optional<Credentials> basic(String encoded) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Base64.getDecoder().decode(encoded)))
                    .toString();
            int colon = text.indexOf(':');
            return colon < 0
                    ? Optional.empty()
                    : Optional.of(new Basic(text.substring(0, colon), text.substring(colon + 1)));
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return Optional.empty();
        }
    }
}

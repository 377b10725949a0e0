package io.backstay.model;

import java.util.UUID;
import java.util.regex.Pattern;

/** What the id types share: strict parsing, since {@link UUID#fromString} takes shortened forms. */
final class Identifiers {
    private static final Pattern UUID_TEXT =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private Identifiers() {}

    static UUID parse(String what, String text) {
        if (!UUID_TEXT.matcher(text).matches()) {
            throw new BackstayException(
                    ErrorCode.INVALID_IDENTIFIER, "not a " + what + " (a lower-case UUID is expected)");
        }
        return UUID.fromString(text);
    }

    static String name(String what, Pattern allowed, String rule, String text) {
        if (!allowed.matcher(text).matches()) {
            throw new BackstayException(ErrorCode.INVALID_NAME, "not a " + what + ": " + rule);
        }
        return text;
    }
}

package io.backstay.repository.tree;

import io.backstay.repository.json.ByteString;
import io.backstay.repository.json.MalformedJsonException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Names as Go's {@code strconv.Quote} writes them, without the outer quotes: what is printable stands for itself, everything
 * else is escaped, bytes that are no UTF-8 as {@code \xff}.
 */
final class GoQuote {
    private static final String HEX = "0123456789abcdef";

    private GoQuote() {}

    /** The quoted form, which is valid UTF-8. */
    static ByteString quote(ByteString name) {
        if (isPlain(name)) {
            return name;
        }
        String text = name.isUtf8() ? name.toString() : null;
        StringBuilder quoted = new StringBuilder(name.length() + 16);
        if (text != null) {
            text.codePoints().forEach(character -> character(character, quoted));
        } else {
            partly(name.bytes(), quoted);
        }
        return ByteString.utf8(quoted.toString());
    }

    /** Reads the quoted form. */
    static ByteString unquote(String quoted) throws MalformedJsonException {
        if (quoted.indexOf('\\') < 0 && quoted.indexOf('"') < 0 && quoted.indexOf('\n') < 0) {
            return ByteString.utf8(quoted);
        }
        ByteArrayOutputStream name = new ByteArrayOutputStream(quoted.length());
        int at = 0;
        while (at < quoted.length()) {
            char c = quoted.charAt(at);
            if (c == '"' || c == '\n') {
                throw new MalformedJsonException("a name is not quoted as it should");
            }
            if (c != '\\') {
                int character = quoted.codePointAt(at);
                name.writeBytes(Character.toString(character).getBytes(StandardCharsets.UTF_8));
                at += Character.charCount(character);
                continue;
            }
            if (at + 1 >= quoted.length()) {
                throw new MalformedJsonException("a name ends within an escape");
            }
            at = escape(quoted, at + 1, name);
        }
        return ByteString.of(name.toByteArray());
    }

    private static boolean isPlain(ByteString name) {
        for (int i = 0; i < name.length(); i++) {
            byte b = name.at(i);
            if (b < 0x20 || b == 0x7f || b == '"' || b == '\\') {
                return false;
            }
        }
        return true;
    }

    private static void partly(byte[] bytes, StringBuilder quoted) {
        int at = 0;
        while (at < bytes.length) {
            int end = Math.min(bytes.length, at + 4);
            int length = 0;
            for (int to = at + 1; to <= end && length == 0; to++) {
                ByteString one = ByteString.of(bytes, at, to);
                if (one.isUtf8()) {
                    length = to - at;
                    character(one.toString().codePointAt(0), quoted);
                }
            }
            if (length == 0) {
                hex(quoted.append("\\x"), bytes[at] & 0xff, 2);
            }
            at += Math.max(1, length);
        }
    }

    private static void character(int character, StringBuilder quoted) {
        switch (character) {
            case '"', '\\' -> quoted.append('\\').append((char) character);
            case 0x07 -> quoted.append("\\a");
            case '\b' -> quoted.append("\\b");
            case '\f' -> quoted.append("\\f");
            case '\n' -> quoted.append("\\n");
            case '\r' -> quoted.append("\\r");
            case '\t' -> quoted.append("\\t");
            case 0x0b -> quoted.append("\\v");
            default -> {
                if (GoPrintable.isPrintable(character)) {
                    quoted.appendCodePoint(character);
                } else if (character < ' ' || character == 0x7f) {
                    hex(quoted.append("\\x"), character, 2);
                } else if (character < 0x10000) {
                    hex(quoted.append("\\u"), character, 4);
                } else {
                    hex(quoted.append("\\U"), character, 8);
                }
            }
        }
    }

    private static void hex(StringBuilder quoted, int number, int digits) {
        for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
            quoted.append(HEX.charAt(number >>> shift & 0xf));
        }
    }

    private static int escape(String quoted, int at, ByteArrayOutputStream name) throws MalformedJsonException {
        char kind = quoted.charAt(at);
        switch (kind) {
            case '"', '\\' -> name.write(kind);
            case 'a' -> name.write(0x07);
            case 'b' -> name.write('\b');
            case 'f' -> name.write('\f');
            case 'n' -> name.write('\n');
            case 'r' -> name.write('\r');
            case 't' -> name.write('\t');
            case 'v' -> name.write(0x0b);
            case 'x' -> {
                name.write(number(quoted, at + 1, 2, 16));
                return at + 3;
            }
            case 'u', 'U' -> {
                int digits = kind == 'u' ? 4 : 8;
                long character = number(quoted, at + 1, digits, 16);
                if (character > Character.MAX_CODE_POINT || character >= 0xd800 && character < 0xe000) {
                    throw new MalformedJsonException("a name has an escape that is no character");
                }
                name.writeBytes(Character.toString((int) character).getBytes(StandardCharsets.UTF_8));
                return at + 1 + digits;
            }
            case '0', '1', '2', '3' -> {
                name.write(number(quoted, at, 3, 8));
                return at + 3;
            }
            default -> throw new MalformedJsonException("a name has an escape that is none");
        }
        return at + 1;
    }

    private static int number(String quoted, int from, int digits, int radix) throws MalformedJsonException {
        if (from + digits > quoted.length()) {
            throw new MalformedJsonException("a name ends within an escape");
        }
        long number = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = Character.digit(quoted.charAt(i), radix);
            if (digit < 0 || quoted.charAt(i) > 'f') {
                throw new MalformedJsonException("a name has an escape that is none");
            }
            number = number * radix + digit;
        }
        if (number > Integer.MAX_VALUE) {
            throw new MalformedJsonException("a name has an escape that is no character");
        }
        return (int) number;
    }
}

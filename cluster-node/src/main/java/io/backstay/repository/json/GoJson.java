package io.backstay.repository.json;

import io.backstay.model.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Base64;

/**
 * Writes JSON byte for byte as Go's {@code json.Marshal} does: no spaces, fields in the order in which they are written,
 * {@code <}, {@code >}, {@code &}, U+2028 and U+2029 escaped, bytes that are no UTF-8 replaced, times in RFC 3339 with as many
 * digits of nanoseconds as needed. Not safe for use by several threads.
 */
public final class GoJson {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] buffer = new byte[1024];
    private int length;
    private boolean comma;

    /** Opens an object. */
    public GoJson beginObject() {
        separate();
        put('{');
        comma = false;
        return this;
    }

    /** Closes it. */
    public GoJson endObject() {
        put('}');
        comma = true;
        return this;
    }

    /** Opens an array. */
    public GoJson beginArray() {
        separate();
        put('[');
        comma = false;
        return this;
    }

    /** Closes it. */
    public GoJson endArray() {
        put(']');
        comma = true;
        return this;
    }

    /** The name of the value that comes next. */
    public GoJson name(String name) {
        value(name);
        put(':');
        comma = false;
        return this;
    }

    /** A string. */
    public GoJson value(ByteString text) {
        return text(text.bytes());
    }

    /** A string. */
    public GoJson value(String text) {
        return text(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A number, taken as unsigned where that is said. */
    public GoJson unsigned(long number) {
        separate();
        ascii(Long.toUnsignedString(number));
        comma = true;
        return this;
    }

    /** A truth value. */
    public GoJson value(boolean truth) {
        separate();
        ascii(truth ? "true" : "false");
        comma = true;
        return this;
    }

    /** The word {@code null}. */
    public GoJson nothing() {
        separate();
        ascii("null");
        comma = true;
        return this;
    }

    /** An id, as 64 hexadecimal digits. */
    public GoJson value(Sha256 id) {
        separate();
        ensure(2 * Sha256.BYTES + 2);
        put('"');
        hex(id.a());
        hex(id.b());
        hex(id.c());
        hex(id.d());
        put('"');
        comma = true;
        return this;
    }

    /** Bytes in base 64. */
    public GoJson base64(byte[] bytes) {
        separate();
        put('"');
        raw(Base64.getEncoder().encode(bytes));
        put('"');
        comma = true;
        return this;
    }

    /** A moment. */
    public GoJson value(OffsetDateTime time) {
        separate();
        put('"');
        ascii(GoTime.format(time));
        put('"');
        comma = true;
        return this;
    }

    /** A value that is JSON already. */
    public GoJson verbatim(byte[] json) {
        separate();
        raw(json);
        comma = true;
        return this;
    }

    /** A byte outside of the document, such as the line end that restic puts behind some. */
    public GoJson lineEnd() {
        put('\n');
        return this;
    }

    /** How many bytes have been written. */
    public int length() {
        return length;
    }

    /** What has been written. */
    public byte[] bytes() {
        return Arrays.copyOf(buffer, length);
    }

    private GoJson text(byte[] bytes) {
        separate();
        put('"');
        int at = 0;
        while (at < bytes.length) {
            int characterLength = Utf8.length(bytes, at);
            if (characterLength == 0) {
                ascii("\\ufffd");
                at++;
                continue;
            }
            int character = Utf8.decode(bytes, at, characterLength);
            if (characterLength == 1) {
                ascii(character);
            } else if (character == 0x2028 || character == 0x2029) {
                escape(character);
            } else {
                for (int i = 0; i < characterLength; i++) {
                    put(bytes[at + i]);
                }
            }
            at += characterLength;
        }
        put('"');
        comma = true;
        return this;
    }

    private void ascii(int character) {
        switch (character) {
            case '"', '\\' -> {
                put('\\');
                put(character);
            }
            case '\b' -> ascii("\\b");
            case '\f' -> ascii("\\f");
            case '\n' -> ascii("\\n");
            case '\r' -> ascii("\\r");
            case '\t' -> ascii("\\t");
            case '<', '>', '&' -> escape(character);
            default -> {
                if (character < 0x20) {
                    escape(character);
                } else {
                    put(character);
                }
            }
        }
    }

    private void escape(int character) {
        put('\\');
        put('u');
        for (int shift = 12; shift >= 0; shift -= 4) {
            put(HEX[character >> shift & 0xf]);
        }
    }

    private void hex(long word) {
        for (int shift = 60; shift >= 0; shift -= 4) {
            buffer[length++] = HEX[(int) (word >>> shift) & 0xf];
        }
    }

    private void ascii(String text) {
        for (int i = 0; i < text.length(); i++) {
            put(text.charAt(i));
        }
    }

    private void raw(byte[] bytes) {
        ensure(bytes.length);
        System.arraycopy(bytes, 0, buffer, length, bytes.length);
        length += bytes.length;
    }

    private void separate() {
        if (comma) {
            put(',');
        }
        comma = false;
    }

    private void put(int b) {
        ensure(1);
        buffer[length++] = (byte) b;
    }

    private void ensure(int more) {
        if (buffer.length - length < more) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + more));
        }
    }
}

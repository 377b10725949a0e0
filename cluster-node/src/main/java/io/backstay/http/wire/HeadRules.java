package io.backstay.http.wire;

import io.backstay.model.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a request's head must look like (RFC 9112), without the leniency that lets two readers of the same bytes see two
 * different requests: one way to end a line, one way to say how long the body is, nothing folded, nothing given twice that
 * decides who is asked for what. Pure.
 */
final class HeadRules {
    /** The longest address, in bytes. */
    static final int MOST_TARGET_BYTES = 2_048;
    /** The longest head, in bytes. */
    static final int MOST_HEAD_BYTES = 32 * 1024;

    private static final int MOST_METHOD_BYTES = 16;
    private static final int MOST_HEADERS = 64;
    private static final int MOST_NAME_BYTES = 64;
    private static final int MOST_VALUE_BYTES = 8 * 1024;
    private static final int MOST_LENGTH_DIGITS = 18;
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";
    private static final Set<String> ONCE =
            Set.of("host", "content-length", "transfer-encoding", "content-type", "authorization", "expect");

    private HeadRules() {}

    /** A head's meaning for what follows, or why it is refused. */
    sealed interface Verdict {
        /** It may pass. */
        record Good(Framing framing) implements Verdict {}

        /** It may not. */
        record Bad(Refusal refusal) implements Verdict {}
    }

    private static final class Flaw extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Refusal refusal;

        Flaw(ErrorCode code, String detail) {
            super(detail, null, false, false);
            this.refusal = new Refusal(code, detail);
        }

        Flaw(String detail) {
            this(ErrorCode.INVALID_REQUEST, detail);
        }
    }

    /** Whether a request can begin with this byte: methods are written in capitals. */
    static boolean mayBegin(byte first) {
        return first >= 'A' && first <= 'Z';
    }

    /**
     * Judges a head.
     *
     * @param head up to and with its blank line; each line ends with CR and LF
     */
    static Verdict judge(byte[] head, int length) {
        String text = new String(head, 0, length - 2, StandardCharsets.ISO_8859_1);
        try {
            int end = text.indexOf("\r\n");
            boolean old = requestLine(text.substring(0, end));
            return new Verdict.Good(headers(text, end + 2, old));
        } catch (Flaw flaw) {
            return new Verdict.Bad(flaw.refusal);
        }
    }

    /** Whether it is of version 1.0. */
    private static boolean requestLine(String line) throws Flaw {
        int first = line.indexOf(' ');
        int last = line.lastIndexOf(' ');
        require(first > 0 && last > first + 1, "the request line is malformed");
        String method = line.substring(0, first);
        require(
                method.length() <= MOST_METHOD_BYTES && method.chars().allMatch(c -> c >= 'A' && c <= 'Z' || c == '-'),
                "the method is malformed");
        String version = line.substring(last + 1);
        require(version.equals("HTTP/1.1") || version.equals("HTTP/1.0"), "the version is not HTTP/1.1");
        target(method, line.substring(first + 1, last));
        return version.equals("HTTP/1.0");
    }

    private static void target(String method, String target) throws Flaw {
        if (target.length() > MOST_TARGET_BYTES) {
            throw new Flaw(ErrorCode.URI_TOO_LONG, "the address is longer than %d bytes".formatted(MOST_TARGET_BYTES));
        }
        require(target.chars().allMatch(c -> c > ' ' && c < 127), "the address has characters that none may have");
        String lower = target.toLowerCase(Locale.ROOT);
        require(
                target.startsWith("/")
                        || lower.startsWith("http://")
                        || lower.startsWith("https://")
                        || target.equals("*") && method.equals("OPTIONS"),
                "the address is neither a path nor one of HTTP");
    }

    private static Framing headers(String text, int begin, boolean old) throws Flaw {
        Optional<Long> length = Optional.empty();
        boolean chunked = false;
        boolean host = false;
        Set<String> given = new HashSet<>();
        int count = 0;
        for (int at = begin; at < text.length(); ) {
            int end = text.indexOf("\r\n", at);
            int colon = text.indexOf(':', at);
            require(colon > at && colon < end, "a header has no name");
            require(token(text, at, colon), "a header's name is malformed");
            require(printable(text, colon + 1, end), "a header's value has characters that none may have");
            if (++count > MOST_HEADERS || colon - at > MOST_NAME_BYTES || end - colon > MOST_VALUE_BYTES) {
                throw new Flaw(ErrorCode.HEADERS_TOO_LARGE, "there are too many headers, or one is too long");
            }
            String name = text.substring(at, colon).toLowerCase(Locale.ROOT);
            if (ONCE.contains(name)) {
                require(given.add(name), "a header is given twice that may be given once");
                String value = text.substring(colon + 1, end).strip();
                switch (name) {
                    case "content-length" -> length = Optional.of(length(value));
                    case "transfer-encoding" -> {
                        require(value.equalsIgnoreCase("chunked") && !old, "the body is not in chunks as known here");
                        chunked = true;
                    }
                    case "host" -> {
                        require(value.chars().allMatch(HeadRules::hostMark), "the Host is malformed");
                        host = true;
                    }
                    default -> {}
                }
            }
            at = end + 2;
        }
        require(host || old, "the Host is missing");
        require(!chunked || length.isEmpty(), "the body's length is told in two ways");
        return chunked ? new Framing.Chunked() : new Framing.Length(length.orElse(0L));
    }

    private static long length(String value) throws Flaw {
        boolean digits = !value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9');
        require(digits && value.length() <= MOST_LENGTH_DIGITS + 1, "the Content-Length is no number");
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new Flaw("the Content-Length is no number");
        }
    }

    private static boolean token(String text, int begin, int end) {
        for (int i = begin; i < end; i++) {
            char c = text.charAt(i);
            boolean alphanumeric = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!alphanumeric && TOKEN_MARKS.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean printable(String text, int begin, int end) {
        for (int i = begin; i < end; i++) {
            char c = text.charAt(i);
            if (c < ' ' && c != '\t' || c == 127) {
                return false;
            }
        }
        return true;
    }

    private static boolean hostMark(int c) {
        return c > ' ' && c < 127 && "/\\@?#\"<>^`{|}".indexOf(c) < 0;
    }

    private static void require(boolean holds, String otherwise) throws Flaw {
        if (!holds) {
            throw new Flaw(otherwise);
        }
    }
}

package io.backstay.http.restic;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a {@code Range} header asks for (RFC 9110, section 14), once the size of the object is known. */
public sealed interface ByteRange {
    /** Everything, answered with 200. */
    record Whole() implements ByteRange {}

    /** Bytes {@code offset} to {@code offset + length}, answered with 206. */
    record Part(long offset, long length) implements ByteRange {}

    /** Nothing of it exists, answered with 416. */
    record Outside() implements ByteRange {}

    /** One range; nineteen digits could overflow. */
    Pattern ONE_RANGE = Pattern.compile("bytes=\\s*(\\d{0,18})\\s*-\\s*(\\d{0,18})\\s*");

    /**
     * Reads a header's value. What is no range of bytes is ignored, as the RFC demands; so are several ranges at once, which a
     * server may ignore and no restic client asks for.
     */
    static ByteRange parse(String header, long sizeBytes) {
        Matcher range = ONE_RANGE.matcher(header);
        if (!range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
            return new Whole();
        }
        if (range.group(1).isEmpty()) {
            long wanted = Math.min(Long.parseLong(range.group(2)), sizeBytes);
            return wanted == 0 ? new Outside() : new Part(sizeBytes - wanted, wanted);
        }
        long first = Long.parseLong(range.group(1));
        long last = range.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(range.group(2));
        if (last < first) {
            return new Whole();
        }
        if (first == 0 && sizeBytes == 0) {
            // restic asks for everything as bytes=0-, also of an empty lock; as Go's server does, so does rest-server.
            return new Whole();
        }
        if (first >= sizeBytes) {
            return new Outside();
        }
        return new Part(first, Math.min(last, sizeBytes - 1) - first + 1);
    }
}

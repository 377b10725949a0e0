package io.backstay.http.wire;

import org.apache.pekko.util.ByteString;

/**
 * Follows a body in chunks to its end (RFC 9112, 7.1). Extensions are passed over; trailers are refused, since nothing here
 * reads them. For one body.
 */
final class ChunkReader {
    private static final int MOST_SIZE_DIGITS = 8;
    private static final int MOST_EXTENSION_BYTES = 256;

    private enum Expected {
        SIZE,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        LAST_CR,
        LAST_LF,
        NOTHING
    }

    private Expected expected = Expected.SIZE;
    private int digits;
    private int extension;
    private long left;

    /** Whether the body has come to its end. */
    boolean ended() {
        return expected == Expected.NOTHING;
    }

    /** How many bytes from that index on belong to the body; -1 where they can't be chunks. */
    int take(ByteString bytes, int from) {
        int at = from;
        while (at < bytes.length() && expected != Expected.NOTHING) {
            if (expected == Expected.DATA) {
                long step = Math.min(left, bytes.length() - at);
                left -= step;
                at += (int) step;
                expected = left == 0 ? Expected.DATA_CR : Expected.DATA;
            } else if (mark(bytes.apply(at))) {
                at++;
            } else {
                return -1;
            }
        }
        return at - from;
    }

    /** Takes a byte that is no content; false where another one was to come. */
    private boolean mark(byte next) {
        return switch (expected) {
            case SIZE -> size(next);
            case EXTENSION -> {
                if (next == '\r') {
                    expected = Expected.SIZE_LF;
                    yield true;
                }
                yield ++extension <= MOST_EXTENSION_BYTES && (next >= ' ' && next < 127 || next == '\t');
            }
            case SIZE_LF -> next(next == '\n', left == 0 ? Expected.LAST_CR : Expected.DATA);
            case DATA_CR -> next(next == '\r', Expected.DATA_LF);
            case DATA_LF -> {
                digits = 0;
                extension = 0;
                yield next(next == '\n', Expected.SIZE);
            }
            case LAST_CR -> next(next == '\r', Expected.LAST_LF);
            case LAST_LF -> next(next == '\n', Expected.NOTHING);
            case DATA, NOTHING -> false;
        };
    }

    private boolean size(byte next) {
        int digit = Character.digit(next, 16);
        if (digit >= 0) {
            left = 16 * left + digit;
            return ++digits <= MOST_SIZE_DIGITS;
        }
        boolean extended = next == ';';
        return next(digits > 0 && (extended || next == '\r'), extended ? Expected.EXTENSION : Expected.SIZE_LF);
    }

    private boolean next(boolean right, Expected then) {
        expected = then;
        return right;
    }
}

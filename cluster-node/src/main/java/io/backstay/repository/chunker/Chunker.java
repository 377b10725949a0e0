package io.backstay.repository.chunker;

/**
 * Finds where a stream of bytes is cut, as restic's chunker does: a Rabin fingerprint over the last 64 bytes; a chunk ends
 * where the fingerprint's lower 20 bits are zero, so after about 1 MiB, not before 512 KiB and at the latest after 8 MiB. The
 * first bytes of a chunk, up to 64 before the shortest length, do not count and are skipped unread.
 *
 * <p>Bytes are fed in pieces of any length; where the pieces end makes no difference. The end of the stream ends the last
 * chunk, which is the caller's to know. Allocates nothing after its construction. Not safe for use by several threads.
 */
public final class Chunker {
    /** No chunk but a stream's last is shorter. */
    public static final int MINIMUM_BYTES = 512 * 1024;

    /** No chunk is longer. */
    public static final int MAXIMUM_BYTES = 8 * 1024 * 1024;

    private static final int WINDOW = 64;
    private static final long SPLIT_MASK = (1L << 20) - 1;
    private static final int INDEX_SHIFT = Polynomial.DEGREE - 8;

    private final ChunkerTables tables;
    private final byte[] window = new byte[WINDOW];
    private long digest;

    /** Bytes of the current chunk so far. */
    private int count;

    /** Where the next byte goes in the window. */
    private int position;

    /** Cuts by a repository's polynomial, which must be {@linkplain Polynomial#isUsable() usable}. */
    public Chunker(Polynomial polynomial) {
        if (polynomial.degree() != Polynomial.DEGREE) {
            throw new IllegalArgumentException("a polynomial of degree 53 is needed, not " + polynomial.degree());
        }
        this.tables = ChunkerTables.of(polynomial);
        reset();
    }

    /** Begins a new stream. */
    public void reset() {
        java.util.Arrays.fill(window, (byte) 0);
        // As if one byte of value 1 had come before the chunk's first.
        window[0] = 1;
        position = 1;
        digest = 1;
        count = 0;
    }

    /**
     * Takes bytes up to the next cut.
     *
     * @return the index behind the current chunk's last byte, where the next chunk begins; or -1 where the chunk goes on
     *     behind {@code to}, all bytes having been taken
     */
    public int next(byte[] bytes, int from, int to) {
        int at = from;
        int skip = MINIMUM_BYTES - WINDOW - count;
        if (skip > 0) {
            if (skip >= to - from) {
                count += to - from;
                return -1;
            }
            at += skip;
            count += skip;
        }
        int limit = (int) Math.min(to, (long) at + (MAXIMUM_BYTES - count));
        int cut = scan(bytes, at, limit);
        if (cut >= 0) {
            reset();
            return cut;
        }
        if (count >= MAXIMUM_BYTES) {
            reset();
            return limit;
        }
        return -1;
    }

    /** Feeds the bytes to the fingerprint; where they are all taken, {@link #count} has grown by them. */
    private int scan(byte[] bytes, int from, int to) {
        // The first 64 bytes push out what the window holds; afterwards what is pushed out lies in the array itself.
        int fromWindow = Math.min(to, from + WINDOW);
        int shortest = MINIMUM_BYTES - count;
        long hash = digest;
        int at = from;
        final long[] out = tables.out();
        final long[] mod = tables.mod();
        for (; at < fromWindow; at++) {
            byte in = bytes[at];
            int slot = position++ & WINDOW - 1;
            hash ^= out[window[slot] & 0xff];
            window[slot] = in;
            hash = (hash << 8 | in & 0xff) ^ mod[(int) (hash >>> INDEX_SHIFT)];
            if ((hash & SPLIT_MASK) == 0 && at + 1 - from >= shortest) {
                return at + 1;
            }
        }
        for (; at < to; at++) {
            hash ^= out[bytes[at - WINDOW] & 0xff];
            hash = (hash << 8 | bytes[at] & 0xff) ^ mod[(int) (hash >>> INDEX_SHIFT)];
            if ((hash & SPLIT_MASK) == 0 && at + 1 - from >= shortest) {
                return at + 1;
            }
        }
        if (to - from > WINDOW) {
            for (int i = to - WINDOW; i < to; i++) {
                window[position++ & WINDOW - 1] = bytes[i];
            }
        }
        position &= WINDOW - 1;
        digest = hash;
        count += to - from;
        return -1;
    }
}

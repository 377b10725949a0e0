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
    private static final int LANES = 4;

    /** Bytes of one stretch: so few that little is scanned in vain where there is a cut. */
    private static final int LANE = 4096;

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
        final long[] out = tables.out();
        final long[] mod = tables.mod();
        long hash = digest;
        for (int at = from; at < fromWindow; at++) {
            byte in = bytes[at];
            int slot = position++ & WINDOW - 1;
            hash = step(hash ^ out[window[slot] & 0xff], in, mod);
            window[slot] = in;
            if ((hash & SPLIT_MASK) == 0 && at + 1 - from >= shortest) {
                return at + 1;
            }
        }
        digest = hash;
        int afterLanes = scanLanes(bytes, fromWindow, to);
        int cut = scanPlainly(bytes, afterLanes, to);
        if (cut >= 0) {
            return cut;
        }
        for (int at = Math.max(fromWindow, to - WINDOW); at < to; at++) {
            window[position++ & WINDOW - 1] = bytes[at];
        }
        position &= WINDOW - 1;
        count += to - from;
        return -1;
    }

    /** One byte after the other. The 64 bytes before the first are in the array and in the fingerprint. */
    private int scanPlainly(byte[] bytes, int from, int to) {
        final long[] out = tables.out();
        final long[] mod = tables.mod();
        long hash = digest;
        for (int at = from; at < to; at++) {
            hash = step(hash ^ out[bytes[at - WINDOW] & 0xff], bytes[at], mod);
            if ((hash & SPLIT_MASK) == 0) {
                return at + 1;
            }
        }
        digest = hash;
        return -1;
    }

    /**
     * Four stretches at once, as far as whole ones without a cut go; answers where it stopped. The fingerprint of a byte waits
     * for that of the byte before it, but needs 64 bytes only, so that four can be computed side by side in the time of one.
     */
    private int scanLanes(byte[] bytes, int from, int to) {
        final long[] out = tables.out();
        final long[] mod = tables.mod();
        long first = digest;
        int at = from;
        while (to - at >= LANES * LANE) {
            int b = at + LANE;
            int c = b + LANE;
            int d = c + LANE;
            long hashA = first;
            long hashB = warm(bytes, b, mod);
            long hashC = warm(bytes, c, mod);
            long hashD = warm(bytes, d, mod);
            for (int i = 0; i < LANE; i++) {
                hashA = step(hashA ^ out[bytes[at + i - WINDOW] & 0xff], bytes[at + i], mod);
                hashB = step(hashB ^ out[bytes[b + i - WINDOW] & 0xff], bytes[b + i], mod);
                hashC = step(hashC ^ out[bytes[c + i - WINDOW] & 0xff], bytes[c + i], mod);
                hashD = step(hashD ^ out[bytes[d + i - WINDOW] & 0xff], bytes[d + i], mod);
                if ((hashA & SPLIT_MASK) == 0
                        || (hashB & SPLIT_MASK) == 0
                        || (hashC & SPLIT_MASK) == 0
                        || (hashD & SPLIT_MASK) == 0) {
                    // Somewhere in these four is a cut; which is the first, the plain way finds.
                    digest = first;
                    return at;
                }
            }
            first = hashD;
            at += LANES * LANE;
        }
        digest = first;
        return at;
    }

    /** The fingerprint of the 64 bytes before an index. */
    private static long warm(byte[] bytes, int before, long[] mod) {
        long hash = 0;
        for (int at = before - WINDOW; at < before; at++) {
            hash = step(hash, bytes[at], mod);
        }
        return hash;
    }

    private static long step(long hash, byte in, long[] mod) {
        return (hash << 8 | in & 0xff) ^ mod[(int) (hash >>> INDEX_SHIFT)];
    }
}

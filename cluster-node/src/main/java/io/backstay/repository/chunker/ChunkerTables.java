package io.backstay.repository.chunker;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * What one polynomial makes of each byte: {@code out} takes the byte that leaves the window out of the fingerprint,
 * {@code mod} reduces the fingerprint after eight more bits. They are computed once for each polynomial; the arrays are never
 * changed.
 */
record ChunkerTables(long[] out, long[] mod) {
    private static final int WINDOW = 64;
    private static final ConcurrentMap<Polynomial, ChunkerTables> KNOWN = new ConcurrentHashMap<>();

    static ChunkerTables of(Polynomial polynomial) {
        return KNOWN.computeIfAbsent(polynomial, ChunkerTables::compute);
    }

    private static ChunkerTables compute(Polynomial polynomial) {
        long[] out = new long[256];
        long[] mod = new long[256];
        for (int b = 0; b < 256; b++) {
            long hash = Polynomial.remainder(b, polynomial.bits());
            for (int i = 0; i < WINDOW - 1; i++) {
                hash = Polynomial.remainder(hash << 8, polynomial.bits());
            }
            out[b] = hash;
            long above = (long) b << Polynomial.DEGREE;
            mod[b] = Polynomial.remainder(above, polynomial.bits()) | above;
        }
        return new ChunkerTables(out, mod);
    }
}

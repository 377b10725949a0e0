package io.backstay.repository.compression;

/** How hard compression tries, by the names that restic has for it. */
public enum Level {
    /** Data is stored as it is; trees and the rest are compressed all the same. */
    OFF(3),
    FASTEST(1),
    /** restic's {@code auto}. */
    DEFAULT(3),
    BETTER(7),
    /** restic's {@code max}. */
    BEST(15);

    private final int zstd;

    Level(int zstd) {
        this.zstd = zstd;
    }

    int zstd() {
        return zstd;
    }
}

package io.backstay.storage.node;

import java.time.Duration;

/**
 * How a node treats its disk.
 *
 * @param lowWaterBytes so much stays free; uploads that would go below are refused
 * @param lowWaterPercent the same in per cent of the disk; the lesser of both counts
 * @param uploadIdle an upload that brings nothing for so long is given up
 * @param uploads so many at once; more wait
 * @param diskOperations so many at once; more wait
 * @param probeInterval how often a failing disk is tried again
 * @param purgeInterval how often the trash is looked through
 * @param stampDelay how long a revision that changed nothing on this disk may wait to be written down
 */
public record StorageSettings(
        long lowWaterBytes,
        double lowWaterPercent,
        Duration uploadIdle,
        int uploads,
        int diskOperations,
        Duration probeInterval,
        Duration purgeInterval,
        Duration stampDelay) {
    private static final StorageSettings DEFAULTS = new StorageSettings(
            1L << 30,
            1.0,
            Duration.ofSeconds(60),
            128,
            32,
            Duration.ofSeconds(5),
            Duration.ofMinutes(10),
            Duration.ofSeconds(1));

    /** What serves where nothing is configured. */
    public static StorageSettings defaults() {
        return DEFAULTS;
    }

    /** The same with another low-water mark. */
    public StorageSettings withLowWater(long bytes, double percent) {
        return new StorageSettings(
                bytes, percent, uploadIdle, uploads, diskOperations, probeInterval, purgeInterval, stampDelay);
    }

    /** The same with another patience for uploads. */
    public StorageSettings withUploadIdle(Duration idle) {
        return new StorageSettings(
                lowWaterBytes,
                lowWaterPercent,
                idle,
                uploads,
                diskOperations,
                probeInterval,
                purgeInterval,
                stampDelay);
    }

    /** The same with other timers. */
    public StorageSettings withTimers(Duration probe, Duration purge) {
        return new StorageSettings(
                lowWaterBytes, lowWaterPercent, uploadIdle, uploads, diskOperations, probe, purge, stampDelay);
    }

    /** What must stay free on a disk of this size. */
    long lowWater(long totalBytes) {
        return Math.min(lowWaterBytes, (long) (totalBytes * lowWaterPercent / 100));
    }
}

package io.backstay.repository.write;

import io.backstay.repository.compression.Level;

/**
 * How blobs are put into a repository.
 *
 * @param packBytes a pack is stored when it has at least so many bytes
 * @param workers threads that compress and seal
 * @param uploads packs that are stored at once
 * @param dryRun whether everything but storing is done
 */
public record SaverSettings(Level level, int packBytes, int workers, int uploads, boolean dryRun) {
    /** restic's usual size of packs. */
    public static final int USUAL_PACK_BYTES = 16 << 20;

    /** All cores, and as many uploads as the backend makes good use of. */
    public static SaverSettings standard(int connections) {
        return new SaverSettings(
                Level.DEFAULT,
                USUAL_PACK_BYTES,
                Math.max(2, Runtime.getRuntime().availableProcessors()),
                connections,
                false);
    }

    /** The same, storing nothing. */
    public SaverSettings rehearsed() {
        return new SaverSettings(level, packBytes, workers, uploads, true);
    }

    /** The same with another level of compression. */
    public SaverSettings with(Level other) {
        return new SaverSettings(other, packBytes, workers, uploads, dryRun);
    }
}

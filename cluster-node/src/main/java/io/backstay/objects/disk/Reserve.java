package io.backstay.objects.disk;

import io.backstay.objects.MediumFullException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * Room that is kept for the few small writes that must not wait for room: an epoch, a removal. A file that is deleted when
 * one of them finds none, and made again when there is plenty. Safe for use by many threads.
 */
final class Reserve {
    static final int BYTES = 1 << 20;
    private static final int PLENTY = 4;
    private static final System.Logger LOG = System.getLogger(Reserve.class.getName());

    private final DiskFiles files;
    private final Path file;

    Reserve(DiskFiles files, Path file) {
        this.files = files;
        this.file = file;
    }

    /** A small write. */
    interface Work<T> {
        T run() throws IOException;
    }

    /** Does the work, with the reserve given up for it where the disk is full; it is done a second time then. */
    <T> T use(Work<T> work) throws IOException {
        try {
            return work.run();
        } catch (MediumFullException e) {
            if (!files.operations().delete(file)) {
                throw e;
            }
            LOG.log(
                    System.Logger.Level.WARNING,
                    "The disk is full to the last byte; the reserve {0} is given up",
                    file);
            return work.run();
        }
    }

    /** Has it there where there is plenty of room. */
    void keep() throws IOException {
        boolean whole = Files.exists(file) && Files.size(file) == BYTES;
        if (!whole && files.operations().usableBytes(files.root()) >= (long) PLENTY * BYTES) {
            files.operations().delete(file);
            byte[] bytes = new byte[BYTES];
            // A file system that compresses would keep no room for zeros.
            new SplittableRandom(BYTES).nextBytes(bytes);
            files.writeNew(file, bytes, true);
        }
    }
}

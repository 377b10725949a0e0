package io.backstay.repository.backup;

import io.backstay.repository.json.ByteString;
import io.backstay.repository.pack.BlobType;
import io.backstay.repository.snapshot.SnapshotSummary;
import io.backstay.repository.write.SavedBlob;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a backup does, as restic's summary counts. Safe for use by many threads. */
final class Tally {
    private final Three files = new Three();
    private final Three folders = new Three();
    private final LongAdder dataBlobs = new LongAdder();
    private final LongAdder treeBlobs = new LongAdder();
    private final LongAdder added = new LongAdder();
    private final LongAdder packed = new LongAdder();
    private final LongAdder processed = new LongAdder();
    private final List<BackupProblem> problems = new CopyOnWriteArrayList<>();

    /** How something compares with the parent snapshot. */
    enum Change {
        NEW,
        CHANGED,
        UNMODIFIED
    }

    /** A count for each. */
    private static final class Three {
        private final LongAdder fresh = new LongAdder();
        private final LongAdder changed = new LongAdder();
        private final LongAdder unmodified = new LongAdder();

        void count(Change change) {
            switch (change) {
                case NEW -> fresh.increment();
                case CHANGED -> changed.increment();
                case UNMODIFIED -> unmodified.increment();
            }
        }

        long sum() {
            return fresh.sum() + changed.sum() + unmodified.sum();
        }
    }

    void file(Change change, long sizeBytes) {
        files.count(change);
        processed.add(sizeBytes);
    }

    void folder(Change change) {
        folders.count(change);
    }

    void blob(BlobType type, SavedBlob saved, long plainBytes) {
        if (saved.added()) {
            (type == BlobType.DATA ? dataBlobs : treeBlobs).increment();
            added.add(plainBytes);
            packed.add(saved.storedBytes());
        }
    }

    void problem(ByteString path, Exception cause) {
        problems.add(new BackupProblem(path, cause));
    }

    List<BackupProblem> problems() {
        return List.copyOf(problems);
    }

    SnapshotSummary summary(OffsetDateTime start, OffsetDateTime end) {
        return new SnapshotSummary(
                start,
                end,
                files.fresh.sum(),
                files.changed.sum(),
                files.unmodified.sum(),
                folders.fresh.sum(),
                folders.changed.sum(),
                folders.unmodified.sum(),
                dataBlobs.sum(),
                treeBlobs.sum(),
                added.sum(),
                packed.sum(),
                files.sum(),
                processed.sum());
    }
}

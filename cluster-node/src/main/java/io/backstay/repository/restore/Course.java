package io.backstay.repository.restore;

import io.backstay.repository.json.ByteString;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/** What has happened in a restore so far. Safe for use by many threads. */
final class Course {
    private final LongAdder files = new LongAdder();
    private final LongAdder others = new LongAdder();
    private final LongAdder skipped = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final List<Problem> problems = new CopyOnWriteArrayList<>();

    void file(long sizeBytes) {
        files.increment();
        bytes.add(sizeBytes);
    }

    void other() {
        others.increment();
    }

    void skip() {
        skipped.increment();
    }

    void problem(ByteString path, Exception cause) {
        problems.add(new Problem(path, cause));
    }

    RestoreResult result() {
        return new RestoreResult(files.sum(), others.sum(), skipped.sum(), bytes.sum(), List.copyOf(problems));
    }
}

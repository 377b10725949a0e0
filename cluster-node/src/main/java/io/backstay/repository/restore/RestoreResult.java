package io.backstay.repository.restore;

import java.util.List;

/**
 * What a restore did.
 *
 * @param files restored, hard links included
 * @param others folders, links, devices and so on
 * @param skipped left as they were
 * @param bytes of the restored files
 * @param problems in the order in which they occurred
 */
public record RestoreResult(long files, long others, long skipped, long bytes, List<Problem> problems) {
    /** Whether everything that was selected is there. */
    public boolean isComplete() {
        return problems.isEmpty();
    }
}

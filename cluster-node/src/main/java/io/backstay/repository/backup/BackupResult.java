package io.backstay.repository.backup;

import io.backstay.model.Sha256;
import io.backstay.repository.snapshot.Snapshot;
import io.backstay.repository.snapshot.SnapshotSummary;
import java.util.List;
import java.util.Optional;

/**
 * What a backup did.
 *
 * @param id of the snapshot; none in a rehearsal
 * @param problems what is missing in the snapshot; restic ends with status 3 where there are any
 */
public record BackupResult(
        Optional<Sha256> id, Snapshot snapshot, SnapshotSummary summary, List<BackupProblem> problems) {
    /** Whether everything was backed up. */
    public boolean isComplete() {
        return problems.isEmpty();
    }
}

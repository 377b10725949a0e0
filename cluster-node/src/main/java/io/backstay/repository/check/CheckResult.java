package io.backstay.repository.check;

import java.util.List;

/**
 * What a check found.
 *
 * @param packsRead how many packs were read whole
 */
public record CheckResult(
        long snapshots, long trees, long packs, long packsRead, long bytesRead, List<Finding> findings) {
    /** Whether everything can be restored, as far as was looked. */
    public boolean isWhole() {
        return findings.stream().noneMatch(finding -> finding.severity() == Finding.Severity.ERROR);
    }
}

package io.backstay.storage.entity;

import java.time.Duration;

/**
 * How entities and doors behave.
 *
 * @param tick how often an entity looks around
 * @param repairGrace how long a node that is down counts as a holder before its copies are made anew
 * @param quarantine how long a file that no record knows is kept
 * @param sweepInterval how often all disks are compared with the catalogue
 * @param rebuildPatience how long a rebuild waits for silent storage nodes though the others would do
 * @param openTimeout how long requests wait while a repository is being opened
 * @param askTimeout how long a door waits for an entity's answer
 * @param requestDeadline how long a door tries before it answers 503
 * @param degradedAfter how long nobody may decide for a repository before a door serves it from the disks alone
 * @param stallTimeout how long a storage node may take no bytes before an upload goes on without it
 * @param stragglerWait how long an acknowledged upload waits for the copies beyond the quorum
 * @param shards number of shards; fixed for the life of a cluster
 */
public record StorageSettings(
        Duration tick,
        Duration repairGrace,
        Duration quarantine,
        Duration sweepInterval,
        Duration rebuildPatience,
        Duration openTimeout,
        Duration askTimeout,
        Duration requestDeadline,
        Duration degradedAfter,
        Duration stallTimeout,
        Duration stragglerWait,
        int shards) {

    /** What serves most clusters. */
    public static StorageSettings defaults() {
        return new StorageSettings(
                Duration.ofSeconds(1),
                Duration.ofMinutes(10),
                Duration.ofDays(7),
                Duration.ofHours(6),
                Duration.ofMinutes(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Duration.ofSeconds(6),
                Duration.ofSeconds(5),
                Duration.ofMillis(300),
                64);
    }
}

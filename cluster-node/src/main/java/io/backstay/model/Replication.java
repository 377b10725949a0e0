package io.backstay.model;

/**
 * How many copies an object has and how many make it acknowledged.
 *
 * @param replicas R, at least 1
 */
public record Replication(int replicas) {
    /** Checks the bounds. */
    public Replication {
        if (replicas < 1) {
            throw new IllegalArgumentException("replicas must be at least 1");
        }
    }

    /** R for a policy on a cluster with so many admitted storage nodes: the lesser, at least 1. */
    public static Replication of(int policy, int storageNodes) {
        return new Replication(Math.max(1, Math.min(policy, storageNodes)));
    }

    /** W = ⌊R/2⌋ + 1: the verified copies that acknowledge a write. */
    public int quorum() {
        return replicas / 2 + 1;
    }
}

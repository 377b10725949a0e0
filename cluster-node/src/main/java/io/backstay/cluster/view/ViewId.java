package io.backstay.cluster.view;

import io.backstay.model.ClusterId;
import io.backstay.model.Sha256;

/**
 * Which state of which cluster a view, a mirror or a journal holds.
 *
 * @param generation begins at 1 and grows when a state was adopted from a mirror
 * @param revision number of the manager's last event
 * @param chain hash over the chain of all events up to the revision: two states with the same revision and other chains
 *     have forked
 */
public record ViewId(ClusterId cluster, long generation, long revision, Sha256 chain) {
    /** Whether this is a later state of the same cluster. */
    public boolean newerThan(ViewId other) {
        return cluster.equals(other.cluster)
                && (generation > other.generation || (generation == other.generation && revision > other.revision));
    }
}

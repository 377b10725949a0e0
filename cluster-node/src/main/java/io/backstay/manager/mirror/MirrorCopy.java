package io.backstay.manager.mirror;

import io.backstay.cluster.view.ViewId;
import io.backstay.model.Sha256;

/**
 * A copy of the state.
 *
 * @param state the state's JSON text, see {@code manager.journal.StateFormat}
 * @param mac proves id and state by a key that only managers have
 */
public record MirrorCopy(ViewId id, String state, Sha256 mac) {
    @Override
    public String toString() {
        return "MirrorCopy[" + id + "]";
    }
}

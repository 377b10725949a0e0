package io.backstay.repository.restore;

import io.backstay.repository.json.ByteString;

/** Which part of a snapshot is restored. */
@FunctionalInterface
public interface Selection {
    /** Everything. */
    Selection ALL = (path, folder) -> new Choice(true, true);

    /**
     * Decides about one entry.
     *
     * @param path within the snapshot, beginning with {@code /}
     */
    Choice choose(ByteString path, boolean folder);

    /**
     * A decision.
     *
     * @param itself whether the entry itself is restored
     * @param below whether something in the folder may be
     */
    record Choice(boolean itself, boolean below) {}
}

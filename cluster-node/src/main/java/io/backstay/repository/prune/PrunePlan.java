package io.backstay.repository.prune;

import io.backstay.model.Sha256;
import io.backstay.repository.pack.PackedBlob;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a prune would do.
 *
 * @param unlisted packs that no index lists, to be removed
 * @param unused packs of which nothing is needed, to be removed
 * @param vanished packs that indexes list, that are not there and of which nothing is needed: to be dropped from the indexes
 * @param repack packs to be removed after the blobs that are named were written to new ones
 * @param usedBytes of blobs that snapshots need
 * @param removedBytes that will be free
 * @param remainingUnusedBytes of blobs that stay and are not needed
 */
public record PrunePlan(
        Set<Sha256> unlisted,
        Set<Sha256> unused,
        Set<Sha256> vanished,
        Map<Sha256, List<PackedBlob>> repack,
        long usedBytes,
        long removedBytes,
        long remainingUnusedBytes) {
    /** Whether there is nothing to do. */
    public boolean isEmpty() {
        return unlisted.isEmpty() && unused.isEmpty() && vanished.isEmpty() && repack.isEmpty();
    }

    /** Whether a pack will be gone. */
    boolean drops(Sha256 pack) {
        return unused.contains(pack) || vanished.contains(pack) || repack.containsKey(pack);
    }
}

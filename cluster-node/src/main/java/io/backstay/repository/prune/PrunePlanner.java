package io.backstay.repository.prune;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.objects.ListedObject;
import io.backstay.repository.BlobReader;
import io.backstay.repository.IndexLoader;
import io.backstay.repository.Repository;
import io.backstay.repository.Snapshots;
import io.backstay.repository.index.BlobIndex;
import io.backstay.repository.index.BlobPlace;
import io.backstay.repository.pack.BlobType;
import io.backstay.repository.pack.PackedBlob;
import io.backstay.repository.tree.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds what snapshots need and decides what to do with each pack. Reads only. To be used under a lock that is held until the
 * plan was executed, or the plan is for people to look at.
 *
 * <p>Where a needed blob is in no index, or its pack is missing or has another length than it should, no plan is made:
 * {@code REPOSITORY_DAMAGED} says which.
 */
public final class PrunePlanner {
    private final Repository repository;
    private final PruneOptions options;
    private final Map<Sha256, PackState> packs = new LinkedHashMap<>();
    private final Map<Sha256, Long> there = new HashMap<>();
    private final Set<Blob> needed = new HashSet<>();

    /** A blob's type and id. */
    private record Blob(BlobType type, Sha256 id) {}

    /** Prepares a plan. */
    public PrunePlanner(Repository repository, PruneOptions options) {
        this.repository = repository;
        this.options = options;
    }

    /** Makes the plan. */
    public PrunePlan plan() throws IOException, InterruptedException {
        BlobIndex index = IndexLoader.load(repository);
        for (ListedObject pack : repository.backend().list(ObjectType.DATA)) {
            there.put(pack.key().name(), pack.sizeBytes());
        }
        Map<Sha256, Set<PackedBlob>> listed = new LinkedHashMap<>();
        index.forEach(place ->
                listed.computeIfAbsent(place.pack(), pack -> new HashSet<>()).add(place.blob()));
        listed.forEach((pack, blobs) -> {
            List<PackedBlob> inOrder = new ArrayList<>(blobs);
            inOrder.sort(Comparator.comparingLong(PackedBlob::offset));
            packs.put(pack, new PackState(pack, inOrder));
        });
        findNeeded(index);
        chooseCopies(index);
        return decide();
    }

    private void findNeeded(BlobIndex index) throws IOException {
        try (BlobReader reader = new BlobReader(repository, index)) {
            List<Sha256> waiting = new ArrayList<>();
            for (Snapshots.Named named : Snapshots.all(repository)) {
                waiting.add(named.snapshot().tree());
            }
            while (!waiting.isEmpty()) {
                Sha256 tree = waiting.removeLast();
                if (needed.add(new Blob(BlobType.TREE, tree))) {
                    for (Node node : reader.tree(tree)) {
                        node.subtree().ifPresent(waiting::add);
                        node.content()
                                .ifPresent(parts -> parts.forEach(part -> needed.add(new Blob(BlobType.DATA, part))));
                    }
                }
            }
        }
    }

    /** Of each needed blob one copy is kept: one in a pack that is kept anyway, where there is such a one. */
    private void chooseCopies(BlobIndex index) {
        List<List<BlobPlace>> several = new ArrayList<>();
        for (Blob blob : needed) {
            List<BlobPlace> copies = index.findAll(blob.type(), blob.id()).stream()
                    .distinct()
                    .filter(place -> isWhole(place.pack()))
                    .toList();
            if (copies.isEmpty()) {
                throw new BackstayException(
                        ErrorCode.REPOSITORY_DAMAGED,
                        "%s blob %s is needed, and no whole pack has it; nothing is pruned, so that nothing more is lost"
                                .formatted(blob.type().text(), blob.id()));
            }
            if (copies.size() == 1) {
                keep(copies.getFirst());
            } else {
                several.add(copies);
            }
        }
        for (List<BlobPlace> copies : several) {
            keep(copies.stream()
                    .filter(place -> !state(place.pack()).isUnused())
                    .findFirst()
                    .orElse(copies.getFirst()));
        }
    }

    private void keep(BlobPlace place) {
        state(place.pack()).keep(place.blob());
    }

    private boolean isWhole(Sha256 pack) {
        Long size = there.get(pack);
        return size != null && size == state(pack).sizeBytes();
    }

    private PackState state(Sha256 pack) {
        return Optional.ofNullable(packs.get(pack))
                .orElseThrow(() -> new IllegalStateException(new ObjectKey(ObjectType.DATA, pack) + " is unknown"));
    }

    private PrunePlan decide() {
        Set<Sha256> unlisted = new HashSet<>(there.keySet());
        unlisted.removeAll(packs.keySet());
        Set<Sha256> unused = new HashSet<>();
        Set<Sha256> vanished = new HashSet<>();
        List<PackState> candidates = new ArrayList<>();
        long usedBytes = 0;
        long remaining = 0;
        long removed = unlisted.stream()
                .mapToLong(pack -> there.getOrDefault(pack, 0L))
                .sum();
        for (PackState pack : packs.values()) {
            usedBytes += pack.keptBytes();
            if (!there.containsKey(pack.id())) {
                vanished.add(pack.id());
            } else if (pack.isUnused()) {
                unused.add(pack.id());
                removed += there.getOrDefault(pack.id(), 0L);
            } else if (!pack.isWhollyUsed() || pack.isMixed()) {
                candidates.add(pack);
                remaining += pack.unusedBytes();
            }
        }
        Map<Sha256, List<PackedBlob>> repack = new LinkedHashMap<>();
        long allowed = (long) (usedBytes * options.maximumUnusedPercent() / 100);
        long repacked = 0;
        for (PackState pack : worstFirst(candidates)) {
            boolean affordable = pack.sizeBytes() <= options.maximumRepackBytes() - repacked;
            if (affordable && (!pack.isData() || remaining > allowed)) {
                repack.put(pack.id(), List.copyOf(pack.kept()));
                repacked += pack.sizeBytes();
                remaining -= pack.unusedBytes();
                removed += pack.unusedBytes();
            }
        }
        return new PrunePlan(unlisted, unused, vanished, repack, usedBytes, removed, remaining);
    }

    /** Packs with trees first, since all commands read these; then those where most is gained for what is written. */
    private static List<PackState> worstFirst(Collection<PackState> candidates) {
        return candidates.stream()
                .sorted(Comparator.comparing(PackState::isData)
                        .thenComparing(Comparator.comparingDouble(
                                        (PackState pack) -> (double) pack.unusedBytes() / Math.max(1, pack.keptBytes()))
                                .reversed()))
                .toList();
    }
}

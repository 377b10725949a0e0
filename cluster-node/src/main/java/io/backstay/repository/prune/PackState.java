package io.backstay.repository.prune;

import io.backstay.model.Sha256;
import io.backstay.repository.pack.BlobType;
import io.backstay.repository.pack.PackHeader;
import io.backstay.repository.pack.PackedBlob;
import java.util.ArrayList;
import java.util.List;

/** A pack that an index lists, and which of its blobs are to stay. Not safe for use by several threads. */
final class PackState {
    private final Sha256 id;
    private final List<PackedBlob> blobs;
    private final List<PackedBlob> kept = new ArrayList<>();
    private long keptBytes;

    PackState(Sha256 id, List<PackedBlob> blobs) {
        this.id = id;
        this.blobs = blobs;
    }

    Sha256 id() {
        return id;
    }

    List<PackedBlob> blobs() {
        return blobs;
    }

    List<PackedBlob> kept() {
        return kept;
    }

    void keep(PackedBlob blob) {
        kept.add(blob);
        keptBytes += blob.length();
    }

    /** Bytes of the whole pack, as the index has it. */
    long sizeBytes() {
        return blobBytes() + PackHeader.lengthOf(blobs);
    }

    long keptBytes() {
        return keptBytes;
    }

    long unusedBytes() {
        return blobBytes() - keptBytes;
    }

    boolean isUnused() {
        return kept.isEmpty();
    }

    boolean isWhollyUsed() {
        return kept.size() == blobs.size();
    }

    /** Whether it holds data only; trees and mixed packs are always worth repacking. */
    boolean isData() {
        return blobs.stream().allMatch(blob -> blob.type() == BlobType.DATA);
    }

    /** Whether data and trees are together, as in repositories of version 1 from before 0.8. */
    boolean isMixed() {
        return !isData() && blobs.stream().anyMatch(blob -> blob.type() == BlobType.DATA);
    }

    private long blobBytes() {
        long bytes = 0;
        for (PackedBlob blob : blobs) {
            bytes += blob.length();
        }
        return bytes;
    }
}

package io.backstay.repository.write;

import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.repository.Repository;
import io.backstay.repository.index.IndexFile;
import io.backstay.repository.pack.PackedBlob;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lists packs that are stored, and stores an index whenever enough have come together. Safe for use by many threads. */
final class IndexWriter {
    private final Repository repository;
    private Map<Sha256, List<PackedBlob>> packs = new LinkedHashMap<>();
    private int blobs;

    IndexWriter(Repository repository) {
        this.repository = repository;
    }

    /** Lists a pack. */
    void add(Sha256 pack, List<PackedBlob> content) throws IOException {
        Map<Sha256, List<PackedBlob>> full;
        synchronized (this) {
            packs.put(pack, content);
            blobs += content.size();
            if (blobs < IndexFile.FULL_BLOBS) {
                return;
            }
            full = take();
        }
        save(full);
    }

    /** Stores what is listed and not stored yet. */
    void flush() throws IOException {
        Map<Sha256, List<PackedBlob>> rest;
        synchronized (this) {
            rest = take();
        }
        if (!rest.isEmpty()) {
            save(rest);
        }
    }

    private Map<Sha256, List<PackedBlob>> take() {
        Map<Sha256, List<PackedBlob>> taken = packs;
        packs = new LinkedHashMap<>();
        blobs = 0;
        return taken;
    }

    private void save(Map<Sha256, List<PackedBlob>> full) throws IOException {
        repository.saveFile(ObjectType.INDEX, IndexFile.json(full));
    }
}

package io.backstay.repository.prune;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.objects.ListedObject;
import io.backstay.repository.BlobReader;
import io.backstay.repository.Failures;
import io.backstay.repository.IndexLoader;
import io.backstay.repository.Repository;
import io.backstay.repository.RepositoryLock;
import io.backstay.repository.index.BlobIndex;
import io.backstay.repository.index.IndexFile;
import io.backstay.repository.json.MalformedJsonException;
import io.backstay.repository.pack.PackedBlob;
import io.backstay.repository.write.BlobSaver;
import io.backstay.repository.write.SaverSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;

/**
 * Executes a plan. In this order: packs that nothing lists go; what is kept of packs to be dropped is written to new packs and
 * listed; the indexes that list dropped packs are written anew without them and then removed; the packs go. Whatever is done
 * again after an interruption finds a whole repository and plans the rest.
 */
public final class Prune {
    private final Repository repository;
    private final RepositoryLock lock;
    private final SaverSettings settings;

    /**
     * Prepares the execution.
     *
     * @param lock exclusive, taken before the plan was made
     */
    public Prune(Repository repository, RepositoryLock lock, SaverSettings settings) {
        this.repository = repository;
        this.lock = lock;
        this.settings = settings;
    }

    /**
     * Does it.
     *
     * @throws BackstayException with {@code REPOSITORY_LOCKED} where the lock was lost: then nothing more is removed
     */
    public void execute(PrunePlan plan) throws IOException, InterruptedException {
        removePacks(plan.unlisted());
        List<ListedObject> indexes = repository.backend().list(ObjectType.INDEX);
        repack(plan);
        lock.check();
        rewriteIndexes(plan, indexes);
        removePacks(plan.unused());
        removePacks(plan.repack().keySet());
    }

    private void removePacks(Iterable<Sha256> packs) throws IOException {
        for (Sha256 pack : packs) {
            lock.check();
            repository.backend().remove(new ObjectKey(ObjectType.DATA, pack));
        }
    }

    private void repack(PrunePlan plan) throws IOException, InterruptedException {
        if (plan.repack().isEmpty()) {
            return;
        }
        BlobIndex old = IndexLoader.load(repository);
        // The saver leaves out what its index lists: that of the packs that stay.
        Map<Sha256, List<PackedBlob>> staying = new LinkedHashMap<>();
        old.forEach(place -> {
            if (!plan.drops(place.pack())) {
                staying.computeIfAbsent(place.pack(), pack -> new ArrayList<>()).add(place.blob());
            }
        });
        BlobIndex remaining = new BlobIndex();
        staying.forEach(remaining::add);
        try (BlobReader reader = new BlobReader(repository, old);
                BlobSaver saver = new BlobSaver(repository, remaining, settings)) {
            for (List<PackedBlob> kept : plan.repack().values()) {
                lock.check();
                for (PackedBlob blob : kept) {
                    byte[] plain = reader.read(blob.type(), blob.id());
                    saver.saveHere(blob.type(), plain, plain.length);
                }
            }
            saver.finish();
        } catch (CompletionException e) {
            throw Failures.unwrap(e);
        }
    }

    private void rewriteIndexes(PrunePlan plan, List<ListedObject> indexes) throws IOException {
        List<ObjectKey> obsolete = new ArrayList<>();
        Map<Sha256, List<PackedBlob>> again = new LinkedHashMap<>();
        for (ListedObject index : indexes) {
            Map<Sha256, List<PackedBlob>> content = new LinkedHashMap<>();
            try {
                IndexFile.read(repository.loadFile(index.key()), content::put);
            } catch (MalformedJsonException e) {
                throw new BackstayException(
                        ErrorCode.REPOSITORY_DAMAGED, "%s is damaged: %s".formatted(index.key(), e.getMessage()), e);
            }
            if (content.keySet().stream().anyMatch(plan::drops)) {
                obsolete.add(index.key());
                content.forEach((pack, blobs) -> {
                    if (!plan.drops(pack)) {
                        again.put(pack, blobs);
                    }
                });
            }
        }
        write(again);
        for (ObjectKey index : obsolete) {
            lock.check();
            repository.backend().remove(index);
        }
    }

    private void write(Map<Sha256, List<PackedBlob>> packs) throws IOException {
        Map<Sha256, List<PackedBlob>> part = new LinkedHashMap<>();
        int blobs = 0;
        for (Map.Entry<Sha256, List<PackedBlob>> pack : packs.entrySet()) {
            part.put(pack.getKey(), pack.getValue());
            blobs += pack.getValue().size();
            if (blobs >= IndexFile.FULL_BLOBS) {
                repository.saveFile(ObjectType.INDEX, IndexFile.json(part));
                part = new LinkedHashMap<>();
                blobs = 0;
            }
        }
        if (!part.isEmpty()) {
            repository.saveFile(ObjectType.INDEX, IndexFile.json(part));
        }
    }
}

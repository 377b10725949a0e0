package io.backstay.repository.write;

import io.backstay.model.Sha256;
import io.backstay.repository.BlobCodec;
import io.backstay.repository.Failures;
import io.backstay.repository.Repository;
import io.backstay.repository.index.BlobIndex;
import io.backstay.repository.pack.BlobType;
import io.backstay.repository.pack.PackHeader;
import io.backstay.repository.pack.PackedBlob;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Puts blobs into a repository. What was saved counts only when {@link #finish} has returned. Safe for use by many threads.
 * After a failure of storage every save fails with it, as the cause of a {@link CompletionException}, and so does the end.
 */
public final class BlobSaver implements AutoCloseable {
    private final Repository repository;
    private final BlobIndex index;
    private final SaverSettings settings;
    private final Failure failure = new Failure();
    private final PackStore packs;
    private final IndexWriter indexes;
    private final ExecutorService workers;
    private final ConcurrentLinkedDeque<BlobCodec> codecs = new ConcurrentLinkedDeque<>();

    /** Blobs that are on their way into a pack and in no index yet. */
    private final Set<Key> pending = ConcurrentHashMap.newKeySet();

    /** A blob's type and id. */
    private record Key(BlobType type, Sha256 id) {}

    /**
     * Saves into the repository what the index does not know.
     *
     * @param index gets what is saved
     */
    public BlobSaver(Repository repository, BlobIndex index, SaverSettings settings) {
        this.repository = repository;
        this.index = index;
        this.settings = settings;
        this.indexes = new IndexWriter(repository);
        this.packs = new PackStore(repository, settings, this::stored, failure);
        this.workers = Executors.newFixedThreadPool(settings.workers());
    }

    /** What computes; for work that belongs to blobs. */
    public Executor workers() {
        return workers;
    }

    /**
     * Saves a blob in another thread.
     *
     * @param plain must not change until the result is there
     */
    public CompletableFuture<SavedBlob> save(BlobType type, byte[] plain, int length) {
        return CompletableFuture.supplyAsync(() -> saveHere(type, plain, length), workers);
    }

    /** Saves a blob in this thread. */
    public SavedBlob saveHere(BlobType type, byte[] plain, int length) {
        failure.check();
        BlobCodec codec = codec();
        try {
            Sha256 id = codec.hash(plain, 0, length);
            if (!isNew(type, id)) {
                return new SavedBlob(id, false, 0);
            }
            BlobCodec.SealedBlob sealed = codec.seal(type, plain, 0, length);
            packs.add(type, id, sealed.bytes(), sealed.length(), sealed.uncompressedLength(), codec.sealer());
            int entry = sealed.uncompressedLength() == 0 ? PackHeader.ENTRY_BYTES - 4 : PackHeader.ENTRY_BYTES;
            return new SavedBlob(id, true, sealed.length() + entry);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        } finally {
            codecs.push(codec);
        }
    }

    /** Makes everything durable and lists it: the last packs, then the last index. */
    public void finish() throws IOException, InterruptedException {
        BlobCodec codec = codec();
        try {
            packs.finish(codec.sealer());
        } catch (CompletionException e) {
            throw Failures.unwrap(e);
        } finally {
            codecs.push(codec);
        }
        if (!settings.dryRun()) {
            indexes.flush();
        }
    }

    @Override
    public void close() {
        workers.shutdownNow();
        packs.close();
        codecs.forEach(BlobCodec::close);
    }

    private boolean isNew(BlobType type, Sha256 id) {
        if (index.contains(type, id) || !pending.add(new Key(type, id))) {
            return false;
        }
        if (index.contains(type, id)) {
            // It came into the index between the two looks.
            pending.remove(new Key(type, id));
            return false;
        }
        return true;
    }

    private void stored(Sha256 pack, List<PackedBlob> blobs) throws IOException {
        index.add(pack, blobs);
        for (PackedBlob blob : blobs) {
            pending.remove(new Key(blob.type(), blob.id()));
        }
        if (!settings.dryRun()) {
            indexes.add(pack, blobs);
        }
    }

    private BlobCodec codec() {
        BlobCodec codec = codecs.poll();
        return codec != null ? codec : repository.codec(settings.level());
    }
}

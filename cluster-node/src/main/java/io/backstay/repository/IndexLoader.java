package io.backstay.repository;

import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.objects.ListedObject;
import io.backstay.repository.index.BlobIndex;
import io.backstay.repository.index.IndexFile;
import io.backstay.repository.json.MalformedJsonException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Reads all indexes of a repository into memory, several at once. */
public final class IndexLoader {
    private IndexLoader() {}

    /**
     * The index of everything that is listed.
     *
     * @throws io.backstay.model.BackstayException with {@code REPOSITORY_DAMAGED} where one cannot be read
     */
    public static BlobIndex load(Repository repository) throws IOException, InterruptedException {
        BlobIndex index = new BlobIndex();
        List<Future<?>> readings = new ArrayList<>();
        ExecutorService threads =
                Executors.newFixedThreadPool(Math.max(2, repository.backend().connections()));
        try {
            for (ListedObject listed : repository.backend().list(ObjectType.INDEX)) {
                readings.add(threads.submit(() -> {
                    read(repository, listed.key(), index);
                    return null;
                }));
            }
            for (Future<?> reading : readings) {
                reading.get();
            }
            return index;
        } catch (ExecutionException e) {
            throw Failures.unwrap(e);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void read(Repository repository, ObjectKey key, BlobIndex index) throws IOException {
        try {
            IndexFile.read(repository.loadFile(key), index::add);
        } catch (MalformedJsonException e) {
            throw Damage.of(key, e);
        }
    }
}

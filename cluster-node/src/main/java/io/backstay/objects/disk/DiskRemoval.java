package io.backstay.objects.disk;

import io.backstay.model.ObjectKey;
import io.backstay.objects.Removal;
import java.io.IOException;
import java.io.SyncFailedException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/** Moves files into the trash; the folders that were touched are synced once at the end. */
final class DiskRemoval implements Removal {
    private final DiskFiles files;
    private final DiskLayout layout;
    private final Function<ObjectKey, ReentrantLock> locks;
    private final long revision;
    private final Instant removedAt;
    private final Set<Path> touched = new LinkedHashSet<>();

    DiskRemoval(
            DiskFiles files,
            DiskLayout layout,
            Function<ObjectKey, ReentrantLock> locks,
            long revision,
            Instant removedAt) {
        this.files = files;
        this.layout = layout;
        this.locks = locks;
        this.revision = revision;
        this.removedAt = removedAt;
    }

    @Override
    public void trash(ObjectKey key) throws IOException {
        if (!files.reserve().use(() -> move(key, TrashName.Kind.FILE))) {
            mark(key);
        }
    }

    @Override
    public void drop(ObjectKey key) throws IOException {
        files.reserve().use(() -> move(key, TrashName.Kind.DROP));
    }

    private boolean move(ObjectKey key, TrashName.Kind kind) throws IOException {
        Path folder = layout.trashFolder(key);
        files.ensureFolder(folder);
        ReentrantLock lock = locks.apply(key);
        lock.lock();
        try {
            try {
                files.operations().rename(layout.object(key), folder.resolve(name(key, kind)));
            } catch (NoSuchFileException e) {
                files.operations().delete(layout.sidecar(key));
                return false;
            } catch (IOException e) {
                throw files.explain(0, e);
            }
            files.operations().delete(layout.sidecar(key));
            files.operations().delete(layout.nextSidecar(key));
        } finally {
            lock.unlock();
        }
        touched.add(folder);
        touched.add(layout.objectFolder(key));
        return true;
    }

    @Override
    public void mark(ObjectKey key) throws IOException {
        files.reserve().use(() -> {
            markOnce(key);
            return key;
        });
    }

    private void markOnce(ObjectKey key) throws IOException {
        Path folder = layout.trashFolder(key);
        files.ensureFolder(folder);
        try (FileChannel channel = files.operations().create(folder.resolve(name(key, TrashName.Kind.MARK)))) {
            files.force(channel);
        } catch (FileAlreadyExistsException e) {
            touched.add(folder);
            return;
        } catch (SyncFailedException e) {
            throw e;
        } catch (IOException e) {
            throw files.explain(0, e);
        }
        touched.add(folder);
    }

    @Override
    public void confirm(ObjectKey key) throws IOException {
        for (Path folder : List.of(layout.trashFolder(key), layout.objectFolder(key))) {
            if (Files.isDirectory(folder)) {
                touched.add(folder);
            }
        }
    }

    private String name(ObjectKey key, TrashName.Kind kind) {
        return new TrashName(key, revision, removedAt, kind).toString();
    }

    @Override
    public void commit() throws IOException {
        for (Path folder : touched) {
            files.forceFolder(folder);
        }
        touched.clear();
    }
}

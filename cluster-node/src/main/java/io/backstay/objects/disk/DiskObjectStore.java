package io.backstay.objects.disk;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.objects.DamagedObjectException;
import io.backstay.objects.Marker;
import io.backstay.objects.MissingObjectException;
import io.backstay.objects.ObjectStore;
import io.backstay.objects.RangeReader;
import io.backstay.objects.Removal;
import io.backstay.objects.StagedObject;
import io.backstay.objects.Staging;
import io.backstay.objects.StoredObject;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * One repository's objects on disk. A sidecar that is missing or torn is made anew from the file, if the file is what its
 * name says; that costs one reading of it. {@code config} has no such name: its sidecar is durable before the file is
 * renamed, and the sidecar before last stays until the file is there.
 */
final class DiskObjectStore implements ObjectStore {
    private static final System.Logger LOG = System.getLogger(DiskObjectStore.class.getName());
    private static final int STRIPES = 64;

    private final DiskFiles files;
    private final DiskLayout layout;
    private final Clock clock;
    private final Sidecars sidecars;
    private final Trash trash;
    private final Listing listing;
    private final ReentrantLock[] locks = new ReentrantLock[STRIPES];

    DiskObjectStore(DiskFiles files, DiskLayout layout, Clock clock) {
        this.files = files;
        this.layout = layout;
        this.clock = clock;
        this.sidecars = new Sidecars(files, layout);
        this.trash = new Trash(files, layout);
        this.listing = new Listing(layout, sidecars);
        for (int i = 0; i < STRIPES; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    /** Deletes what an earlier process left half-written. A disk that takes no writes may still be read: then it stays. */
    void cleanLeftovers() {
        if (!Files.isDirectory(layout.temporary())) {
            return;
        }
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(layout.temporary())) {
            for (Path leftover : leftovers) {
                files.deleteLeftover(leftover);
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.log(System.Logger.Level.WARNING, "What was left in {0} stays: {1}", layout.temporary(), e);
        }
    }

    @Override
    public Staging stage(ObjectKey key, long sizeBytes) throws IOException {
        ensureTree();
        return DiskStaging.begin(files, key, layout.temporary().resolve(files.uniqueName()), sizeBytes);
    }

    /** Restic expects all folders of a repository to be there. */
    private void ensureTree() throws IOException {
        files.ensureFolder(layout.temporary());
        for (ObjectType type : ObjectType.values()) {
            if (type != ObjectType.CONFIG) {
                files.ensureFolder(layout.tree().resolve(type.path()));
            }
        }
    }

    @Override
    public StoredObject publish(StagedObject staged, long revision) throws IOException {
        if (!(staged instanceof DiskStaging.Sealed sealed)) {
            throw new IllegalArgumentException("staged in another store");
        }
        ObjectKey key = sealed.key();
        Path folder = layout.objectFolder(key);
        files.ensureFolder(folder);
        StoredObject object = new StoredObject(
                key, sealed.sizeBytes(), sealed.sha256(), revision, Instant.ofEpochMilli(clock.millis()));
        ReentrantLock lock = lock(key);
        lock.lock();
        try {
            sidecars.prepare(new Sidecar(object, sealed.blocks()));
            place(sealed);
            files.forceFolder(folder);
            sidecars.settle(key);
        } finally {
            lock.unlock();
        }
        return object;
    }

    private void place(DiskStaging.Sealed sealed) throws IOException {
        try {
            files.place(sealed.file(), layout.object(sealed.key()));
        } catch (IOException e) {
            if (Files.notExists(layout.object(sealed.key()))) {
                try {
                    sidecars.forget(sealed.key());
                } catch (IOException left) {
                    e.addSuppressed(left);
                }
            }
            throw e;
        }
    }

    @Override
    public Optional<StoredObject> stat(ObjectKey key) throws IOException {
        try (Described described = describe(key)) {
            return Optional.of(described.sidecar().object());
        } catch (MissingObjectException | DamagedObjectException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<StoredObject> peek(ObjectKey key) throws IOException {
        return listing.describe(key);
    }

    @Override
    public RangeReader open(ObjectKey key, long offset, long length) throws IOException {
        Described described = describe(key);
        long size = described.sidecar().object().sizeBytes();
        if (offset < 0 || length < 0 || offset > size || length > size - offset) {
            described.close();
            throw new BackstayException(
                    ErrorCode.RANGE_NOT_SATISFIABLE,
                    "%d bytes from %d of %s, which has %d".formatted(length, offset, key, size));
        }
        return new DiskRangeReader(files, described.channel(), described.sidecar(), offset, length);
    }

    /** Opens a file and finds its sidecar, made anew where it has to be. */
    private Described describe(ObjectKey key) throws IOException {
        if (key.type() != ObjectType.CONFIG) {
            return openAndDescribe(key);
        }
        // Nothing may come between the file and its sidecar, which no name could bring together again.
        ReentrantLock lock = lock(key);
        lock.lock();
        try {
            return openAndDescribe(key);
        } finally {
            lock.unlock();
        }
    }

    private Described openAndDescribe(ObjectKey key) throws IOException {
        FileChannel channel;
        try {
            channel = files.operations().open(layout.object(key));
        } catch (NoSuchFileException e) {
            throw new MissingObjectException(key);
        } catch (IOException e) {
            throw unopened(key, e);
        }
        try {
            long size = channel.size();
            ContentScan.checkSize(key, size);
            return new Described(channel, sidecar(key, channel, size));
        } catch (IOException | RuntimeException e) {
            try (channel) {
                throw e;
            }
        }
    }

    /** Where not even its folder can be opened it says nothing of the file: the process may have too many open. */
    private IOException unopened(ObjectKey key, IOException failure) {
        try {
            files.operations().open(layout.objectFolder(key)).close();
            return new DamagedObjectException(key, "it cannot be opened", failure);
        } catch (IOException e) {
            failure.addSuppressed(e);
            return failure;
        }
    }

    private Sidecar sidecar(ObjectKey key, FileChannel channel, long size) throws IOException {
        if (key.type() == ObjectType.CONFIG) {
            ContentScan scan = ContentScan.of(files, key, channel, size);
            return sidecars.readConfig(key, size, scan.sha256())
                    .orElseThrow(() -> new DamagedObjectException(key, "it is not what its sidecar says"));
        }
        Optional<Sidecar> known = sidecars.read(key, size);
        if (known.isPresent()) {
            return known.get();
        }
        ContentScan scan = ContentScan.of(files, key, channel, size);
        if (!scan.sha256().equals(key.name())) {
            throw new DamagedObjectException(key, "its content has the SHA-256 " + scan.sha256());
        }
        return rebuild(key, size, scan);
    }

    private Sidecar rebuild(ObjectKey key, long size, ContentScan scan) throws IOException {
        Path file = layout.object(key);
        ReentrantLock lock = lock(key);
        lock.lock();
        try {
            Optional<Sidecar> meanwhile = sidecars.read(key, size);
            if (meanwhile.isPresent()) {
                return meanwhile.get();
            }
            boolean there = Files.exists(file);
            Instant time = there ? Files.getLastModifiedTime(file).toInstant() : Instant.EPOCH;
            Sidecar made = new Sidecar(
                    new StoredObject(key, size, scan.sha256(), 0, Instant.ofEpochMilli(time.toEpochMilli())),
                    scan.blocks());
            if (there) {
                keep(made);
            }
            return made;
        } finally {
            lock.unlock();
        }
    }

    /** A disk that takes no writes may still be read: what cannot be kept is made anew the next time. */
    private void keep(Sidecar made) {
        try {
            sidecars.prepare(made);
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "The sidecar of {0} is not kept: {1}",
                    made.object().key(),
                    e);
        }
    }

    @Override
    public boolean verify(ObjectKey key) throws IOException {
        try (Described described = describe(key)) {
            Sidecar sidecar = described.sidecar();
            ContentScan scan = ContentScan.of(
                    files, key, described.channel(), sidecar.object().sizeBytes());
            return scan.sha256().equals(sidecar.object().sha256())
                    && scan.blocks().sameAs(sidecar.blocks());
        } catch (MissingObjectException | DamagedObjectException e) {
            return false;
        }
    }

    @Override
    public Optional<Marker> marker(ObjectKey key) throws IOException {
        return trash.newest(key);
    }

    @Override
    public Removal removal(long revision) {
        return new DiskRemoval(files, layout, this::lock, revision, Instant.ofEpochMilli(clock.millis()));
    }

    @Override
    public Stream<StoredObject> list(ObjectType type, Optional<ObjectKey> after) throws IOException {
        return listing.objects(type, after);
    }

    @Override
    public Stream<Marker> markers(ObjectType type, Optional<ObjectKey> after) throws IOException {
        return trash.markers(type, after);
    }

    @Override
    public int purge(Instant removedBefore) throws IOException {
        return trash.purge(removedBefore);
    }

    @Override
    public Optional<byte[]> note() throws IOException {
        try {
            return Optional.of(files.readSmall(layout.note(), MAX_NOTE_BYTES));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public void note(byte[] bytes) throws IOException {
        if (bytes.length > MAX_NOTE_BYTES) {
            throw new IllegalArgumentException("a note of " + bytes.length + " bytes");
        }
        files.reserve().use(() -> {
            files.ensureFolder(layout.temporary());
            Path written = layout.temporary().resolve(files.uniqueName());
            files.writeNew(written, bytes, true);
            files.place(written, layout.note());
            return written;
        });
        files.forceFolder(layout.side());
    }

    private ReentrantLock lock(ObjectKey key) {
        int hash = key.hashCode();
        return locks[(hash ^ (hash >>> 16)) & (STRIPES - 1)];
    }

    /** An open file and what its sidecar says. */
    private record Described(FileChannel channel, Sidecar sidecar) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}

package io.backstay.objects.disk;

import io.backstay.model.BackstayException;
import io.backstay.model.RepositoryId;
import io.backstay.objects.ObjectMedium;
import io.backstay.objects.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** A folder with the repositories of a node. One process at a time uses it; a second one is refused at once. */
public final class DiskMedium implements ObjectMedium {
    private static final System.Logger LOG = System.getLogger(DiskMedium.class.getName());

    /** What the names of short-lived files begin with. */
    private static final String TEMPORARY = "probe-";

    private static final String NOTE = "scrub";

    private final DiskFiles files;
    private final Clock clock;
    private final FileChannel lock;
    private final ConcurrentHashMap<RepositoryId, DiskObjectStore> stores = new ConcurrentHashMap<>();

    private DiskMedium(DiskFiles files, Clock clock, FileChannel lock) {
        this.files = files;
        this.clock = clock;
        this.lock = lock;
    }

    /** Opens the folder, made where it is not there. Fails where another process uses it. */
    public static DiskMedium open(Path root, Clock clock) throws IOException {
        return open(root, clock, FileOperations.SYSTEM);
    }

    /** The same over other file operations. */
    public static DiskMedium open(Path root, Clock clock, FileOperations operations) throws IOException {
        Path absolute = root.toAbsolutePath().normalize();
        Path side = absolute.resolve(DiskLayout.SIDE);
        DiskFiles files = new DiskFiles(operations, absolute);
        files.ensureFolder(side);
        FileChannel channel =
                FileChannel.open(side.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new IOException(absolute + " is in use by another process");
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new IOException(absolute + " is in use by this process already", e);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        tidy(files, side);
        return new DiskMedium(files, clock, channel);
    }

    /** A disk that takes no writes may still be read: then what is left stays, and there is no reserve. */
    private static void tidy(DiskFiles files, Path side) {
        try {
            for (Path entry : Folders.read(side, Optional::of)) {
                if (Folders.name(entry).startsWith(TEMPORARY)) {
                    files.deleteLeftover(entry);
                }
            }
            files.reserve().keep();
        } catch (IOException | UncheckedIOException e) {
            LOG.log(System.Logger.Level.WARNING, "{0} takes no writes at start: {1}", side, e);
        }
    }

    @Override
    public ObjectStore store(RepositoryId repository) throws IOException {
        DiskObjectStore known = stores.get(repository);
        return known != null ? known : stores.computeIfAbsent(repository, this::opened);
    }

    private DiskObjectStore opened(RepositoryId repository) {
        DiskObjectStore store = new DiskObjectStore(files, DiskLayout.of(files.root(), repository), clock);
        store.cleanLeftovers();
        return store;
    }

    @Override
    public Set<RepositoryId> repositories() throws IOException {
        Set<RepositoryId> found = new TreeSet<>();
        try {
            found.addAll(Folders.read(files.root(), DiskMedium::repository));
            found.addAll(Folders.read(files.root().resolve(DiskLayout.SIDE), DiskMedium::repository));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return found;
    }

    private static Optional<RepositoryId> repository(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try {
            return Optional.of(RepositoryId.parse(Folders.name(folder)));
        } catch (BackstayException e) {
            return Optional.empty();
        }
    }

    @Override
    public Capacity capacity() throws IOException {
        return new Capacity(
                files.operations().usableBytes(files.root()), files.operations().totalBytes(files.root()));
    }

    @Override
    public boolean isWritable() {
        return files.operations().isWritable(files.root()) && files.operations().isWritable(side());
    }

    @Override
    public Optional<byte[]> note() throws IOException {
        try {
            return Optional.of(files.readSmall(side().resolve(NOTE), ObjectStore.MAX_NOTE_BYTES));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public void note(byte[] bytes) throws IOException {
        Path written = side().resolve(TEMPORARY + files.uniqueName());
        files.writeNew(written, bytes, true);
        files.place(written, side().resolve(NOTE));
    }

    private Path side() {
        return files.root().resolve(DiskLayout.SIDE);
    }

    @Override
    public void probe() throws IOException {
        Path file = side().resolve(TEMPORARY + files.uniqueName());
        files.writeNew(file, new byte[ObjectStore.BLOCK_BYTES], true);
        files.operations().delete(file);
        files.reserve().keep();
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}

package io.backstay.repository.backup;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.repository.BlobReader;
import io.backstay.repository.Failures;
import io.backstay.repository.Repository;
import io.backstay.repository.Snapshots;
import io.backstay.repository.files.FileAccess;
import io.backstay.repository.filter.PathPatterns;
import io.backstay.repository.index.BlobIndex;
import io.backstay.repository.json.ByteString;
import io.backstay.repository.snapshot.Snapshot;
import io.backstay.repository.snapshot.SnapshotSummary;
import io.backstay.repository.write.BlobSaver;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/**
 * Backs files up: {@link #run} does it once. What cannot be read is reported in the result and left out; a failure of the
 * repository ends the backup without a snapshot, and what was stored till then is used by the next one.
 */
public final class Backup {
    private final Repository repository;
    private final BlobIndex index;
    private final FileAccess files;
    private final Clock clock;

    /**
     * Prepares a backup.
     *
     * @param index what is in the repository; gets what is added
     * @param clock its zone is the one in which times are noted
     */
    public Backup(Repository repository, BlobIndex index, FileAccess files, Clock clock) {
        this.repository = repository;
        this.index = index;
        this.files = files;
        this.clock = clock;
    }

    /** The newest snapshot of the same paths on the same machine, which is a good parent. */
    public static Optional<Sha256> findParent(
            Repository repository, String hostname, java.util.List<ByteString> targets) throws IOException {
        HashSet<String> paths = new HashSet<>();
        targets.forEach(target -> paths.add(target.toString()));
        return Snapshots.all(repository).stream()
                .filter(named -> named.snapshot().hostname().equals(hostname))
                .filter(named -> new HashSet<>(named.snapshot().paths()).equals(paths))
                .max(Comparator.comparing(named -> named.snapshot().time().toInstant()))
                .map(Snapshots.Named::id);
    }

    /**
     * Backs up and stores the snapshot.
     *
     * @throws BackstayException with {@code NOT_FOUND} where none of the targets is there, {@code INVALID_REQUEST} where a
     *     pattern is malformed
     */
    public BackupResult run(BackupOptions options) throws IOException, InterruptedException {
        if (options.targets().stream().noneMatch(this::isThere)) {
            throw new BackstayException(ErrorCode.NOT_FOUND, "nothing of what was to be backed up is there");
        }
        OffsetDateTime start = OffsetDateTime.now(clock);
        Tally tally = new Tally();
        PathPatterns excludes = PathPatterns.parse(options.excludes());
        Optional<Sha256> parentTree = options.parent().isPresent()
                ? Optional.of(Snapshots.load(repository, options.parent().get()).tree())
                : Optional.empty();
        ChunkBuffers buffers = new ChunkBuffers(2 * options.saver().workers() + 2 * options.readers());
        Sha256 tree;
        try (BlobSaver blobs = new BlobSaver(repository, index, options.saver());
                BlobReader parentReader = new BlobReader(repository, index);
                ReaderPool readers = new ReaderPool(
                        options.readers(),
                        () -> new FileSaver(
                                blobs, buffers, tally, repository.config().polynomial()))) {
            Walk walk = new Walk(
                    files,
                    new NodeMaker(files, clock.getZone(), tally),
                    blobs,
                    index,
                    parentReader,
                    readers,
                    excludes,
                    options.oneFileSystem(),
                    tally);
            tree = walk.root(TargetTree.of(options.targets()), parentTree).get();
            blobs.finish();
        } catch (ExecutionException e) {
            throw Failures.unwrap(e);
        }
        SnapshotSummary summary = tally.summary(start, OffsetDateTime.now(clock));
        Snapshot snapshot = snapshot(options, tree, summary);
        Optional<Sha256> id = options.saver().dryRun()
                ? Optional.empty()
                : Optional.of(repository
                        .saveFile(ObjectType.SNAPSHOTS, snapshot.json())
                        .name());
        return new BackupResult(id, snapshot, summary, tally.problems());
    }

    private boolean isThere(ByteString target) {
        try {
            return files.status(target).links() >= 0;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            // It is there and will be reported as one that cannot be read.
            return true;
        }
    }

    private Snapshot snapshot(BackupOptions options, Sha256 tree, SnapshotSummary summary) {
        int[] user = files.currentUser().orElse(new int[] {0, 0});
        return new Snapshot(
                options.time(),
                options.parent(),
                tree,
                options.targets().stream().map(ByteString::toString).toList(),
                options.hostname(),
                options.username(),
                user[0],
                user[1],
                options.excludes(),
                options.tags(),
                Optional.empty(),
                options.programVersion(),
                Optional.of(summary));
    }
}

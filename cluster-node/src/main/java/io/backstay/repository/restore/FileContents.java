package io.backstay.repository.restore;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.repository.BlobCodec;
import io.backstay.repository.BlobReader;
import io.backstay.repository.Failures;
import io.backstay.repository.Repository;
import io.backstay.repository.compression.Level;
import io.backstay.repository.files.FileAccess;
import io.backstay.repository.files.FileWriter;
import io.backstay.repository.index.BlobIndex;
import io.backstay.repository.index.BlobPlace;
import io.backstay.repository.pack.BlobType;
import io.backstay.repository.pack.PackedBlob;
import io.backstay.repository.tree.Node;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Writes the parts of many files: each pack is read once, in the order in which files first need them, several at once. Each
 * thread holds one stretch of a pack and one blob.
 */
final class FileContents {
    private static final int HOLE_BYTES = 4096;

    private final Repository repository;
    private final BlobIndex index;
    private final FileAccess files;
    private final RestoreOptions options;
    private final Course course;
    private final Consumer<FileTarget> whole;
    private final Map<Sha256, PackPlan> packs = new LinkedHashMap<>();

    /**
     * Prepares to write.
     *
     * @param whole is told, by any thread, of each file that has all its parts
     */
    FileContents(
            Repository repository,
            BlobIndex index,
            FileAccess files,
            RestoreOptions options,
            Course course,
            Consumer<FileTarget> whole) {
        this.repository = repository;
        this.index = index;
        this.files = files;
        this.options = options;
        this.course = course;
        this.whole = whole;
    }

    /** How long the parts say that a file is. @throws BackstayException where a part is not in the index */
    static List<BlobPlace> parts(BlobIndex index, Node node) {
        List<BlobPlace> parts = new ArrayList<>();
        for (Sha256 id : node.content().orElse(List.of())) {
            parts.add(index.find(BlobType.DATA, id)
                    .orElseThrow(() -> new BackstayException(
                            ErrorCode.REPOSITORY_DAMAGED, "data blob %s is in no index".formatted(id))));
        }
        return parts;
    }

    /** The plain length of a blob. */
    static long plainLength(PackedBlob blob) {
        return blob.isCompressed()
                ? blob.uncompressedLength()
                : blob.length() - io.backstay.repository.crypto.Sealer.OVERHEAD_BYTES;
    }

    /** Notes where the parts of a file go. */
    void add(FileTarget file, List<BlobPlace> parts) {
        long position = 0;
        for (BlobPlace part : parts) {
            packs.computeIfAbsent(part.pack(), PackPlan::new).add(part.blob(), new PackPlan.Place(file, position));
            position += plainLength(part.blob());
        }
    }

    /** Writes everything that was noted. */
    void write() throws IOException, InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(options.threads());
        try {
            List<Future<?>> running = new ArrayList<>();
            for (PackPlan plan : packs.values()) {
                running.add(threads.submit(() -> {
                    write(plan);
                    return null;
                }));
            }
            packs.clear();
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw Failures.unwrap(e);
        } finally {
            threads.shutdownNow();
        }
    }

    private void write(PackPlan plan) {
        try (BlobCodec codec = repository.codec(Level.DEFAULT);
                BlobReader reader = new BlobReader(repository, index)) {
            for (PackPlan.Segment segment : plan.segments()) {
                Optional<byte[]> stretch = load(plan.pack(), segment);
                for (PackedBlob blob : segment.blobs()) {
                    place(plan, segment, blob, stretch, codec, reader);
                }
            }
        }
    }

    private Optional<byte[]> load(Sha256 pack, PackPlan.Segment segment) {
        byte[] stretch = new byte[segment.length()];
        try {
            repository.backend().load(new ObjectKey(ObjectType.DATA, pack), segment.offset(), ByteBuffer.wrap(stretch));
            return Optional.of(stretch);
        } catch (IOException | BackstayException e) {
            // Each blob is then read by itself, from another pack where one has it; that names what is missing.
            return Optional.empty();
        }
    }

    private void place(
            PackPlan plan,
            PackPlan.Segment segment,
            PackedBlob blob,
            Optional<byte[]> stretch,
            BlobCodec codec,
            BlobReader reader) {
        List<PackPlan.Place> places = plan.places(blob);
        byte[] plain;
        try {
            plain = open(segment, blob, stretch, codec, reader);
        } catch (IOException | BackstayException e) {
            places.forEach(place -> done(place.file(), Optional.of(e)));
            return;
        }
        for (PackPlan.Place place : places) {
            Optional<Exception> failure = Optional.empty();
            if (!place.file().hasFailed()) {
                try {
                    write(place, plain);
                } catch (IOException e) {
                    failure = Optional.of(e);
                }
            }
            done(place.file(), failure);
        }
    }

    private static byte[] open(
            PackPlan.Segment segment, PackedBlob blob, Optional<byte[]> stretch, BlobCodec codec, BlobReader reader)
            throws IOException {
        if (stretch.isPresent()) {
            try {
                return codec.open(blob, stretch.get(), (int) (blob.offset() - segment.offset()));
            } catch (BackstayException e) {
                if (e.code() != ErrorCode.REPOSITORY_DAMAGED) {
                    throw e;
                }
            }
        }
        return reader.read(BlobType.DATA, blob.id());
    }

    private void write(PackPlan.Place place, byte[] plain) throws IOException {
        try (FileWriter writer = files.change(place.file().temporary())) {
            if (!options.sparse()) {
                writer.write(plain, 0, plain.length, place.position());
                return;
            }
            // What is zero stays a hole: the file was made with its whole length.
            int from = 0;
            while (from < plain.length) {
                int to = Math.min(plain.length, from + HOLE_BYTES);
                if (!isZero(plain, from, to)) {
                    while (to < plain.length && !isZero(plain, to, Math.min(plain.length, to + HOLE_BYTES))) {
                        to = Math.min(plain.length, to + HOLE_BYTES);
                    }
                    writer.write(plain, from, to - from, place.position() + from);
                }
                from = to;
            }
        }
    }

    private void done(FileTarget file, Optional<Exception> failure) {
        if (failure.isPresent() && file.fail()) {
            course.problem(file.path(), failure.get());
        }
        if (file.partDone()) {
            whole.accept(file);
        }
    }

    private static boolean isZero(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }
}

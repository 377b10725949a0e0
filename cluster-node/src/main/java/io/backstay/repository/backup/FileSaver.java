package io.backstay.repository.backup;

import io.backstay.model.Sha256;
import io.backstay.repository.chunker.Chunker;
import io.backstay.repository.chunker.Polynomial;
import io.backstay.repository.pack.BlobType;
import io.backstay.repository.write.BlobSaver;
import io.backstay.repository.write.SavedBlob;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Reads content, cuts it into chunks and hands them on. One thread at a time. */
final class FileSaver {
    private static final int READ_BYTES = 512 * 1024;

    /** Room for most chunks; a buffer grows where one is longer. */
    private static final int USUAL_BYTES = 3 * 1024 * 1024;

    private final BlobSaver blobs;
    private final ChunkBuffers buffers;
    private final Tally tally;
    private final Chunker chunker;

    FileSaver(BlobSaver blobs, ChunkBuffers buffers, Tally tally, Polynomial polynomial) {
        this.blobs = blobs;
        this.buffers = buffers;
        this.tally = tally;
        this.chunker = new Chunker(polynomial);
    }

    /** Where content comes from. */
    interface Source {
        /** Reads on; -1 at the end. */
        int read(byte[] into, int from, int length) throws IOException;
    }

    /** A content's parts and length. */
    record Content(List<Sha256> parts, long sizeBytes) {}

    /**
     * Reads all of it; the result is there when the last part is in a pack.
     *
     * @param expectedBytes how much is likely to come
     */
    CompletableFuture<Content> save(Source source, long expectedBytes) throws IOException, InterruptedException {
        chunker.reset();
        List<CompletableFuture<SavedBlob>> parts = new ArrayList<>();
        int room = expectedBytes < USUAL_BYTES ? (int) expectedBytes + 1 : USUAL_BYTES;
        byte[] buffer = buffers.take(room);
        boolean handedOn = false;
        try {
            int length = 0;
            long total = 0;
            while (true) {
                if (length == buffer.length) {
                    buffer = Arrays.copyOf(buffer, Math.min(2 * length, Chunker.MAXIMUM_BYTES + READ_BYTES));
                }
                int count = source.read(buffer, length, Math.min(READ_BYTES, buffer.length - length));
                if (count < 0) {
                    break;
                }
                total += count;
                int at = length;
                length += count;
                for (int cut = chunker.next(buffer, at, length); cut >= 0; cut = chunker.next(buffer, 0, length)) {
                    byte[] next = buffers.take(USUAL_BYTES);
                    int rest = length - cut;
                    System.arraycopy(buffer, cut, next, 0, rest);
                    handedOn = true;
                    parts.add(handOn(buffer, cut));
                    buffer = next;
                    handedOn = false;
                    length = rest;
                }
            }
            if (length > 0) {
                handedOn = true;
                parts.add(handOn(buffer, length));
            }
            return gather(parts, total);
        } finally {
            if (!handedOn) {
                buffers.release(buffer);
            }
        }
    }

    private CompletableFuture<SavedBlob> handOn(byte[] chunk, int length) {
        return blobs.save(BlobType.DATA, chunk, length).whenComplete((saved, failure) -> {
            buffers.release(chunk);
            if (saved != null) {
                tally.blob(BlobType.DATA, saved, length);
            }
        });
    }

    private static CompletableFuture<Content> gather(List<CompletableFuture<SavedBlob>> parts, long total) {
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenApply(done ->
                        new Content(parts.stream().map(part -> part.join().id()).toList(), total));
    }
}

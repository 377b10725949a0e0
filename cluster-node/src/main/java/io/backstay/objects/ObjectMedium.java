package io.backstay.objects;

import io.backstay.model.RepositoryId;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** Where a node keeps the objects of its repositories. Safe for use by many threads. */
public interface ObjectMedium extends AutoCloseable {
    /** The repository's store, the same one each time; leftovers of an earlier process are cleaned up. */
    ObjectStore store(RepositoryId repository) throws IOException;

    /** The repositories of which anything is there. */
    Set<RepositoryId> repositories() throws IOException;

    /** How much room there is. */
    Capacity capacity() throws IOException;

    /** Whether the medium can be written to as far as can be seen without writing: it may be read-only, or another's. */
    boolean isWritable();

    /** Writes, syncs and deletes something small; fails where the medium takes no writes. */
    void probe() throws IOException;

    /** The small note that is kept beside the repositories; none before the first. */
    Optional<byte[]> note() throws IOException;

    /** Replaces the note; after a crash it may be the one before, or none. At most {@link ObjectStore#MAX_NOTE_BYTES}. */
    void note(byte[] bytes) throws IOException;

    @Override
    void close() throws IOException;

    /** Room on a medium. */
    record Capacity(long freeBytes, long totalBytes) {}
}

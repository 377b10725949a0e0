package io.backstay.objects.disk;

import io.backstay.model.ObjectKey;
import io.backstay.model.Sha256;
import io.backstay.objects.BlockChecksums;
import io.backstay.objects.ContentCheck;
import io.backstay.objects.ObjectStore;
import io.backstay.objects.StagedObject;
import io.backstay.objects.Staging;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;

/** Writes a temporary file. Small pieces are gathered, so that a dribbling client does not cause a system call each. */
final class DiskStaging implements Staging {
    private static final int GATHER_BELOW_BYTES = ObjectStore.BLOCK_BYTES;

    private final DiskFiles files;
    private final ObjectKey key;
    private final Path file;
    private final ContentCheck check;
    private final FileChannel channel;
    private ByteBuffer gathered = ByteBuffer.allocate(0);
    private boolean ended;

    private DiskStaging(DiskFiles files, ObjectKey key, Path file, ContentCheck check, FileChannel channel) {
        this.files = files;
        this.key = key;
        this.file = file;
        this.check = check;
        this.channel = channel;
    }

    static DiskStaging begin(DiskFiles files, ObjectKey key, Path file, long sizeBytes) throws IOException {
        ContentCheck check = new ContentCheck(key, sizeBytes);
        try {
            return new DiskStaging(files, key, file, check, files.operations().create(file));
        } catch (IOException e) {
            throw files.failedWrite(file, sizeBytes, e);
        }
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        check.update(bytes);
        try {
            if (bytes.remaining() >= GATHER_BELOW_BYTES) {
                flush();
                files.operations().write(channel, bytes);
            } else {
                gather(bytes);
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void gather(ByteBuffer bytes) throws IOException {
        if (gathered.capacity() == 0) {
            gathered = ByteBuffer.allocate((int) Math.min(check.sizeBytes(), ObjectStore.CHUNK_BYTES));
        }
        if (bytes.remaining() > gathered.remaining()) {
            flush();
        }
        gathered.put(bytes);
    }

    private void flush() throws IOException {
        if (gathered.position() > 0) {
            files.operations().write(channel, gathered.flip());
            gathered.clear();
        }
    }

    @Override
    public StagedObject seal(Optional<Sha256> expected) throws IOException {
        ContentCheck.Measured measured;
        try {
            measured = check.end(expected);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        try {
            flush();
            if (channel.size() != check.sizeBytes()) {
                throw new IOException(
                        "the file has %d bytes in place of %d".formatted(channel.size(), check.sizeBytes()));
            }
            files.force(channel);
            channel.close();
        } catch (IOException e) {
            throw failed(e);
        }
        ended = true;
        return new Sealed(files, key, check.sizeBytes(), measured.sha256(), measured.blocks(), file);
    }

    private IOException failed(IOException failure) {
        IOException explained = files.failedWrite(file, check.remaining(), failure);
        ended = true;
        try {
            channel.close();
        } catch (IOException e) {
            explained.addSuppressed(e);
        }
        return explained;
    }

    @Override
    public void close() throws IOException {
        if (!ended) {
            ended = true;
            try (channel) {
                files.operations().delete(file);
            }
        }
    }

    /** A whole file in the temporary folder. */
    record Sealed(DiskFiles files, ObjectKey key, long sizeBytes, Sha256 sha256, BlockChecksums blocks, Path file)
            implements StagedObject {
        @Override
        public void close() throws IOException {
            files.operations().delete(file);
        }
    }
}

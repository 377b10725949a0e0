package io.backstay.objects.memory;

import io.backstay.model.ObjectKey;
import io.backstay.model.Sha256;
import io.backstay.objects.BlockChecksums;
import io.backstay.objects.ContentCheck;
import io.backstay.objects.MediumFullException;
import io.backstay.objects.StagedObject;
import io.backstay.objects.Staging;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Gathers content in memory; takes the room of the announced length at once. */
final class MemoryStaging implements Staging {
    private final MemoryMedium medium;
    private final ObjectKey key;
    private final ContentCheck check;
    private final ByteBuffer content;
    private boolean ended;

    private MemoryStaging(MemoryMedium medium, ObjectKey key, ContentCheck check, ByteBuffer content) {
        this.medium = medium;
        this.key = key;
        this.check = check;
        this.content = content;
    }

    static MemoryStaging begin(MemoryMedium medium, ObjectKey key, long sizeBytes) throws MediumFullException {
        ContentCheck check = new ContentCheck(key, sizeBytes);
        medium.take(sizeBytes);
        return new MemoryStaging(medium, key, check, ByteBuffer.allocate(Math.toIntExact(sizeBytes)));
    }

    @Override
    public void write(ByteBuffer bytes) {
        check.update(bytes);
        content.put(bytes);
    }

    @Override
    public StagedObject seal(Optional<Sha256> expected) {
        try {
            ContentCheck.Measured measured = check.end(expected);
            ended = true;
            return new Sealed(medium, key, measured.sha256(), measured.blocks(), content.flip(), new AtomicBoolean());
        } finally {
            close();
        }
    }

    @Override
    public void close() {
        if (!ended) {
            ended = true;
            medium.give(check.sizeBytes());
        }
    }

    /** Whole content that nobody sees yet. */
    record Sealed(
            MemoryMedium medium,
            ObjectKey key,
            Sha256 sha256,
            BlockChecksums blocks,
            ByteBuffer content,
            AtomicBoolean used)
            implements StagedObject {
        @Override
        public long sizeBytes() {
            return content.capacity();
        }

        ByteBuffer keep() {
            if (!used.compareAndSet(false, true)) {
                throw new IllegalStateException("published or discarded before");
            }
            return content;
        }

        @Override
        public void close() {
            if (used.compareAndSet(false, true)) {
                medium.give(content.capacity());
            }
        }
    }
}

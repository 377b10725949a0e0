package io.backstay.objects.memory;

import io.backstay.objects.DamagedObjectException;
import io.backstay.objects.ObjectStore;
import io.backstay.objects.RangeReader;
import io.backstay.objects.StoredObject;
import java.nio.ByteBuffer;

/** Hands out copies of verified blocks. */
final class MemoryRangeReader implements RangeReader {
    private final MemoryObject source;
    private final long end;
    private long position;

    MemoryRangeReader(MemoryObject source, long offset, long length) {
        this.source = source;
        this.position = offset;
        this.end = offset + length;
    }

    @Override
    public StoredObject object() {
        return source.object();
    }

    @Override
    public long remaining() {
        return end - position;
    }

    @Override
    public ByteBuffer read(int mostBytes) throws DamagedObjectException {
        if (position == end) {
            return ByteBuffer.allocate(0);
        }
        int block = (int) (position / ObjectStore.BLOCK_BYTES);
        int from = block * ObjectStore.BLOCK_BYTES;
        int to = Math.min(from + ObjectStore.BLOCK_BYTES, source.content().capacity());
        byte[] bytes = new byte[to - from];
        source.content().get(from, bytes);
        if (!source.blocks().matches(block, bytes, 0, bytes.length)) {
            throw new DamagedObjectException(object().key(), "block " + block + " has another checksum");
        }
        int skip = (int) position - from;
        int length = (int) (Math.min(to, end) - position);
        position += length;
        return ByteBuffer.wrap(bytes, skip, length);
    }

    @Override
    public void close() {
        // Nothing is held open.
    }
}

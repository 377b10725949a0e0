package io.backstay.objects.disk;

import io.backstay.objects.DamagedObjectException;
import io.backstay.objects.ObjectStore;
import io.backstay.objects.RangeReader;
import io.backstay.objects.StoredObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;

/** Reads the blocks that the range touches, a few at a time. The file stays readable when it is replaced or removed. */
final class DiskRangeReader implements RangeReader {
    private final DiskFiles files;
    private final FileChannel channel;
    private final Sidecar sidecar;
    private final long end;
    private long position;

    DiskRangeReader(DiskFiles files, FileChannel channel, Sidecar sidecar, long offset, long length) {
        this.files = files;
        this.channel = channel;
        this.sidecar = sidecar;
        this.position = offset;
        this.end = offset + length;
    }

    @Override
    public StoredObject object() {
        return sidecar.object();
    }

    @Override
    public long remaining() {
        return end - position;
    }

    @Override
    public ByteBuffer read(int mostBytes) throws IOException {
        if (position == end) {
            return ByteBuffer.allocate(0);
        }
        long size = sidecar.object().sizeBytes();
        long from = position - position % ObjectStore.BLOCK_BYTES;
        long to = Math.min(from + mostBytes - mostBytes % ObjectStore.BLOCK_BYTES, Math.min(size, blockEnd(end)));
        byte[] chunk = new byte[(int) (to - from)];
        try {
            files.readFully(channel, chunk, 0, chunk.length, from);
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            throw new DamagedObjectException(object().key(), "it cannot be read at " + from, e);
        }
        for (int at = 0; at < chunk.length; at += ObjectStore.BLOCK_BYTES) {
            int block = (int) ((from + at) / ObjectStore.BLOCK_BYTES);
            int length = Math.min(ObjectStore.BLOCK_BYTES, chunk.length - at);
            if (!sidecar.blocks().matches(block, chunk, at, length)) {
                throw new DamagedObjectException(object().key(), "block " + block + " has another checksum");
            }
        }
        int skip = (int) (position - from);
        int length = (int) (Math.min(to, end) - position);
        position += length;
        return ByteBuffer.wrap(chunk, skip, length);
    }

    private static long blockEnd(long position) {
        long over = position % ObjectStore.BLOCK_BYTES;
        return over == 0 ? position : position - over + ObjectStore.BLOCK_BYTES;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

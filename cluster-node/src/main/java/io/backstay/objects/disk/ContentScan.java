package io.backstay.objects.disk;

import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.objects.BlockChecksums;
import io.backstay.objects.DamagedObjectException;
import io.backstay.objects.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;

/** What a whole file really holds. */
record ContentScan(Sha256 sha256, BlockChecksums blocks) {

    /** Refuses files that no store has written, before anything is allocated for them. */
    static void checkSize(ObjectKey key, long size) throws DamagedObjectException {
        long limit = key.type() == ObjectType.CONFIG ? ObjectStore.MAX_CONFIG_BYTES : ObjectStore.MAX_OBJECT_BYTES;
        if (size > limit) {
            throw new DamagedObjectException(key, "it has %d bytes, more than any object".formatted(size));
        }
    }

    /** Reads so many bytes from the beginning. */
    static ContentScan of(DiskFiles files, ObjectKey key, FileChannel channel, long size) throws IOException {
        byte[] chunk = new byte[(int) Math.min(size, ObjectStore.CHUNK_BYTES)];
        MessageDigest digest = Sha256.digest();
        BlockChecksums.Builder blocks = new BlockChecksums.Builder();
        long at = 0;
        while (at < size) {
            int length = (int) Math.min(chunk.length, size - at);
            try {
                files.readFully(channel, chunk, 0, length, at);
            } catch (ClosedChannelException e) {
                throw e;
            } catch (IOException e) {
                throw new DamagedObjectException(key, "it cannot be read at " + at, e);
            }
            digest.update(chunk, 0, length);
            blocks.update(ByteBuffer.wrap(chunk, 0, length));
            at += length;
        }
        return new ContentScan(Sha256.of(digest.digest(), 0), blocks.build());
    }
}

package io.backstay.repository.check;

import io.backstay.model.BackstayException;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.repository.BlobCodec;
import io.backstay.repository.Repository;
import io.backstay.repository.compression.Level;
import io.backstay.repository.pack.BrokenPackException;
import io.backstay.repository.pack.PackHeader;
import io.backstay.repository.pack.PackedBlob;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.function.Consumer;

/** Reads packs whole: name, header, each blob. Keeps its memory from pack to pack; one thread at a time; close it. */
final class PackCheck implements AutoCloseable {
    /** No pack of any program is longer. */
    private static final int MAXIMUM_BYTES = 256 << 20;

    private final Repository repository;
    private final BlobCodec codec;
    private byte[] buffer = new byte[0];

    PackCheck(Repository repository) {
        this.repository = repository;
        this.codec = repository.codec(Level.DEFAULT);
    }

    /** Reads one; answers its length. */
    long check(Sha256 pack, List<PackedBlob> indexed, Consumer<Finding> findings) throws IOException {
        ObjectKey key = new ObjectKey(ObjectType.DATA, pack);
        long size = repository.backend().size(key);
        if (size > MAXIMUM_BYTES || size < PackHeader.MINIMUM_PACK_BYTES) {
            findings.accept(error(key, "no pack has %d bytes".formatted(size)));
            return 0;
        }
        int length = (int) size;
        if (buffer.length < length) {
            buffer = new byte[length];
        }
        repository.backend().load(key, 0, ByteBuffer.wrap(buffer, 0, length));
        if (!codec.hash(buffer, 0, length).equals(pack)) {
            findings.accept(error(key, "its content does not hash to its name"));
        }
        try {
            byte[] lastFour = Arrays.copyOfRange(buffer, length - PackHeader.LENGTH_BYTES, length);
            int headerLength = PackHeader.sealedLength(lastFour, length);
            int headerAt = length - PackHeader.LENGTH_BYTES - headerLength;
            List<PackedBlob> blobs = PackHeader.open(
                    Arrays.copyOfRange(buffer, headerAt, headerAt + headerLength), length, codec.sealer());
            if (!new HashSet<>(blobs).containsAll(indexed)) {
                findings.accept(error(key, "an index lists blobs that its header does not"));
            }
        } catch (BrokenPackException e) {
            findings.accept(error(key, String.valueOf(e.getMessage())));
        }
        for (PackedBlob blob : indexed) {
            check(key, blob, length, findings);
        }
        return length;
    }

    private void check(ObjectKey key, PackedBlob blob, int length, Consumer<Finding> findings) {
        if (blob.offset() + blob.length() > length) {
            findings.accept(error(key, "blob %s ends behind it".formatted(blob.id())));
            return;
        }
        try {
            codec.open(blob, buffer, (int) blob.offset());
        } catch (BackstayException e) {
            findings.accept(error(key, String.valueOf(e.getMessage())));
        }
    }

    private static Finding error(ObjectKey key, String what) {
        return new Finding(Finding.Severity.ERROR, key.toString(), what);
    }

    @Override
    public void close() {
        codec.close();
    }
}

package io.backstay.repository;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.objects.MissingObjectException;
import io.backstay.repository.compression.Level;
import io.backstay.repository.index.BlobIndex;
import io.backstay.repository.index.BlobPlace;
import io.backstay.repository.json.MalformedJsonException;
import io.backstay.repository.pack.BlobType;
import io.backstay.repository.pack.PackedBlob;
import io.backstay.repository.tree.Node;
import io.backstay.repository.tree.TreeJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Reads blobs one by one. Where a blob is in several packs, a damaged or missing one is passed over. Not safe for use by
 * several threads; close it.
 */
public final class BlobReader implements AutoCloseable {
    private final Repository repository;
    private final BlobIndex index;
    private final BlobCodec codec;

    /** A reader of the repository's blobs, found by the index. */
    public BlobReader(Repository repository, BlobIndex index) {
        this.repository = repository;
        this.index = index;
        this.codec = repository.codec(Level.DEFAULT);
    }

    /**
     * The plain bytes of a blob, compared with its id.
     *
     * @throws BackstayException with {@code REPOSITORY_DAMAGED} where no pack has it whole
     */
    public byte[] read(BlobType type, Sha256 id) throws IOException {
        List<BlobPlace> places = index.findAll(type, id);
        BackstayException damage = Damage.of("%s blob %s".formatted(type.text(), id), "no index lists it");
        for (BlobPlace place : places) {
            try {
                return read(place);
            } catch (MissingObjectException e) {
                damage = Damage.of(new ObjectKey(ObjectType.DATA, place.pack()), e);
            } catch (BackstayException e) {
                if (e.code() != ErrorCode.REPOSITORY_DAMAGED && e.code() != ErrorCode.RANGE_NOT_SATISFIABLE) {
                    throw e;
                }
                damage = Damage.of(new ObjectKey(ObjectType.DATA, place.pack()), e);
            }
        }
        throw damage;
    }

    /** A folder's entries. */
    public List<Node> tree(Sha256 id) throws IOException {
        try {
            return TreeJson.read(read(BlobType.TREE, id));
        } catch (MalformedJsonException e) {
            throw Damage.of("tree " + id, e);
        }
    }

    private byte[] read(BlobPlace place) throws IOException {
        PackedBlob blob = place.blob();
        if (blob.length() > BlobCodec.MAXIMUM_TREE_BYTES) {
            throw Damage.of("%s blob %s".formatted(blob.type().text(), blob.id()), "it is too long");
        }
        byte[] sealed = new byte[(int) blob.length()];
        repository.backend().load(new ObjectKey(ObjectType.DATA, place.pack()), blob.offset(), ByteBuffer.wrap(sealed));
        return codec.open(blob, sealed, 0);
    }

    @Override
    public void close() {
        codec.close();
    }
}

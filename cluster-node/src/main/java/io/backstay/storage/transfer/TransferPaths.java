package io.backstay.storage.transfer;

import io.backstay.model.ObjectKey;
import io.backstay.model.RepositoryId;
import io.backstay.model.Sha256;
import io.backstay.storage.transfer.StoragePeer.Fence;
import java.util.Optional;

/** The addresses of node-to-node transfer. */
final class TransferPaths {
    static final String ROOT = "/transfer/v1/";
    static final String OBJECTS = ROOT + "objects/";

    static final String STAT = "stat";
    static final String VERIFY = "verify";
    static final String ANNOUNCE = "announce";
    static final String ADVANCE = "advance";
    static final String REMOVE = "remove";
    static final String DISCARD = "discard";
    static final String COPY = "copy";
    static final String INVENTORY = "inventory";
    static final String LOCKS = "locks";
    static final String ROOM = "room";

    private TransferPaths() {}

    static String operation(String name) {
        return ROOT + name;
    }

    static String upload(Fence fence, ObjectKey key, Optional<Sha256> expected) {
        return "%s%s/%s?epoch=%d&revision=%d%s"
                .formatted(
                        OBJECTS,
                        fence.repository(),
                        key,
                        fence.epoch(),
                        fence.revision(),
                        expected.map(sha256 -> "&sha256=" + sha256).orElse(""));
    }

    static String download(RepositoryId repository, ObjectKey key, long offset, long length) {
        return "%s%s/%s?offset=%d&length=%d".formatted(OBJECTS, repository, key, offset, length);
    }
}

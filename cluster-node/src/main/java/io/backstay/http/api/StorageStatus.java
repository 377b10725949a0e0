package io.backstay.http.api;

import io.backstay.model.NodeId;
import io.backstay.storage.transfer.StoragePeer;
import java.util.Optional;

/** What the API tells of storage. Safe for use by many threads; never blocks. */
public interface StorageStatus {
    /** How many repositories this node serves from the disks alone. */
    int degradedRepositories();

    /** What a storage node last said of its disk, a few seconds ago; none where it was not heard. */
    Optional<StoragePeer.Room> disk(NodeId node);
}

package io.backstay.storage.entity;

import io.backstay.model.NodeId;
import io.backstay.storage.transfer.StoragePeer;
import java.util.function.Function;

/** What an entity needs of its node. */
record StorageDependencies(
        NodeId self,
        ClusterState cluster,
        Function<NodeId, StoragePeer> peers,
        JournalHead journalHead,
        StorageSettings settings) {}

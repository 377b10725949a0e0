package io.backstay.storage.entity;

import io.backstay.model.NodeId;
import io.backstay.model.RepositoryId;
import io.backstay.storage.transfer.StoragePeer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What an entity needs of its node.
 *
 * @param keepAlive has an idle entity stay, since it has work that nobody asked for
 */
record StorageDependencies(
        NodeId self,
        ClusterState cluster,
        Function<NodeId, StoragePeer> peers,
        JournalHead journalHead,
        Consumer<RepositoryId> keepAlive,
        EntityFigures figures,
        StorageSettings settings) {}

package io.backstay.storage.entity;

import io.backstay.model.NodeId;
import io.backstay.storage.transfer.StoragePeer;
import io.backstay.storage.transfer.StoragePeer.DiskState;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers which storage nodes have said that they take no writes. A node that was never heard counts as writable: its own
 * refusal decides. Safe for use by many threads.
 */
public final class RoomWatch {
    private static final Logger LOG = LoggerFactory.getLogger(RoomWatch.class);

    private final Function<NodeId, StoragePeer> peers;
    private final Map<NodeId, StoragePeer.Room> rooms = new ConcurrentHashMap<>();

    /** A watch that has heard nothing yet. */
    public RoomWatch(Function<NodeId, StoragePeer> peers) {
        this.peers = peers;
    }

    /** Asks each node; to be called every few seconds. The stage completes when all have answered or failed. */
    public CompletionStage<Void> refresh(Set<NodeId> nodes) {
        rooms.keySet().retainAll(nodes);
        return java.util.concurrent.CompletableFuture.allOf(nodes.stream()
                .map(node -> peers.apply(node)
                        .room()
                        .handle((room, failure) -> {
                            note(node, room, failure);
                            return node;
                        })
                        .toCompletableFuture())
                .toArray(java.util.concurrent.CompletableFuture[]::new));
    }

    private void note(NodeId node, StoragePeer.Room room, Throwable failure) {
        if (failure != null) {
            LOG.debug("storage node {} did not say how much room it has: {}", node, failure.getMessage());
            return;
        }
        StoragePeer.Room before = rooms.put(node, room);
        DiskState was = before == null ? DiskState.OK : before.state();
        if (was != room.state()) {
            LOG.warn(
                    "The disk of storage node {} is {}, was {}; {} bytes are left for objects. {}",
                    node,
                    room.state().text(),
                    was.text(),
                    room.freeBytes(),
                    room.reason());
        }
    }

    /** What the node last said of its disk; none where it was not heard yet. */
    public Optional<StoragePeer.Room> of(NodeId node) {
        return Optional.ofNullable(rooms.get(node));
    }

    Set<NodeId> writable(Set<NodeId> up) {
        return up.stream()
                .filter(node -> {
                    StoragePeer.Room room = rooms.get(node);
                    return room == null || room.writable();
                })
                .collect(Collectors.toUnmodifiableSet());
    }
}

package io.backstay.storage.transfer;

import io.backstay.cluster.view.ViewSource;
import io.backstay.model.NodeId;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.pekko.actor.ClassicActorSystemProvider;

/**
 * Gives the disk of any node: this one's own without a detour, another's over HTTP at the address that the view has at the
 * moment of each request. Safe for use by many threads. Any id gets a peer; what cannot be reached fails when it is asked.
 */
public final class StoragePeers implements Function<NodeId, StoragePeer> {
    private final NodeId self;
    private final TransferClient client;
    private final ConcurrentHashMap<NodeId, StoragePeer> remote = new ConcurrentHashMap<>();
    private volatile Optional<StoragePeer> local = Optional.empty();

    /**
     * The peers of a node.
     *
     * @param clock signs the time of requests; the clocks of all nodes must be close together, see {@link TransferSettings}
     */
    public StoragePeers(
            ClassicActorSystemProvider system, NodeId self, ViewSource views, TransferSettings settings, Clock clock) {
        this.self = self;
        this.client = new TransferClient(system, self, views, settings, clock);
    }

    /** This node has storage of its own from now on, or none any more. */
    public void serve(Optional<StoragePeer> own) {
        local = own;
    }

    /** This node's own disk, while it has one. */
    public Optional<StoragePeer> local() {
        return local;
    }

    @Override
    public StoragePeer apply(NodeId node) {
        if (node.equals(self)) {
            Optional<StoragePeer> own = local;
            if (own.isPresent()) {
                return own.get();
            }
        }
        return remote.computeIfAbsent(node, id -> new HttpStoragePeer(client, id));
    }
}

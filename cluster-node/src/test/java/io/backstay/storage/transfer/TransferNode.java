package io.backstay.storage.transfer;

import io.backstay.model.NodeId;
import io.backstay.objects.ObjectMedium;
import io.backstay.storage.node.Answers;
import io.backstay.storage.node.StorageNode;
import io.backstay.storage.node.StorageSettings;
import io.backstay.storage.node.TestViews;
import java.time.Clock;
import java.util.Optional;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.javadsl.ServerBinding;

/** A node's storage with its internal port on loopback. */
final class TransferNode {
    final NodeId id;
    final StoragePeers peers;
    final StorageNode storage;
    final String address;
    private final ServerBinding binding;

    TransferNode(
            ActorSystem system,
            int number,
            ObjectMedium medium,
            TestViews views,
            TransferSettings settings,
            StorageSettings storageSettings,
            Clock clock)
            throws Exception {
        id = TestViews.node(number);
        peers = new StoragePeers(system, id, views, settings, clock);
        storage = StorageNode.start(system, id, medium, views, peers, storageSettings, clock);
        peers.serve(Optional.of(storage));
        binding = Answers.await(TransferServer.bind(
                system, "127.0.0.1", 0, new TransferRoutes(system, id, views, peers::local, settings, clock)));
        address = "http://127.0.0.1:" + binding.localAddress().getPort();
        views.admit(id, address, true);
    }

    /** The other node as this one reaches it. */
    StoragePeer to(TransferNode other) {
        return peers.apply(other.id);
    }

    void stop() throws Exception {
        Answers.await(binding.terminate(java.time.Duration.ofMillis(100)));
        storage.close();
    }
}

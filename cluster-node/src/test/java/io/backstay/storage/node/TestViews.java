package io.backstay.storage.node;

import io.backstay.cluster.view.ClusterSecrets;
import io.backstay.cluster.view.ClusterView;
import io.backstay.cluster.view.NodeView;
import io.backstay.cluster.view.RepositoryView;
import io.backstay.cluster.view.ViewId;
import io.backstay.cluster.view.ViewSource;
import io.backstay.model.ClusterId;
import io.backstay.model.NodeId;
import io.backstay.model.NodeName;
import io.backstay.model.RepositoryId;
import io.backstay.model.RepositoryName;
import io.backstay.model.Role;
import io.backstay.model.Sha256;
import io.backstay.model.UserId;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A view that a test changes. */
public final class TestViews implements ViewSource {
    public static final RepositoryId REPOSITORY = new RepositoryId(new UUID(1, 1));
    public static final Duration GRACE = Duration.ofDays(7);

    private final List<Consumer<ClusterView>> listeners = new CopyOnWriteArrayList<>();
    private final Map<NodeId, NodeView> nodes = new TreeMap<>();
    private String transferKey = key(1);
    private long revision = 1;
    private volatile ClusterView view = build();

    public static NodeId node(int number) {
        return new NodeId(new UUID(7, number));
    }

    public static String key(int seed) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) seed;
        return Base64.getEncoder().encodeToString(bytes);
    }

    public synchronized void admit(NodeId id, String internal, boolean admitted) {
        nodes.put(
                id,
                new NodeView(
                        id,
                        new NodeName("node-" + id.value().getLeastSignificantBits()),
                        Set.of(Role.BACKUP_STORAGE),
                        "",
                        "",
                        internal,
                        "",
                        admitted));
        changed();
    }

    public synchronized void transferKey(String key) {
        transferKey = key;
        changed();
    }

    private void changed() {
        revision++;
        view = build();
        listeners.forEach(listener -> listener.accept(view));
    }

    private ClusterView build() {
        RepositoryView repository = new RepositoryView(
                REPOSITORY, new RepositoryName("backups"), new UserId(new UUID(3, 3)), Map.of(), 3, GRACE);
        return ClusterView.of(
                new ViewId(new ClusterId(new UUID(9, 9)), 1, revision, new Sha256(0, 0, 0, revision)),
                List.copyOf(nodes.values()),
                List.of(),
                List.of(repository),
                List.of(),
                new ClusterSecrets(transferKey, key(2)));
    }

    @Override
    public Optional<ClusterView> current() {
        return Optional.of(view);
    }

    @Override
    public void subscribe(Consumer<ClusterView> listener) {
        listeners.add(listener);
        listener.accept(view);
    }
}

package io.backstay.cluster.membership;

import io.backstay.cluster.view.Reachability;
import io.backstay.model.NodeId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Who is up, as the cluster system last saw it; nobody while there is none. */
public final class ReachableNodes implements Reachability {
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Set<NodeId> up = Set.of();

    @Override
    public Set<NodeId> up() {
        return up;
    }

    @Override
    public void subscribe(Runnable listener) {
        listeners.add(listener);
    }

    /** Replaces the set and tells the listeners, where it differs. */
    synchronized void set(Set<NodeId> nodes) {
        if (!up.equals(nodes)) {
            up = Set.copyOf(nodes);
            listeners.forEach(Runnable::run);
        }
    }
}

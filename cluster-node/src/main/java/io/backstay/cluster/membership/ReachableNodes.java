package io.backstay.cluster.membership;

import io.backstay.cluster.view.Reachability;
import io.backstay.model.NodeId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who is up, as the cluster system last saw it; nobody while there is none. */
public final class ReachableNodes implements Reachability {
    private static final Logger LOG = LoggerFactory.getLogger(ReachableNodes.class);

    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Set<NodeId> up = Set.of();

    @Override
    public Set<NodeId> up() {
        return up;
    }

    @Override
    public Runnable subscribe(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Replaces the set and tells the listeners, where it differs. */
    synchronized void set(Set<NodeId> nodes) {
        if (!up.equals(nodes)) {
            up = Set.copyOf(nodes);
            for (Runnable listener : listeners) {
                try {
                    listener.run();
                } catch (RuntimeException e) {
                    // One of a system that is about to end must keep nobody else from hearing of it.
                    LOG.warn("A listener to changes of the members failed", e);
                }
            }
        }
    }
}

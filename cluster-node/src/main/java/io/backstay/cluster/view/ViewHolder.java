package io.backstay.cluster.view;

import io.backstay.cluster.files.DurableFile;
import io.backstay.model.BackstayException;
import io.backstay.model.ClusterId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest view that this node has seen, in memory and in {@code <data>/view.json} (readable by its owner only, since it
 * holds the cluster's keys). It never goes back and takes no view of another cluster. Safe for use by many threads;
 * {@link #offer} writes to the disk, so it belongs on a thread that may block.
 */
public final class ViewHolder implements ViewSource {
    private static final Logger LOG = LoggerFactory.getLogger(ViewHolder.class);

    private final Path file;
    private final ClusterId cluster;
    private final AtomicReference<Optional<ClusterView>> newest;
    private final List<Consumer<ClusterView>> listeners = new CopyOnWriteArrayList<>();
    private final Object order = new Object();

    private ViewHolder(Path file, ClusterId cluster, Optional<ClusterView> onDisk) {
        this.file = file;
        this.cluster = cluster;
        this.newest = new AtomicReference<>(onDisk);
    }

    /** What became of a view that was offered. */
    public enum Outcome {
        /** It is the newest now, and on disk. */
        TAKEN,
        /** One at least as new is known. */
        NOT_NEWER,
        /** It is of another cluster. */
        FOREIGN
    }

    /**
     * Begins with what the data folder holds. A file that is broken, or of another cluster, is no view: the node waits for
     * the manager's.
     *
     * @throws IOException where the file is there but cannot be read
     */
    public static ViewHolder open(Path data, ClusterId cluster) throws IOException {
        DurableFile.createFolder(data);
        Path file = data.resolve("view.json");
        if (!Files.exists(file)) {
            return new ViewHolder(file, cluster, Optional.empty());
        }
        byte[] content = DurableFile.read(file, ViewCodec.MAX_BYTES);
        try {
            ClusterView view = ViewCodec.decode(content);
            if (view.id().cluster().equals(cluster)) {
                return new ViewHolder(file, cluster, Optional.of(view));
            }
            LOG.warn(
                    "{} is of cluster {}, this node is of {}: not used",
                    file,
                    view.id().cluster(),
                    cluster);
        } catch (BackstayException e) {
            LOG.warn("{} is not used: {}", file, e.getMessage());
        }
        return new ViewHolder(file, cluster, Optional.empty());
    }

    /** The cluster whose views it takes. */
    public ClusterId cluster() {
        return cluster;
    }

    @Override
    public Optional<ClusterView> current() {
        return newest.get();
    }

    @Override
    public void subscribe(Consumer<ClusterView> listener) {
        synchronized (order) {
            listeners.add(listener);
            newest.get().ifPresent(listener);
        }
    }

    /**
     * Takes the view where it is newer; on disk before listeners hear of it.
     *
     * @throws IOException where the disk refused; the view is in use then all the same, and on the disk with the next one
     */
    public Outcome offer(ClusterView view) throws IOException {
        if (!view.id().cluster().equals(cluster)) {
            return Outcome.FOREIGN;
        }
        synchronized (order) {
            if (newest.get().filter(known -> !view.id().newerThan(known.id())).isPresent()) {
                return Outcome.NOT_NEWER;
            }
            try {
                DurableFile.writeSecret(file, ViewCodec.encode(view));
            } finally {
                newest.set(Optional.of(view));
                listeners.forEach(listener -> listener.accept(view));
            }
            return Outcome.TAKEN;
        }
    }
}

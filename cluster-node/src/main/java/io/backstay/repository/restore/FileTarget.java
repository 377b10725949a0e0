package io.backstay.repository.restore;

import io.backstay.repository.json.ByteString;
import io.backstay.repository.tree.Node;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A file whose content is being restored under a temporary name. */
final class FileTarget {
    private final ByteString path;
    private final ByteString temporary;
    private final Node node;
    private final AtomicInteger missingParts;
    private final AtomicBoolean failed = new AtomicBoolean();

    FileTarget(ByteString path, ByteString temporary, Node node, int parts) {
        this.path = path;
        this.temporary = temporary;
        this.node = node;
        this.missingParts = new AtomicInteger(parts);
    }

    ByteString path() {
        return path;
    }

    ByteString temporary() {
        return temporary;
    }

    Node node() {
        return node;
    }

    /** One part is dealt with; answers whether it was the last. */
    boolean partDone() {
        return missingParts.decrementAndGet() == 0;
    }

    /** Marks it as failed; answers whether it was not before. */
    boolean fail() {
        return failed.compareAndSet(false, true);
    }

    boolean hasFailed() {
        return failed.get();
    }
}

package io.backstay.manager.mirror;

import io.backstay.cluster.view.ViewId;
import java.io.IOException;
import java.util.Optional;

/**
 * A place outside of the journal that holds one copy of the manager's state. Blocks its thread. A copy is replaced only by a
 * newer one of the same cluster, whoever writes: that is checked in the place itself. Safe for use by many threads.
 */
public interface StateMirror extends AutoCloseable {
    /** What became of a copy. */
    enum Outcome {
        /** It is there. */
        STORED,
        /** The same state, or a later one, was there and stays. */
        NOT_NEWER,
        /** A copy of another cluster is there and stays. */
        FOREIGN,
        /** A copy of the same revision with another history is there and stays. */
        FORKED
    }

    /**
     * Writes the copy; doing it twice is harmless.
     *
     * @throws IOException where the place does not answer or is broken; try again later
     */
    Outcome write(MirrorCopy copy) throws IOException;

    /**
     * The copy that is there, as it is: {@link MirrorSeal} tells whether it is genuine.
     *
     * @throws IOException where the place does not answer or holds something that is no copy
     */
    Optional<MirrorCopy> read() throws IOException;

    /**
     * Which state the copy that is there says it is of.
     *
     * @throws IOException as {@link #read} does
     */
    default Optional<ViewId> present() throws IOException {
        return read().map(MirrorCopy::id);
    }

    /** Names the place in messages, without a password. */
    String describe();

    @Override
    void close();
}

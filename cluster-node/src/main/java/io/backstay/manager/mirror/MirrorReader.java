package io.backstay.manager.mirror;

import io.backstay.cluster.view.ViewId;
import io.backstay.model.BackstayException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Looks into a mirror for a manager that begins. Safe for use by many threads. */
public final class MirrorReader {
    /** How long to wait where there is a journal: a cluster waits for its manager. */
    public static final Duration BESIDE_A_JOURNAL = Duration.ofSeconds(2);

    /** How long to wait where the mirror is all there is. */
    public static final Duration WHERE_NOTHING_ELSE_IS = Duration.ofSeconds(60);

    private final StateMirror mirror;
    private final MirrorSeal seal;
    private final Executor blocking;

    /**
     * A reader.
     *
     * @param blocking whose threads may be blocked
     */
    public MirrorReader(StateMirror mirror, MirrorSeal seal, Executor blocking) {
        this.mirror = mirror;
        this.seal = seal;
        this.blocking = blocking;
    }

    /**
     * Looks once; does not fail.
     *
     * @param journal which state the journal has; a copy of the same is not opened
     * @param patience until the mirror counts as away
     */
    public CompletionStage<MirrorFinding> look(Optional<ViewId> journal, Duration patience) {
        return CompletableFuture.supplyAsync(() -> read(journal), blocking)
                .completeOnTimeout(unreadable("it does not answer"), patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private MirrorFinding read(Optional<ViewId> journal) {
        try {
            Optional<MirrorCopy> copy = mirror.read();
            return copy.isEmpty() || copy.map(MirrorCopy::id).equals(journal)
                    ? new MirrorFinding.Nothing()
                    : new MirrorFinding.Genuine(seal.open(copy.get()));
        } catch (IOException | BackstayException e) {
            return unreadable(String.valueOf(e.getMessage()));
        }
    }

    private MirrorFinding unreadable(String why) {
        return new MirrorFinding.Unreadable("the state mirror %s: %s".formatted(mirror.describe(), why));
    }
}

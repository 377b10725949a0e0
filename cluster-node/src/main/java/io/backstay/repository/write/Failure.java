package io.backstay.repository.write;

import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The first failure of work that many threads share; after it all of them stop. */
final class Failure {
    private final AtomicReference<@Nullable Exception> first = new AtomicReference<>();

    void note(Exception e) {
        if (!first.compareAndSet(null, e)) {
            Exception before = first.get();
            // What check() threw on comes back here from those who met it.
            if (before != null && !(e instanceof CompletionException)) {
                before.addSuppressed(e);
            }
        }
    }

    /** Throws where something has failed. */
    void check() {
        Exception e = first.get();
        if (e != null) {
            throw new CompletionException(e);
        }
    }
}

package io.backstay.local.cluster;

import io.backstay.local.process.Supervised;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Ends several processes side by side. */
final class AllAtOnce {
    private AllAtOnce() {}

    /** Ends one process and waits for its end. */
    interface Ending {
        void end(Supervised process) throws InterruptedException;
    }

    /** Returns when all have ended; an interruption does not hasten it. */
    static void end(List<Supervised> processes, Ending ending) {
        CompletableFuture.allOf(processes.stream()
                        .map(process -> CompletableFuture.runAsync(
                                () -> end(process, ending),
                                task -> Thread.ofVirtual()
                                        .name("end-" + process.name())
                                        .start(task)))
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    private static void end(Supervised process, Ending ending) {
        try {
            ending.end(process);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
    }
}

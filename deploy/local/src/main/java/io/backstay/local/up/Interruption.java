package io.backstay.local.up;

import io.backstay.local.cluster.Launcher;
import java.util.Optional;
import java.util.function.Consumer;

/** The first signal interrupts the launcher's thread, which stops everything; the second one ends what takes long. */
final class Interruption {
    private final Thread main;
    private final Consumer<String> progress;
    private volatile Optional<Launcher> launcher = Optional.empty();

    Interruption(Thread main, Consumer<String> progress) {
        this.main = main;
        this.progress = progress;
    }

    /** What the second signal is for. */
    void launcher(Launcher running) {
        launcher = Optional.of(running);
    }

    void signalled(int ordinal) {
        if (ordinal == 1) {
            progress.accept("stopping …");
            main.interrupt();
        } else if (ordinal == 2) {
            progress.accept("killing what still runs …");
            launcher.ifPresent(Launcher::hurry);
        }
    }
}

package io.backstay.bench.contender;

import io.backstay.local.cluster.LauncherException;
import java.io.IOException;
import java.nio.file.Path;

/** A server that takes part. */
public interface Contender {
    /** As it stands in the tables. */
    String name();

    /**
     * Starts it with nothing stored and waits until it answers.
     *
     * @param folder where its data goes; empty or missing
     */
    Serving start(Path folder) throws IOException, LauncherException, InterruptedException;

    /** Shows where the contender is on its way. */
    @FunctionalInterface
    interface Log {
        /** Takes a line. */
        void line(String text);
    }
}

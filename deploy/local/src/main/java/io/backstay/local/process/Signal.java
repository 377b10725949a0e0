package io.backstay.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Signals that the launcher sends. */
public enum Signal {
    /** Asks to end. */
    TERM,
    /** Postgres's way to end without waiting for its clients. */
    INT,
    /** Ends at once; nothing is cleaned up. */
    KILL,
    /** Freezes. */
    STOP,
    /** Ends a freeze. */
    CONT;

    /**
     * Sends the signal. A process that has ended, or another that got its pid since, gets none.
     *
     * @throws UncheckedIOException where no shell can be run
     */
    void send(ProcessHandle process) {
        if (!process.isAlive()) {
            return;
        }
        if (this == KILL) {
            process.destroyForcibly();
            return;
        }
        try {
            // kill is built into every shell; that it fails means that the process ended just now.
            new ProcessBuilder("sh", "-c", "kill -s \"$1\" \"$2\"", "sh", name(), Long.toString(process.pid()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .onExit()
                    .join();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run sh", e);
        }
    }
}

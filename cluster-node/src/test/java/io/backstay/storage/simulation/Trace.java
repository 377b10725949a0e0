package io.backstay.storage.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What happened, for people; written only in the run that repeats a violation. */
final class Trace {
    private final boolean on;
    private final List<String> lines = new ArrayList<>();

    Trace(boolean on) {
        this.on = on;
    }

    boolean on() {
        return on;
    }

    void add(long nowMillis, String line) {
        if (on) {
            lines.add(String.format(Locale.ROOT, "%9.3f  %s", nowMillis / 1000.0, line));
        }
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}

package io.backstay.local.cluster;

import io.backstay.local.process.CleanEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Has the node's quick start prepared, once for what was built: each start of a cluster is seconds shorter from then on. */
final class QuickStart {
    /** Older ones make no such cache. */
    private static final int JAVA = 25;

    private QuickStart() {}

    static void ensure(Path home, Consumer<String> progress) throws IOException, InterruptedException {
        Path prepare = home.resolve("bin/prepare-start");
        Path cache = home.resolve("lib/backstay.aot");
        if (Runtime.version().feature() < JAVA || !Files.isExecutable(prepare) || newer(cache, home)) {
            return;
        }
        progress.accept("preparing a quick start, once for this build (about 15 s) …");
        int status = CleanEnvironment.builder(List.of(prepare.toString()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (status != 0) {
            progress.accept("bin/prepare-start ended with status %d; nodes start without it".formatted(status));
        }
    }

    private static boolean newer(Path cache, Path home) throws IOException {
        return Files.exists(cache)
                && Files.getLastModifiedTime(cache)
                                .compareTo(Files.getLastModifiedTime(home.resolve("lib/backstay.jar")))
                        >= 0;
    }
}

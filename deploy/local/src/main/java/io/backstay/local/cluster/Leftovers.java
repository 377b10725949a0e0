package io.backstay.local.cluster;

import io.backstay.local.process.ChildProcess;
import io.backstay.local.process.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Stops what a launcher that was killed left running: nodes first, then the servers that they need. */
final class Leftovers {
    private Leftovers() {}

    static void stop(DataFolder folder, Duration within, Consumer<String> progress)
            throws IOException, InterruptedException {
        List<Path> servers = List.of(folder.of(Servers.POSTGRES), folder.of(Servers.REDIS));
        List<Path> nodes = folder.entries().stream()
                .filter(Files::isDirectory)
                .filter(entry -> !servers.contains(entry))
                .toList();
        stop(nodes, within, progress);
        stop(servers, within, progress);
    }

    private static void stop(List<Path> folders, Duration within, Consumer<String> progress)
            throws IOException, InterruptedException {
        List<ChildProcess> left = new ArrayList<>();
        for (Path folder : folders) {
            ChildProcess.leftIn(folder).ifPresent(process -> {
                progress.accept("stopping %s (pid %d), left by a launcher that was killed"
                        .formatted(folder.getFileName(), process.pid()));
                left.add(process);
                process.signal(folder.endsWith(Servers.POSTGRES) ? Signal.INT : Signal.TERM);
            });
        }
        for (ChildProcess process : left) {
            if (!process.end(Signal.CONT, within)) {
                progress.accept("pid %d had to be killed".formatted(process.pid()));
            }
        }
    }
}

package io.backstay.local.cluster;

import io.backstay.local.files.FileTree;
import io.backstay.local.process.CleanEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Makes the cluster's id, its authority and its keys, once for a data folder. */
final class Founding {
    private Founding() {}

    static void ensure(Path home, DataFolder folder) throws IOException, LauncherException, InterruptedException {
        if (Files.exists(folder.authority())) {
            return;
        }
        // Another name until all is there.
        Path made = folder.of("cluster.new");
        FileTree.delete(made);
        Path log = folder.of("cluster-init.log");
        int status = CleanEnvironment.builder(List.of(
                        home.resolve("bin/backstay").toString(), "cluster", "init", "--output", made.toString()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        if (status != 0) {
            throw new LauncherException("'backstay cluster init' ended with status " + status, Files.readAllLines(log));
        }
        Files.move(made, folder.authority());
        Files.delete(log);
    }
}

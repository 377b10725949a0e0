package io.backstay.bench.contender;

import io.backstay.local.process.ChildProcess;
import io.backstay.local.process.Program;
import io.backstay.local.process.Signal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** restic's own rest-server: it verifies the hash of what it takes, forces the file to the disk and then its folder. */
public record RestServer(String program, int port) implements Contender {
    @Override
    public String name() {
        return "rest-server";
    }

    @Override
    public Serving start(Path folder) throws IOException, InterruptedException {
        Program server = new Program(
                "rest-server",
                folder.resolve("run"),
                List.of(
                        program,
                        "--no-auth",
                        "--listen",
                        "127.0.0.1:" + port,
                        "--path",
                        folder.resolve("files").toString()),
                Map.of(),
                Signal.TERM);
        return Peer.await(ChildProcess.start(server), port, "POST", true);
    }
}

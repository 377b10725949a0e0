package io.backstay.local.control;

import io.backstay.local.cluster.LauncherException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Asks the launcher that runs on a data folder. */
final class ControlClient {
    private final Path data;

    ControlClient(Path data) {
        this.data = data;
    }

    /**
     * Asks and waits for the answer.
     *
     * @throws LauncherException where no launcher runs
     */
    Answer ask(Request request) throws IOException, LauncherException {
        Path socket = Channel.find(data).orElseThrow(this::nobody);
        try (SocketChannel channel = SocketChannel.open(Channel.address(socket))) {
            Channel.write(channel, request);
            return Channel.read(channel, Answer.class);
        } catch (SocketException e) {
            throw nobody();
        }
    }

    private LauncherException nobody() {
        return new LauncherException(
                "no launcher runs on %s; begin with deploy/local/up, or name its folder with --data".formatted(data));
    }
}

package io.backstay.bench.contender;

import io.backstay.bench.load.Connection;
import io.backstay.local.process.ChildProcess;
import io.backstay.local.process.Signal;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A server that is one program.
 *
 * @param makesRepositories whether a repository has to be made before it is written to
 */
record Peer(ChildProcess process, int port, String uploadMethod, boolean makesRepositories) implements Serving {
    private static final Duration END_WITHIN = Duration.ofSeconds(10);
    private static final long LOOK_EVERY_MILLIS = 20;
    private static final int LOOKS = 500;

    /** Waits until the port is open. */
    static Peer await(ChildProcess process, int port, String uploadMethod, boolean makesRepositories)
            throws IOException, InterruptedException {
        Peer peer = new Peer(process, port, uploadMethod, makesRepositories);
        for (int look = 1; ; look++) {
            try {
                Connection.open(peer.address(), Optional.empty()).close();
                return peer;
            } catch (IOException e) {
                if (look == LOOKS || !process.alive()) {
                    peer.close();
                    throw new IOException("nothing listens on port %d; see the server's log".formatted(port), e);
                }
                Thread.sleep(LOOK_EVERY_MILLIS);
            }
        }
    }

    private URI address() {
        return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public void make(String repository) throws IOException {
        if (makesRepositories) {
            try (Connection connection = Connection.open(address(), Optional.empty())) {
                connection.expect("POST", "/" + repository + "/?create=true", 200);
            }
        }
    }

    @Override
    public URI objects(String repository) {
        return address().resolve("/" + repository + "/");
    }

    @Override
    public Optional<String> authorization() {
        return Optional.empty();
    }

    @Override
    public String restic(String repository) {
        return "rest:" + objects(repository);
    }

    @Override
    public List<Long> servers() {
        return List.of(process.pid());
    }

    @Override
    public List<Long> databases() {
        return List.of();
    }

    @Override
    public void close() throws InterruptedIOException {
        try {
            process.end(Signal.TERM, END_WITHIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the server ended");
        }
    }
}

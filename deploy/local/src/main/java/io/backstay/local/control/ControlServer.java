package io.backstay.local.control;

import io.backstay.local.cluster.Launcher;
import io.backstay.local.cluster.LauncherException;
import io.backstay.local.process.Supervised;
import io.backstay.local.table.NodeRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what {@code ctl} asks, one request a connection. */
public final class ControlServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

    private final Launcher launcher;
    private final Path socket;
    private final ServerSocketChannel server;

    private ControlServer(Launcher launcher, Path socket, ServerSocketChannel server) {
        this.launcher = launcher;
        this.socket = socket;
        this.server = server;
    }

    /** Listens for the launcher, which has its data folder. */
    public static ControlServer start(Launcher launcher) throws IOException {
        Path socket = Channel.choose(launcher.data());
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(Channel.address(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        ControlServer server = new ControlServer(launcher, socket, channel);
        Thread.ofVirtual().name("control").start(server::accept);
        return server;
    }

    private void accept() {
        while (true) {
            try {
                SocketChannel client = server.accept();
                Thread.ofVirtual().name("control-request").start(() -> serve(client));
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.warn("ctl cannot be served any more", e);
                return;
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            Channel.write(client, answer(Channel.read(client, Request.class)));
        } catch (IOException e) {
            LOG.debug("A client of ctl went away", e);
        }
    }

    private Answer answer(Request request) {
        try {
            return switch (request.action()) {
                case STATUS -> status(request.names());
                case ADD -> add(request);
                case START, STOP, KILL, PAUSE, RESUME -> toEach(request);
            };
        } catch (LauncherException e) {
            return Answer.refused(e.getMessage(), e.details());
        } catch (IOException e) {
            return Answer.refused("it failed: " + e.getMessage(), List.of());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.refused("the launcher is ending", List.of());
        }
    }

    private Answer status(List<String> names) throws LauncherException, InterruptedException {
        for (String name : names) {
            launcher.process(name);
        }
        List<NodeRow> rows = NodeRow.of(launcher.nodes(), launcher.manager());
        return Answer.status(rows.stream()
                .filter(row -> names.isEmpty() || names.contains(row.name()))
                .toList());
    }

    private Answer add(Request request) throws IOException, LauncherException, InterruptedException {
        String name = launcher.add(request.names().stream().findFirst(), request.roles())
                .name();
        if (!request.await()) {
            return Answer.done(name + " was started");
        }
        launcher.awaitReady(name);
        return Answer.done(name + " has joined and is ready");
    }

    private Answer toEach(Request request) throws IOException, LauncherException, InterruptedException {
        for (String name : request.names()) {
            launcher.process(name);
        }
        StringBuilder message = new StringBuilder();
        for (String name : request.names()) {
            Optional<String> refused = apply(request, launcher.process(name));
            if (refused.isPresent()) {
                return Answer.refused(message + name + " " + refused.get(), List.of());
            }
            message.append(message.isEmpty() ? "" : ", ")
                    .append(name)
                    .append(' ')
                    .append(past(request));
        }
        return Answer.done(message.toString());
    }

    /** Why it cannot be done; none where it was. */
    private Optional<String> apply(Request request, Supervised process)
            throws IOException, LauncherException, InterruptedException {
        boolean did = switch (request.action()) {
            case START -> {
                process.start();
                if (request.await()) {
                    launcher.awaitReady(process.name());
                }
                yield true;
            }
            case STOP -> {
                process.stop(Launcher.END_WITHIN);
                yield true;
            }
            case KILL -> process.kill(request.stayDown(), Launcher.END_WITHIN);
            case PAUSE -> process.pause();
            case RESUME -> process.resume();
            case STATUS, ADD -> throw new IllegalArgumentException("not for one process");
        };
        return did ? Optional.empty() : Optional.of("does not run");
    }

    private static String past(Request request) {
        return switch (request.action()) {
            case START -> request.await() ? "is ready" : "was started";
            case STOP -> "was stopped";
            case KILL -> request.stayDown() ? "was killed and stays down" : "was killed";
            case PAUSE -> "is paused";
            case RESUME -> "goes on";
            case STATUS, ADD -> throw new IllegalArgumentException("not for one process");
        };
    }

    /** Listens no more; requests that are being done go on. */
    @Override
    public void close() {
        try {
            server.close();
            Channel.delete(launcher.data(), socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.backstay.local.control;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.backstay.local.files.AtomicFile;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The way between client and launcher: where the socket is, and one JSON object a line on it. */
final class Channel {
    /** What the system allows, less a margin for systems that allow less. */
    private static final int LONGEST_SOCKET_PATH = 100;

    private static final int LONGEST_LINE_BYTES = 1024 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    private Channel() {}

    /**
     * Decides where a launcher listens: in the data folder, or in a folder of its own under the system's temporary one where
     * that path would be too long. A file in the data folder names it.
     */
    static Path choose(Path data) throws IOException {
        Optional<Path> earlier = find(data);
        if (earlier.isPresent()) {
            delete(data, earlier.get());
        }
        Path socket = data.resolve("control.sock");
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_SOCKET_PATH) {
            socket = Files.createTempDirectory("backstay-").resolve("control.sock");
        }
        AtomicFile.write(pointer(data), socket + "\n");
        return socket;
    }

    /** Deletes the socket, with its folder where it had one of its own. */
    static void delete(Path data, Path socket) throws IOException {
        Files.deleteIfExists(socket);
        Path folder = socket.resolveSibling(".").normalize();
        if (!folder.equals(data)) {
            Files.deleteIfExists(folder);
        }
    }

    /** Where the launcher on the folder listens; none where none ever ran. */
    static Optional<Path> find(Path data) throws IOException {
        Path file = pointer(data);
        return Files.exists(file) ? Optional.of(Path.of(Files.readString(file).strip())) : Optional.empty();
    }

    private static Path pointer(Path data) {
        return data.resolve("control");
    }

    static UnixDomainSocketAddress address(Path socket) {
        return UnixDomainSocketAddress.of(socket);
    }

    static void write(SocketChannel channel, Object message) throws IOException {
        ByteBuffer line = ByteBuffer.wrap((JSON.writeValueAsString(message) + "\n").getBytes(StandardCharsets.UTF_8));
        while (line.hasRemaining()) {
            channel.write(line);
        }
    }

    /** @throws IOException where the other side ends or sends something else */
    static <T> T read(SocketChannel channel, Class<T> type) throws IOException {
        ByteBuffer line = ByteBuffer.allocate(LONGEST_LINE_BYTES);
        while (channel.read(line) >= 0) {
            int end = line.position();
            if (end > 0 && line.get(end - 1) == '\n') {
                return JSON.readValue(line.array(), 0, end, type);
            }
            if (!line.hasRemaining()) {
                throw new IOException("a line is longer than %d bytes".formatted(LONGEST_LINE_BYTES));
            }
        }
        throw new IOException("the other side ended");
    }
}

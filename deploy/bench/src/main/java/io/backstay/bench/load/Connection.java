package io.backstay.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** One connection that stays open between requests. One thread at a time. */
public final class Connection implements AutoCloseable {
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};

    private final SocketChannel channel;
    private final String common;
    private boolean bodiless;
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES).flip();

    private Connection(SocketChannel channel, String common) {
        this.channel = channel;
        this.common = common;
    }

    /**
     * Connects.
     *
     * @param authorization sent with each request
     */
    public static Connection open(URI address, Optional<String> authorization) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(address.getHost(), address.getPort()));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return new Connection(
                channel,
                " HTTP/1.1\r\nHost: " + address.getAuthority() + "\r\n"
                        + authorization
                                .map(value -> "Authorization: " + value + "\r\n")
                                .orElse(""));
    }

    /** What was answered; the body has been read. */
    public record Answer(int status, long bytes, boolean degraded) {}

    /** A request without a body, whose answer must have the status. */
    public Answer expect(String method, String target, int status) throws IOException {
        return checked(exchange(method, target, "", new ByteBuffer[0], Connection::ignore), method, target, status);
    }

    /** A request without a body, whatever the answer. */
    public Answer request(String method, String target) throws IOException {
        return exchange(method, target, "", new ByteBuffer[0], Connection::ignore);
    }

    /** Sends the body's remaining bytes, which stay unread. */
    public Answer upload(String method, String target, ByteBuffer... body) throws IOException {
        return exchange(method, target, "", body, Connection::ignore);
    }

    /** Reads a whole object, or the range {@code from}-{@code to}, both included. */
    public Answer download(String target, Optional<Range> range, Consumer<ByteBuffer> bytes) throws IOException {
        String header = range.map(part -> "Range: bytes=%d-%d\r\n".formatted(part.from(), part.to()))
                .orElse("");
        return checked(
                exchange("GET", target, header, new ByteBuffer[0], bytes),
                "GET",
                target,
                range.isPresent() ? 206 : 200);
    }

    /** As the other, for bytes that nobody looks at. */
    public Answer download(String target, Optional<Range> range) throws IOException {
        return download(target, range, Connection::ignore);
    }

    /** The list of a type, with sizes. */
    public Answer list(String target) throws IOException {
        String header = "Accept: application/vnd.x.restic.rest.v2\r\n";
        return checked(exchange("GET", target, header, new ByteBuffer[0], Connection::ignore), "GET", target, 200);
    }

    /** A range of bytes, both ends included. */
    public record Range(long from, long to) {}

    private static void ignore(ByteBuffer bytes) {
        bytes.position(bytes.limit());
    }

    private static Answer checked(Answer answer, String method, String target, int status) throws IOException {
        if (answer.status() != status) {
            throw new IOException("%s %s was answered with %d".formatted(method, target, answer.status()));
        }
        return answer;
    }

    private Answer exchange(String method, String target, String headers, ByteBuffer[] body, Consumer<ByteBuffer> bytes)
            throws IOException {
        ByteBuffer[] out = new ByteBuffer[body.length + 1];
        long length = 0;
        for (int i = 0; i < body.length; i++) {
            out[i + 1] = body[i].duplicate();
            length += body[i].remaining();
        }
        String head = method + " " + target + common + headers
                + (method.equals("GET") ? "" : "Content-Length: " + length + "\r\n") + "\r\n";
        bodiless = method.equals("HEAD");
        out[0] = StandardCharsets.ISO_8859_1.encode(head);
        long left = out[0].remaining() + length;
        while (left > 0) {
            left -= channel.write(out);
        }
        return answer(bytes);
    }

    private Answer answer(Consumer<ByteBuffer> bytes) throws IOException {
        String head = head();
        String[] lines = head.split("\r\n", -1);
        int status = Integer.parseInt(lines[0].split(" ", 3)[1]);
        long length = -1;
        boolean degraded = false;
        for (String line : lines) {
            String lower = line.toLowerCase(Locale.ROOT);
            degraded |= lower.startsWith("backstay-degraded:");
            if (lower.startsWith("content-length:")) {
                length = Long.parseLong(
                        line.substring("content-length:".length()).strip());
            }
        }
        if (status == 100) {
            return answer(bytes);
        }
        if (bodiless) {
            return new Answer(status, Math.max(length, 0), degraded);
        }
        if (length >= 0) {
            body(length, bytes);
            return new Answer(status, length, degraded);
        }
        return new Answer(status, status == 204 ? 0 : chunks(bytes), degraded);
    }

    private String head() throws IOException {
        StringBuilder head = new StringBuilder();
        int matched = 0;
        while (matched < END_OF_HEAD.length) {
            byte next = next();
            matched = next == END_OF_HEAD[matched] ? matched + 1 : next == '\r' ? 1 : 0;
            head.append((char) next);
        }
        return head.toString();
    }

    private long chunks(Consumer<ByteBuffer> bytes) throws IOException {
        long total = 0;
        while (true) {
            String line = line();
            long length = Long.parseLong(line.split(";", 2)[0].strip(), 16);
            body(length, bytes);
            total += length;
            line();
            if (length == 0) {
                return total;
            }
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (byte next = next(); next != '\n'; next = next()) {
            line.append((char) next);
        }
        return line.toString().strip();
    }

    private void body(long length, Consumer<ByteBuffer> bytes) throws IOException {
        long left = length;
        while (left > 0) {
            if (!in.hasRemaining()) {
                fill();
            }
            ByteBuffer part = in.slice(in.position(), (int) Math.min(left, in.remaining()));
            in.position(in.position() + part.remaining());
            left -= part.remaining();
            bytes.accept(part);
        }
    }

    private byte next() throws IOException {
        if (!in.hasRemaining()) {
            fill();
        }
        return in.get();
    }

    private void fill() throws IOException {
        in.clear();
        int count = channel.read(in);
        in.flip();
        if (count < 0) {
            throw new EOFException("the server closed the connection");
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

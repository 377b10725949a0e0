package io.backstay.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A connection to a node, byte by byte: for what no well-behaved client sends. */
public final class Wire implements AutoCloseable {
    /** Less than the node's own for a connection without requests, so that one which is forgotten shows. */
    private static final int PATIENCE_MILLIS = 90_000;

    private final Socket socket;
    private final InputStream in;

    private Wire(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    /** A new connection from an address of its own. */
    public static Wire to(RunningNode node) throws IOException {
        Socket socket = new Socket(node.http().getHost(), node.http().getPort(), node.freshAddress(), 0);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        return new Wire(socket);
    }

    /** Sends text; each character is a byte. */
    public Wire send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends bytes. */
    public Wire send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Sends the head of a request; a blank line follows the headers. */
    public Wire head(String requestLine, String... headers) throws IOException {
        StringBuilder head = new StringBuilder(requestLine).append(" HTTP/1.1\r\nHost: backstay\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return send(head.append("\r\n").toString());
    }

    /** Says that nothing more will be sent, and goes on reading. */
    public Wire endSending() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Breaks the connection off: the peer sees a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Whether the node has ended the connection; waits until it says something. */
    public boolean ended() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketException e) {
            return true;
        }
    }

    /** Whether there is something to read; does not wait. */
    public boolean anythingCame() throws IOException {
        return in.available() > 0;
    }

    /** Everything that comes until the node ends the connection. */
    public byte[] all() throws IOException {
        return in.readAllBytes();
    }

    /** The next answer to a request that was no HEAD; none where the connection ended before. */
    public Optional<Answer> answer() throws IOException {
        return answer(true);
    }

    /** The next answer; one to HEAD has no body whatever its length. */
    public Optional<Answer> answer(boolean withBody) throws IOException {
        String status;
        try {
            status = line();
        } catch (java.net.SocketException e) {
            return Optional.empty();
        }
        if (status.isEmpty()) {
            return Optional.empty();
        }
        if (!status.matches("HTTP/1\\.1 \\d{3} .*")) {
            throw new ProtocolException("no status line: '%s'".formatted(status));
        }
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            String[] parts = line.split(":", 2);
            if (parts.length < 2) {
                throw new ProtocolException("no header: '%s' after %s and %s".formatted(line, status, headers));
            }
            headers.computeIfAbsent(parts[0].toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(parts[1].strip());
        }
        Answer head = new Answer(Integer.parseInt(status.split(" ", 3)[1]), headers, new byte[0]);
        return Optional.of(withBody ? new Answer(head.status(), headers, body(head)) : head);
    }

    private byte[] body(Answer head) throws IOException {
        if (head.header("Transfer-Encoding").isPresent()) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
                body.writeBytes(exactly(size));
                line();
            }
            line();
            return body.toByteArray();
        }
        Optional<Integer> length = head.header("Content-Length").map(Integer::parseInt);
        boolean none = head.status() < 200 || head.status() == 204 || head.status() == 304;
        // To a client of HTTP/1.0 a body that is made as it is sent ends with the connection (RFC 9112, 6.3).
        return none ? new byte[0] : length.isPresent() ? exactly(length.get()) : in.readAllBytes();
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new ProtocolException("ended after %d of %d bytes".formatted(bytes.length, length));
        }
        return bytes;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.write(next);
        }
        byte[] bytes = line.toByteArray();
        int end = bytes.length > 0 && bytes[bytes.length - 1] == '\r' ? bytes.length - 1 : bytes.length;
        return new String(Arrays.copyOf(bytes, end), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

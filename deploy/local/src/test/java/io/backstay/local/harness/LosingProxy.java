package io.backstay.local.harness;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Stands between a client and a node and loses answers: the request arrives whole, the node's answer is awaited, so that what
 * was asked for is done and recorded, and then the client's connection is closed in place of the answer. One request a
 * connection.
 */
public final class LosingProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final URI target;
    private final Predicate<String> loses;
    private final AtomicInteger lost = new AtomicInteger();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private LosingProxy(ServerSocket listener, URI target, Predicate<String> loses) {
        this.listener = listener;
        this.target = target;
        this.loses = loses;
    }

    /**
     * A proxy to a node.
     *
     * @param loses whether the answer to a request line is lost; asked once a request
     */
    public static LosingProxy to(TestNode node, Predicate<String> loses) throws IOException {
        LosingProxy proxy = new LosingProxy(
                new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), URI.create(node.http()), loses);
        proxy.threads.execute(proxy::accept);
        return proxy;
    }

    /** Its address for clients. */
    public String http() {
        return "http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + listener.getLocalPort();
    }

    /** How many answers it has lost. */
    public int lost() {
        return lost.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new IllegalStateException("the proxy cannot accept", e);
                }
            }
        }
    }

    /** A connection that breaks is what this is about: whoever waits for it sees it. */
    private void serve(Socket client) {
        try (client;
                Socket node = new Socket(target.getHost(), target.getPort())) {
            String line = forward(new BufferedInputStream(client.getInputStream()), node.getOutputStream());
            InputStream answer = node.getInputStream();
            int first = answer.read();
            if (first >= 0 && loses.test(line)) {
                lost.incrementAndGet();
                return;
            }
            if (first >= 0) {
                client.getOutputStream().write(first);
                answer.transferTo(client.getOutputStream());
            }
        } catch (IOException e) {
            System.out.println("[proxy] " + e.getMessage());
        }
    }

    /** Sends one request on, saying that the connection ends with it; answers with its first line. */
    private static String forward(InputStream client, OutputStream node) throws IOException {
        String line = line(client);
        StringBuilder head = new StringBuilder(line).append("\r\n");
        long length = 0;
        for (String header = line(client); !header.isEmpty(); header = line(client)) {
            String name = header.toLowerCase(Locale.ROOT);
            if (name.startsWith("content-length:")) {
                length =
                        Long.parseLong(header.substring(header.indexOf(':') + 1).strip());
            }
            if (!name.startsWith("connection:")) {
                head.append(header).append("\r\n");
            }
        }
        head.append("Connection: close\r\n\r\n");
        node.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        byte[] buffer = new byte[64 * 1024];
        while (length > 0) {
            int read = client.read(buffer, 0, (int) Math.min(buffer.length, length));
            if (read < 0) {
                throw new IOException("the client has gone in the middle of a body");
            }
            node.write(buffer, 0, read);
            length -= read;
        }
        node.flush();
        return line;
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("the client has gone");
            }
            bytes.write(next);
        }
        return bytes.toString(StandardCharsets.ISO_8859_1).strip();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
    }
}

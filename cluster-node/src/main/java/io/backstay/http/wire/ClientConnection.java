package io.backstay.http.wire;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/** One client's connection, as those see it who answer its requests. Safe for use by many threads. */
public final class ClientConnection {
    /** Stands for a request that was refused: no client can ask for it, and its answer comes in its turn. */
    private final String refusedPath;

    private final InetSocketAddress remote;
    private final AtomicInteger open = new AtomicInteger();
    private volatile Optional<Refusal> head = Optional.empty();
    private volatile Optional<Refusal> body = Optional.empty();
    private volatile long moved;
    private volatile boolean between = true;
    private volatile Runnable atEnd = () -> {};

    ClientConnection(InetSocketAddress remote, String refusedPath, long now) {
        this.remote = remote;
        this.refusedPath = refusedPath;
        this.moved = now;
    }

    /** Where the client is. */
    public InetAddress address() {
        return remote.getAddress();
    }

    /** Why this request, which stands for another, was not let through; none for one that a client sent. */
    public Optional<Refusal> refused(HttpRequest request) {
        return head.filter(refusal -> request.getUri().getPathString().equals(refusedPath));
    }

    /** Why the body of the request under way was cut off, where it was. */
    public Optional<Refusal> cutOff() {
        return body;
    }

    InetSocketAddress remote() {
        return remote;
    }

    /** The bytes that are read as a request in the place of a refused one. */
    String inPlaceOf(Refusal refusal) {
        head = Optional.of(refusal);
        return "GET " + refusedPath + " HTTP/1.1\r\nHost: refused\r\nConnection: close\r\n\r\n";
    }

    void cutOff(Refusal refusal) {
        body = Optional.of(refusal);
    }

    void begun() {
        open.incrementAndGet();
    }

    /** What to do when the connection has ended; only the last one counts. */
    void atEnd(Runnable action) {
        atEnd = action;
    }

    void ended() {
        atEnd.run();
    }

    void answered() {
        open.decrementAndGet();
    }

    void moved(long now, boolean betweenRequests) {
        moved = now;
        between = betweenRequests;
    }

    /** Whether nobody would miss it: no request is under way. */
    boolean idle() {
        return between && open.get() == 0;
    }

    /** Whether every request that was handed on has its answer, if perhaps not its whole body. */
    boolean unasked() {
        return open.get() == 0;
    }

    /** When a byte last moved, as {@link System#nanoTime()}. */
    long lastMoved() {
        return moved;
    }
}

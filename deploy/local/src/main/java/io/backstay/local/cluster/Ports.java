package io.backstay.local.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Free ports of loopback, none twice. They lie below those that the system gives to outgoing connections: one that is free
 * now is free at the next start too, unless somebody else chooses it.
 */
public final class Ports {
    private static final int LOWEST = 15_000;
    private static final int HIGHEST = 32_000;

    private final RandomGenerator random;
    private final Set<Integer> given = new HashSet<>();

    /** Chooses by chance, so that launchers beside each other seldom choose the same. */
    public Ports(RandomGenerator random) {
        this.random = random;
    }

    /** A free one. */
    public int free() {
        while (true) {
            int port = random.nextInt(LOWEST, HIGHEST);
            if (!given.contains(port) && isFree(port)) {
                given.add(port);
                return port;
            }
        }
    }

    /** The first of so many free ones in a row. */
    public int freeRow(int count) {
        while (true) {
            int first = random.nextInt(LOWEST, HIGHEST - count);
            if (IntStream.range(first, first + count).allMatch(port -> !given.contains(port) && isFree(port))) {
                reserve(first, count);
                return first;
            }
        }
    }

    /** Gives none of so many in a row. */
    void reserve(int first, int count) {
        IntStream.range(first, first + count).forEach(given::add);
    }

    /** The one given, or where it is taken another one. */
    int keptOrFree(int port) {
        return given.add(port) && isFree(port) ? port : free();
    }

    /** Whether nobody listens there. */
    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}

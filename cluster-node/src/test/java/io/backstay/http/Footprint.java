package io.backstay.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What a node's process holds at a moment, seen from outside: what the kernel says of it, and the living objects of its heap
 * after a collection.
 *
 * @param files open files, sockets among them
 * @param tickets tickets for uploads, uploads, and connections of clients
 */
record Footprint(long heapBytes, int threads, int files, int sockets, long tickets, long uploads, long connections) {
    private static final String TICKET = named("io.backstay.storage.protocol.Tickets$Entry");
    private static final String UPLOAD = named("io.backstay.storage.door.Upload");
    private static final String CONNECTION = named("io.backstay.http.wire.ClientConnection");

    /** Connections to the database that the node may hold by chance at one moment and not at another. */
    private static final int POOLED = 4;

    /** A node on a busy machine comes to the point where it can be asked when it comes. */
    private static final Duration TOOL_LIMIT = Duration.ofMinutes(2);

    static Footprint of(long pid) throws IOException {
        List<String> histogram = histogram(pid);
        return new Footprint(
                histogram.stream()
                        .filter(line -> line.startsWith("Total"))
                        .mapToLong(line -> Long.parseLong(line.strip().split("\\s+", -1)[2]))
                        .sum(),
                threads(pid),
                descriptors(pid).size(),
                (int) descriptors(pid).stream()
                        .filter(to -> to.startsWith("socket:"))
                        .count(),
                count(histogram, TICKET),
                count(histogram, UPLOAD),
                count(histogram, CONNECTION));
    }

    /** A class that exists: one that was renamed would be counted as none. */
    private static String named(String type) {
        try {
            return Class.forName(type, false, Footprint.class.getClassLoader()).getName();
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static long count(List<String> histogram, String type) {
        return histogram.stream()
                .map(line -> line.strip().split("\\s+", -1))
                .filter(parts -> parts.length >= 4 && parts[3].equals(type))
                .mapToLong(parts -> Long.parseLong(parts[1]))
                .sum();
    }

    /** Living objects by class: the tool collects garbage before it counts. */
    private static List<String> histogram(long pid) throws IOException {
        Path tool = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process process = new ProcessBuilder(
                        tool.toString(),
                        "-J-Dsun.tools.attach.attachTimeout=" + TOOL_LIMIT.toMillis(),
                        Long.toString(pid),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        try {
            if (!process.waitFor(TOOL_LIMIT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError("jcmd: " + lines);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        return lines;
    }

    private static int threads(long pid) throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            return (int) tasks.count();
        }
    }

    private static List<String> descriptors(long pid) throws IOException {
        try (Stream<Path> links = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return links.map(Footprint::target).toList();
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (java.nio.file.NoSuchFileException e) {
            return "closed meanwhile";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether no client is connected and nothing of one is left. */
    boolean quiet() {
        return connections == 0 && tickets == 0 && uploads == 0;
    }

    /** Whether nothing has stayed since then, beyond what caches and pools may grow by. */
    boolean within(Footprint before, long heapBytes, int threads) {
        return this.heapBytes <= before.heapBytes + heapBytes
                && this.threads <= before.threads + threads
                && files <= before.files + POOLED
                && sockets <= before.sockets + POOLED
                && tickets <= before.tickets
                && uploads <= before.uploads
                && connections <= before.connections;
    }
}

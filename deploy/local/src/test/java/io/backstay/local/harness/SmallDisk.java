package io.backstay.local.harness;

import io.backstay.local.cluster.LauncherException;
import io.backstay.local.files.FileTree;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A small file system of its own below a node's data folder, in memory. Mounting needs root, or root of a namespace: where
 * neither is, making one fails and says how the build is to be run. Close it, which stops the node, to put the data back.
 */
public final class SmallDisk implements AutoCloseable {
    private static final long WITHIN_SECONDS = 20;

    private final TestNode node;
    private final Path folder;
    private boolean readOnly;

    private SmallDisk(TestNode node) {
        this.node = node;
        this.folder = node.data();
    }

    /** Moves the data of a node, which is stopped for it, to a file system of so many MiB, and starts the node. */
    public static SmallDisk under(TestNode node, int mebibytes)
            throws IOException, LauncherException, InterruptedException {
        SmallDisk disk = new SmallDisk(node);
        node.stop();
        Path aside = disk.folder.resolveSibling("data-aside");
        Files.move(disk.folder, aside);
        Files.createDirectory(disk.folder);
        run("mount", "-t", "tmpfs", "-o", "mode=0700,size=" + mebibytes + "m", "tmpfs", disk.folder.toString());
        copy(aside, disk.folder);
        FileTree.delete(aside);
        node.start();
        return disk;
    }

    /** Has something else take all room but so much. */
    public void fillBut(long bytes) throws IOException {
        byte[] piece = new byte[4096];
        try (OutputStream out = Files.newOutputStream(ballast())) {
            while (freeBytes() >= bytes + piece.length) {
                out.write(piece);
            }
        }
    }

    /** Makes room: takes away what {@link #fillBut} wrote. */
    public void unfill() throws IOException {
        Files.deleteIfExists(ballast());
    }

    /** Bytes that are free. */
    public long freeBytes() throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }

    /**
     * Makes what lies in the node's store read-only, by a mount over it: a remount of the whole is refused while a file is
     * open for writing.
     */
    public void makeReadOnly() throws IOException, InterruptedException {
        String repositories = repositories();
        run("mount", "--bind", repositories, repositories);
        readOnly = true;
        run("mount", "-o", "remount,bind,ro", repositories);
    }

    /** Ends that. */
    public void makeWritable() throws IOException, InterruptedException {
        run("umount", "--lazy", repositories());
        readOnly = false;
    }

    private String repositories() {
        return folder.resolve("repositories").toString();
    }

    private Path ballast() {
        return folder.resolve("ballast");
    }

    /** Stops the node and puts its data back where it was; the node stays down. */
    @Override
    public void close() throws IOException, LauncherException {
        try {
            putBack();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + folder + " was put back", e);
        }
    }

    private void putBack() throws IOException, LauncherException, InterruptedException {
        node.stop();
        if (readOnly) {
            makeWritable();
        }
        unfill();
        Path aside = folder.resolveSibling("data-aside");
        copy(folder, aside);
        run("umount", "--lazy", folder.toString());
        Files.delete(folder);
        Files.move(aside, folder);
    }

    private static void copy(Path from, Path to) throws IOException, InterruptedException {
        Files.createDirectories(to);
        try (Stream<Path> entries = Files.list(from)) {
            List<String> words = new ArrayList<>(List.of("cp", "-a", "-t", to.toString()));
            entries.map(Path::toString).forEach(words::add);
            if (words.size() > 4) {
                run(words.toArray(String[]::new));
            }
        }
    }

    private static void run(String... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String output;
        try (var stream = process.getInputStream()) {
            output = new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
        if (!process.waitFor(WITHIN_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new AssertionError(
                    "%s failed: %s. Mounting needs root, or a namespace: unshare -Urm sbt-free-maven-wrapper/verify"
                            .formatted(String.join(" ", words), output));
        }
    }
}

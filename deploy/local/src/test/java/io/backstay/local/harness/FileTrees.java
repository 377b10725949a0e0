package io.backstay.local.harness;

import io.backstay.local.files.FileTree;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Folders to back up, and their comparison. */
public final class FileTrees {
    private static final int FILE_BYTES = 3 * 1024 * 1024;
    private static final int CHUNK_BYTES = 64 * 1024;

    private FileTrees() {}

    /** A new folder of files that compress badly and repeat nothing. The same seed gives the same content. */
    public static Path random(Path folder, long seed, long totalBytes) throws IOException {
        empty(folder);
        Random random = new Random(seed);
        byte[] chunk = new byte[CHUNK_BYTES];
        long left = totalBytes;
        for (int number = 0; left > 0; number++) {
            Path file = folder.resolve("folder-" + number % 7).resolve("file-" + number);
            Files.createDirectories(file.resolveSibling("."));
            long size = Math.min(left, 1 + random.nextInt(FILE_BYTES));
            try (OutputStream out = Files.newOutputStream(file)) {
                for (long written = 0; written < size; written += CHUNK_BYTES) {
                    random.nextBytes(chunk);
                    out.write(chunk, 0, (int) Math.min(CHUNK_BYTES, size - written));
                }
            }
            left -= size;
        }
        return folder;
    }

    /** An empty folder, whatever was there. */
    public static Path empty(Path folder) throws IOException {
        FileTree.delete(folder);
        return Files.createDirectories(folder);
    }

    /** Both have the same files with the same bytes. */
    public static void assertSame(Path expected, Path actual) throws IOException {
        Map<String, Path> wanted = files(expected);
        Map<String, Path> found = files(actual);
        if (!wanted.keySet().equals(found.keySet())) {
            TreeSet<String> missing = new TreeSet<>(wanted.keySet());
            missing.removeAll(found.keySet());
            TreeSet<String> more = new TreeSet<>(found.keySet());
            more.removeAll(wanted.keySet());
            throw new AssertionError("missing: " + missing + ", not expected: " + more);
        }
        for (var entry : wanted.entrySet()) {
            Path other = actual.resolve(entry.getKey());
            if (Files.mismatch(entry.getValue(), other) >= 0) {
                throw new AssertionError("other bytes in " + other);
            }
        }
    }

    private static Map<String, Path> files(Path root) throws IOException {
        Map<String, Path> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            all.filter(Files::isRegularFile)
                    .forEach(file -> files.put(root.relativize(file).toString(), file));
        }
        return files;
    }
}

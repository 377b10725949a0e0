package io.backstay.bench;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Real files, copied. The same files of the same machine each time: those that can be read, in the order of their names,
 * every second of them, so that there is something of everything, until the size is reached.
 */
record SourceTree(Path root, int files, long bytes) {
    private static final int EVERY = 2;

    /**
     * Copies.
     *
     * @param offset below 2: trees of different offsets have no file in common
     */
    static SourceTree copy(Path from, Path to, long enoughBytes, int offset) throws IOException {
        int files = 0;
        long bytes = 0;
        int number = 0;
        for (Path file : regularFiles(from)) {
            if (bytes >= enoughBytes) {
                break;
            }
            number++;
            boolean chosen = number % EVERY == offset;
            if (chosen) {
                Path copy = to.resolve(from.relativize(file).toString());
                Files.createDirectories(parent(copy));
                Files.copy(file, copy);
                files++;
                bytes += Files.size(copy);
            }
        }
        if (bytes < enoughBytes) {
            throw new IOException("%s has not enough files; choose another folder with --from".formatted(from));
        }
        return new SourceTree(to, files, bytes);
    }

    private static List<Path> regularFiles(Path from) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile() && Files.isReadable(file)) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                return FileVisitResult.CONTINUE;
            }
        });
        found.sort(null);
        return found;
    }

    private static Path parent(Path path) throws IOException {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IOException(path + " has no folder");
        }
        return parent;
    }

    /** Compares every file, byte by byte. */
    void compare(Path restored) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(root)) {
            all = walk.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        }
        for (Path file : all) {
            if (Files.mismatch(file, restored.resolve(root.relativize(file).toString())) != -1) {
                throw new IOException("%s was restored with other content".formatted(file));
            }
        }
        if (all.size() != files) {
            throw new IOException("the tree has changed");
        }
    }
}

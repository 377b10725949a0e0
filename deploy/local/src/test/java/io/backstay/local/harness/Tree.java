package io.backstay.local.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** A folder to back up, and what has become of it. */
public final class Tree {
    private static final int SMALL_FILES = 200;
    private static final int LARGEST_SMALL = 40_000;

    private final Path root;

    private Tree(Path root) {
        this.root = root;
    }

    /** A folder with so much that does not compress, in files of 5 MB, and two hundred small ones beside it. */
    public static Tree make(Path root, long seed, int megabytes) throws IOException {
        Random random = new Random(seed);
        Path small = Files.createDirectories(root.resolve("small"));
        for (int i = 0; i < SMALL_FILES; i++) {
            Files.write(small.resolve("file-" + i), bytes(random, random.nextInt(LARGEST_SMALL)));
        }
        for (int i = 0; i * 5 < megabytes; i++) {
            Files.write(root.resolve("large-" + i), bytes(random, 5_000_000));
        }
        Files.createFile(root.resolve("empty"));
        Files.createSymbolicLink(root.resolve("link"), Path.of("empty"));
        return new Tree(root);
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Where it is. */
    public Path root() {
        return root;
    }

    /** Where restic puts it below a folder that it restores to. */
    public Path restoredTo(Path target) {
        return target.resolve(Path.of("/").relativize(root.toAbsolutePath()));
    }

    /** What differs between this and another folder: names, kinds and bytes; empty where nothing does. */
    public List<String> differencesTo(Path other) throws IOException {
        List<String> differences = new ArrayList<>();
        List<Path> mine = names(root);
        List<Path> others = names(other);
        mine.stream().filter(name -> !others.contains(name)).forEach(name -> differences.add("missing: " + name));
        others.stream().filter(name -> !mine.contains(name)).forEach(name -> differences.add("added: " + name));
        for (Path name : mine) {
            if (others.contains(name) && !same(root.resolve(name), other.resolve(name))) {
                differences.add("other content: " + name);
            }
        }
        return differences;
    }

    private static List<Path> names(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.map(root::relativize).toList();
        }
    }

    private static boolean same(Path one, Path other) throws IOException {
        if (Files.isSymbolicLink(one) || Files.isSymbolicLink(other)) {
            return Files.isSymbolicLink(one)
                    && Files.isSymbolicLink(other)
                    && Files.readSymbolicLink(one).equals(Files.readSymbolicLink(other));
        }
        if (Files.isDirectory(one) || Files.isDirectory(other)) {
            return Files.isDirectory(one) && Files.isDirectory(other);
        }
        return Files.mismatch(one, other) < 0;
    }
}

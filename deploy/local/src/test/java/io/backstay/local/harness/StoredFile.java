package io.backstay.local.harness;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** An object's file on a node's disk, and what a bad disk makes of it. */
public final class StoredFile {
    private final Path repositories;
    private final Path file;

    private StoredFile(Path repositories, Path file) {
        this.repositories = repositories;
        this.file = file;
    }

    /** The place of a pack on a node's disk; the folder of its repository must be there. */
    public static StoredFile of(TestNode node, String name) throws IOException {
        Path repositories = node.data().resolve("repositories");
        try (Stream<Path> folders = Files.list(repositories)) {
            List<Path> places = folders.filter(folder -> !folder.endsWith(".backstay"))
                    .filter(folder -> known(repositories, folder, name))
                    .map(folder -> pack(folder, name))
                    .toList();
            if (places.size() != 1) {
                throw new FileNotFoundException(
                        "%s lies in %d repositories of %s".formatted(name, places.size(), node));
            }
            return new StoredFile(repositories, places.getFirst());
        }
    }

    /** It is there, or was: its file, its sidecar or its place in the trash. */
    private static boolean known(Path repositories, Path folder, String name) {
        Path beside = repositories.resolve(".backstay").resolve(folder.getFileName());
        Path trash = beside.resolve("trash").resolve("data").resolve(name.substring(0, 2));
        String[] removed = trash.toFile().list((place, entry) -> entry.startsWith(name));
        return Files.exists(pack(folder, name))
                || Files.exists(pack(beside.resolve("sidecars"), name))
                || (removed != null && removed.length > 0);
    }

    private static Path pack(Path folder, String name) {
        return folder.resolve("data").resolve(name.substring(0, 2)).resolve(name);
    }

    private Path sidecar() {
        return repositories
                .resolve(".backstay")
                .resolve(repositories
                        .relativize(file)
                        .getName(0)
                        .resolve("sidecars")
                        .resolve(repositories
                                .relativize(file)
                                .subpath(1, repositories.relativize(file).getNameCount())));
    }

    /** What it holds. */
    public byte[] bytes() throws IOException {
        return Files.readAllBytes(file);
    }

    /** Changes a byte of it. */
    public void flip(long position) throws IOException {
        flip(file, position);
    }

    /** Cuts it off. */
    public void truncate(long size) throws IOException {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.setLength(size);
        }
    }

    /** Adds a byte to it. */
    public void extend() throws IOException {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.seek(access.length());
            access.write(0);
        }
    }

    /** Puts another object's bytes in its place. */
    public void replaceBy(StoredFile other) throws IOException {
        Files.copy(other.file, file, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Deletes it; its sidecar stays. */
    public void delete() throws IOException {
        Files.delete(file);
    }

    /** Changes a byte of its sidecar. */
    public void flipSidecar() throws IOException {
        flip(sidecar(), Files.size(sidecar()) / 2);
    }

    /** Deletes its sidecar. */
    public void deleteSidecar() throws IOException {
        Files.delete(sidecar());
    }

    private static void flip(Path file, long position) throws IOException {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.seek(position);
            int old = access.read();
            access.seek(position);
            access.write(old ^ 0x10);
        }
    }
}

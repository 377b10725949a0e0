package io.backstay.objects.disk;

import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Reads folders; one that is not there is empty. Failures come as {@link UncheckedIOException}. */
final class Folders {
    private static final int SHARDS = 256;

    private Folders() {}

    /** What the entries of a folder mean, in no order; entries that mean nothing are passed over. */
    static <T> List<T> read(Path folder, Function<Path, Optional<T>> meaning) {
        // An exception costs more than a look, and most keys were never removed.
        if (Files.notExists(folder)) {
            return List.of();
        }
        List<T> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                meaning.apply(entry).ifPresent(found::add);
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    /** The folders of two hexadecimal digits in order, from the one on that can hold keys behind {@code after}. */
    static Stream<Path> shards(Path folder, ObjectType type, Optional<ObjectKey> after) {
        int first = after.filter(key -> key.type() == type)
                .map(key -> Integer.parseInt(DiskLayout.shard(key), 16))
                .orElse(0);
        return IntStream.range(first, SHARDS).mapToObj(number -> folder.resolve("%02x".formatted(number)));
    }

    static boolean isAfter(ObjectKey key, Optional<ObjectKey> after) {
        return after.isEmpty() || key.compareTo(after.get()) > 0;
    }

    static String name(Path entry) {
        return String.valueOf(entry.getFileName());
    }
}

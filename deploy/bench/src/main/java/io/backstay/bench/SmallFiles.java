package io.backstay.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Very many objects of a few bytes, each a text with a number, put into a node's folder without asking the node. */
final class SmallFiles {
    static final String PREFIX = "bench-";
    static final int DIGITS = 9;

    private static final String FORMAT = "%0" + DIGITS + "d";

    private SmallFiles() {}

    static ByteBuffer content(long number) {
        return ByteBuffer.wrap(bytes(number));
    }

    static String name(long number) {
        return HexFormat.of().formatHex(digest().digest(bytes(number)));
    }

    /** Writes the files of these numbers beside the object that is somewhere under the folder already. */
    static void write(Path folder, String beside, long first, long last) throws IOException {
        Path inData = Path.of(beside.substring(0, 2), beside);
        Path data;
        try (Stream<Path> files = Files.walk(folder)) {
            // What the node keeps beside restic's tree has the same names, in hidden folders.
            data = files.filter(file -> file.endsWith("data") && Files.exists(file.resolve(inData)))
                    .filter(file -> StreamSupport.stream(file.spliterator(), false)
                            .noneMatch(part -> part.toString().startsWith(".")))
                    .findFirst()
                    .orElseThrow(() -> new IOException("there is no file " + beside + " in " + folder));
        }
        for (int shard = 0; shard < 256; shard++) {
            Files.createDirectories(data.resolve("%02x".formatted(shard)));
        }
        try {
            LongStream.rangeClosed(first, last).parallel().forEach(number -> write(data, number));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void write(Path data, long number) {
        String name = name(number);
        try {
            Files.write(data.resolve(name.substring(0, 2)).resolve(name), bytes(number));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(long number) {
        return (PREFIX + FORMAT.formatted(number)).getBytes(StandardCharsets.UTF_8);
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

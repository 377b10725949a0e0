package io.backstay.bench.load;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * So many objects of one size, each with content of its own: a number, then bytes that they share and that cannot be
 * compressed. Names are computed beforehand. Safe for use by many threads.
 */
public final class Payload {
    private static final int PREFIX_BYTES = 16;
    private static final int FEWEST_BYTES = 64;

    private final long seed;
    private final ByteBuffer shared;
    private final List<String> names;

    private Payload(long seed, ByteBuffer shared, List<String> names) {
        this.seed = seed;
        this.shared = shared;
        this.names = names;
    }

    /** The same objects for the same seed. */
    public static Payload of(long seed, int count, int sizeBytes) {
        if (sizeBytes < FEWEST_BYTES) {
            throw new IllegalArgumentException("an object has at least %d bytes".formatted(FEWEST_BYTES));
        }
        byte[] random = new byte[sizeBytes - PREFIX_BYTES];
        new Random(seed).nextBytes(random);
        ByteBuffer shared = ByteBuffer.allocateDirect(random.length).put(random).flip();
        Payload nameless = new Payload(seed, shared, List.of());
        List<String> names = new ArrayList<>(IntStream.range(0, count)
                .parallel()
                .mapToObj(nameless::computedName)
                .toList());
        return new Payload(seed, shared, names);
    }

    /** How many objects. */
    public int count() {
        return names.size();
    }

    /** The bytes of one object. */
    public int sizeBytes() {
        return PREFIX_BYTES + shared.remaining();
    }

    /** The SHA-256 of the object, as its name is written. */
    public String name(int index) {
        return names.get(index);
    }

    /** The name of any object of this kind, also beyond those that were counted; computed now. */
    public String computedName(int index) {
        return HexFormat.of().formatHex(sha256(content(index)));
    }

    /** The object, in two parts. */
    public ByteBuffer[] content(int index) {
        ByteBuffer prefix =
                ByteBuffer.allocate(PREFIX_BYTES).putLong(seed).putLong(index).flip();
        return new ByteBuffer[] {prefix, shared.duplicate()};
    }

    private static byte[] sha256(ByteBuffer[] parts) {
        MessageDigest digest = digest();
        for (ByteBuffer part : parts) {
            digest.update(part);
        }
        return digest.digest();
    }

    /** A digest as names are made with. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

package io.backstay.objects.disk;

import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of an entry in the trash, which is the marker: {@code <name>-<revision>-<milliseconds>.file} for a removed
 * file, {@code .mark} for a removal that met none, {@code .drop} for a copy that counts no more and marks nothing; both
 * numbers are 16 hexadecimal digits.
 */
record TrashName(ObjectKey key, long revision, Instant removedAt, Kind kind) {
    private static final Pattern FORMAT =
            Pattern.compile("(config|[0-9a-f]{64})-([0-7][0-9a-f]{15})-([0-7][0-9a-f]{15})\\.(file|mark|drop)");

    /** What an entry is. */
    enum Kind {
        MARK,
        FILE,
        DROP
    }

    /** Whether it tells a removal. */
    boolean marks() {
        return kind != Kind.DROP;
    }

    static Optional<TrashName> parse(ObjectType type, String fileName) {
        Matcher matcher = FORMAT.matcher(fileName);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return DiskLayout.keyOf(type, matcher.group(1))
                .map(key -> new TrashName(
                        key,
                        Long.parseLong(matcher.group(2), 16),
                        Instant.ofEpochMilli(Long.parseLong(matcher.group(3), 16)),
                        Kind.valueOf(matcher.group(4).toUpperCase(Locale.ROOT))));
    }

    /** What the names of all entries of a key begin with. */
    static String prefix(ObjectKey key) {
        return DiskLayout.fileName(key) + "-";
    }

    @Override
    public String toString() {
        return "%s%016x-%016x.%s"
                .formatted(
                        prefix(key),
                        revision,
                        removedAt.toEpochMilli(),
                        kind.name().toLowerCase(Locale.ROOT));
    }
}

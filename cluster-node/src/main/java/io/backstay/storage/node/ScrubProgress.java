package io.backstay.storage.node;

import io.backstay.model.BackstayException;
import io.backstay.model.ObjectKey;
import io.backstay.model.RepositoryId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * How far the scrub has come; kept on the disk as a line of text, so that it goes on after a restart.
 *
 * @param begun when this pass over the disk began
 * @param ended when it ended; none while it goes on
 * @param at what was read last; none at the beginning
 * @param bytes read in this pass
 * @param damaged how many copies were found damaged in this pass
 */
record ScrubProgress(Instant begun, Optional<Instant> ended, Optional<Position> at, long bytes, long damaged) {
    private static final String NONE = "-";
    private static final int WORDS = 7;

    /** The object that was read last. */
    record Position(RepositoryId repository, ObjectKey key) {}

    /** A pass that begins. */
    static ScrubProgress begin(Instant now) {
        return new ScrubProgress(now, Optional.empty(), Optional.empty(), 0, 0);
    }

    /** One more object was read. */
    ScrubProgress read(RepositoryId repository, ObjectKey key, long sizeBytes, boolean whole) {
        return new ScrubProgress(
                begun,
                Optional.empty(),
                Optional.of(new Position(repository, key)),
                bytes + sizeBytes,
                damaged + (whole ? 0 : 1));
    }

    /** The pass is over. */
    ScrubProgress end(Instant now) {
        return new ScrubProgress(begun, Optional.of(now), Optional.empty(), bytes, damaged);
    }

    byte[] encode() {
        return "1 %d %s %s %s %d %d"
                .formatted(
                        begun.toEpochMilli(),
                        ended.map(time -> Long.toString(time.toEpochMilli())).orElse(NONE),
                        at.map(position -> position.repository().toString()).orElse(NONE),
                        at.map(position -> position.key().toString()).orElse(NONE),
                        bytes,
                        damaged)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** What was kept; none where it is of another version or no such line: then a pass begins. */
    static Optional<ScrubProgress> decode(byte[] bytes) {
        String[] words = new String(bytes, StandardCharsets.US_ASCII).split(" ", -1);
        if (words.length != WORDS || !words[0].equals("1")) {
            return Optional.empty();
        }
        try {
            Optional<Position> at = words[3].equals(NONE)
                    ? Optional.empty()
                    : Optional.of(new Position(RepositoryId.parse(words[3]), ObjectKey.parse(words[4])));
            Optional<Instant> ended = words[2].equals(NONE)
                    ? Optional.empty()
                    : Optional.of(Instant.ofEpochMilli(Long.parseLong(words[2])));
            return Optional.of(new ScrubProgress(
                    Instant.ofEpochMilli(Long.parseLong(words[1])),
                    ended,
                    at,
                    Long.parseLong(words[5]),
                    Long.parseLong(words[6])));
        } catch (NumberFormatException | BackstayException e) {
            return Optional.empty();
        }
    }
}

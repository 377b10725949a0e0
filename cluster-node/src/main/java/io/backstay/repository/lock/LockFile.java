package io.backstay.repository.lock;

import io.backstay.repository.json.GoJson;
import io.backstay.repository.json.JsonDocument;
import io.backstay.repository.json.MalformedJsonException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * A process's claim to a repository. Any number of shared ones go together; an exclusive one goes with none.
 *
 * @param time when it was taken or last refreshed
 * @param uid, gid unsigned; 0 also where they are not known
 */
public record LockFile(
        OffsetDateTime time, boolean exclusive, String hostname, String username, long pid, int uid, int gid) {
    /** The longest lock that is read. */
    public static final int MAXIMUM_BYTES = 1 << 20;

    /** How often a holder writes it anew. */
    public static final Duration REFRESH_INTERVAL = Duration.ofMinutes(5);

    /** After so long without being refreshed its holder is taken for dead. */
    public static final Duration STALE_AFTER = Duration.ofMinutes(30);

    private static final long MAXIMUM_ID = 0xffff_ffffL;

    /** Reads the plain JSON. */
    public static LockFile parse(byte[] json) throws MalformedJsonException {
        JsonDocument document = JsonDocument.parse(json);
        return new LockFile(
                document.time("time"),
                document.truth("exclusive"),
                document.optionalText("hostname").orElse(""),
                document.optionalText("username").orElse(""),
                document.number("pid", 0, Long.MAX_VALUE),
                (int) document.number("uid", 0, MAXIMUM_ID),
                (int) document.number("gid", 0, MAXIMUM_ID));
    }

    /** The plain JSON. */
    public byte[] json() {
        GoJson json = new GoJson().beginObject();
        json.name("time").value(time);
        json.name("exclusive").value(exclusive);
        json.name("hostname").value(hostname);
        json.name("username").value(username);
        json.name("pid").unsigned(pid);
        if (uid != 0) {
            json.name("uid").unsigned(Integer.toUnsignedLong(uid));
        }
        if (gid != 0) {
            json.name("gid").unsigned(Integer.toUnsignedLong(gid));
        }
        return json.endObject().bytes();
    }

    /** Whether both may be there at once. */
    public boolean goesWith(LockFile other) {
        return !exclusive && !other.exclusive;
    }

    /** Whether its time says that its holder is dead. */
    public boolean isStale(Instant now) {
        return time.toInstant().plus(STALE_AFTER).isBefore(now);
    }

    /** The same, refreshed. */
    public LockFile at(OffsetDateTime moment) {
        return new LockFile(moment, exclusive, hostname, username, pid, uid, gid);
    }

    /** Who holds it, for people. */
    public String holder() {
        return "%sprocess %d of %s on %s, since %s"
                .formatted(exclusive ? "exclusively by " : "", pid, username, hostname, time);
    }
}

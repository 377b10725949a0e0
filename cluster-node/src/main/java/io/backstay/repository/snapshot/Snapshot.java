package io.backstay.repository.snapshot;

import io.backstay.model.Sha256;
import io.backstay.repository.json.GoJson;
import io.backstay.repository.json.JsonDocument;
import io.backstay.repository.json.MalformedJsonException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/**
 * A snapshot. Its id is the name of its file and no part of it.
 *
 * @param parent the snapshot that files were compared with
 * @param paths what was backed up, as absolute paths
 * @param uid, gid unsigned; 0 also where they are not known
 * @param original the snapshot of which this is a copy with other tags
 */
public record Snapshot(
        OffsetDateTime time,
        Optional<Sha256> parent,
        Sha256 tree,
        List<String> paths,
        String hostname,
        String username,
        int uid,
        int gid,
        List<String> excludes,
        List<String> tags,
        Optional<Sha256> original,
        String programVersion,
        Optional<SnapshotSummary> summary) {
    private static final long MAXIMUM_ID = 0xffff_ffffL;

    /** Reads the plain JSON. */
    public static Snapshot parse(byte[] json) throws MalformedJsonException {
        JsonDocument document = JsonDocument.parse(json);
        Optional<JsonDocument> summary = document.object("summary");
        return new Snapshot(
                document.time("time"),
                document.id("parent"),
                document.id("tree").orElseThrow(() -> new MalformedJsonException("there is no tree")),
                document.texts("paths"),
                document.optionalText("hostname").orElse(""),
                document.optionalText("username").orElse(""),
                (int) document.number("uid", 0, MAXIMUM_ID),
                (int) document.number("gid", 0, MAXIMUM_ID),
                document.texts("excludes"),
                document.texts("tags"),
                document.id("original"),
                document.optionalText("program_version").orElse(""),
                summary.isPresent() ? Optional.of(SnapshotSummary.read(summary.get())) : Optional.empty());
    }

    /** The plain JSON. */
    public byte[] json() {
        GoJson json = new GoJson().beginObject().name("time").value(time);
        parent.ifPresent(id -> json.name("parent").value(id));
        json.name("tree").value(tree);
        texts(json, "paths", paths);
        text(json, "hostname", hostname);
        text(json, "username", username);
        number(json, "uid", uid);
        number(json, "gid", gid);
        if (!excludes.isEmpty()) {
            texts(json, "excludes", excludes);
        }
        if (!tags.isEmpty()) {
            texts(json, "tags", tags);
        }
        original.ifPresent(id -> json.name("original").value(id));
        text(json, "program_version", programVersion);
        if (summary.isPresent()) {
            json.name("summary");
            summary.get().write(json);
        }
        return json.endObject().bytes();
    }

    private static void texts(GoJson json, String name, List<String> texts) {
        json.name(name).beginArray();
        texts.forEach(json::value);
        json.endArray();
    }

    private static void text(GoJson json, String name, String text) {
        if (!text.isEmpty()) {
            json.name(name).value(text);
        }
    }

    private static void number(GoJson json, String name, int number) {
        if (number != 0) {
            json.name(name).unsigned(Integer.toUnsignedLong(number));
        }
    }
}

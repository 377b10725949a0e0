package io.backstay.manager.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backstay.manager.command.Initiator;
import io.backstay.manager.state.JournalEntry;
import io.backstay.manager.state.ManagerEvent;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.Sha256;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/**
 * A journal entry as UTF-8 JSON, {@code {"type", "version", "revision", "at", "by", "data", "digest"}} in this order without
 * white space. The digest is the SHA-256 of the same without it, so that it can be checked, and the chain recomputed, for
 * entries of any version.
 */
public final class EntryFormat implements JournalEntry.Digest {
    /** Of a whole state that was adopted, and what stands around it. */
    private static final int MAX_BYTES = StateFormat.MAX_BYTES + 1024 * 1024;

    private static final String DIGEST = "digest";

    private record Envelope(
            String type, int version, long revision, Instant at, By by, ObjectNode data, Sha256 digest) {}

    private record By(Initiator.Kind kind, Optional<io.backstay.model.UserId> user, String remote, String request) {}

    @Override
    public Sha256 of(long revision, Instant at, Initiator by, ManagerEvent event) {
        return Sha256.hash(bytes(body(revision, at, by, event)));
    }

    /** The name and version of an entry's event, as {@code user-created/1}. */
    public String manifest(JournalEntry entry) {
        return EventType.of(entry.event()).manifest();
    }

    /** The entry as stored. */
    public byte[] encode(JournalEntry entry) {
        ObjectNode json = body(entry.revision(), entry.at(), entry.by(), entry.event());
        json.put(DIGEST, entry.digest().toString());
        return bytes(json);
    }

    /**
     * Reads what {@link #encode} wrote, in this or an earlier version.
     *
     * @throws BackstayException with {@link ErrorCode#DAMAGED} for an unknown type or version, a wrong digest, and anything
     *     that is not exactly of the known form; trying again does not help
     */
    public JournalEntry decode(byte[] stored) {
        if (stored.length > MAX_BYTES) {
            throw new BackstayException(
                    ErrorCode.DAMAGED, "a journal entry is longer than %d bytes".formatted(MAX_BYTES));
        }
        try {
            if (!(JournalJson.MAPPER.readTree(stored) instanceof ObjectNode json)) {
                throw new BackstayException(ErrorCode.DAMAGED, "a journal entry is not a JSON object");
            }
            EventType type = EventType.ofText(json.path("type").asText());
            int version = json.path("version").asInt();
            if (version != type.version()) {
                throw new BackstayException(
                        ErrorCode.DAMAGED,
                        "the journal has version %d of '%s', this program knows %d"
                                .formatted(version, type.text(), type.version()));
            }
            Envelope envelope = JournalJson.MAPPER.treeToValue(json, Envelope.class);
            json.remove(DIGEST);
            if (!Sha256.hash(bytes(json)).equals(envelope.digest())) {
                throw new BackstayException(
                        ErrorCode.DAMAGED,
                        "the journal's entry of revision %d does not match its digest".formatted(envelope.revision()));
            }
            By by = envelope.by();
            return new JournalEntry(
                    envelope.revision(),
                    envelope.at(),
                    new Initiator(by.kind(), by.user(), by.remote(), by.request()),
                    JournalJson.MAPPER.treeToValue(envelope.data(), type.event()),
                    envelope.digest());
        } catch (IOException | IllegalArgumentException e) {
            throw new BackstayException(ErrorCode.DAMAGED, "a journal entry cannot be read: " + e.getMessage(), e);
        }
    }

    private static ObjectNode body(long revision, Instant at, Initiator by, ManagerEvent event) {
        EventType type = EventType.of(event);
        ObjectNode json = JournalJson.MAPPER.createObjectNode();
        json.put("type", type.text());
        json.put("version", type.version());
        json.put("revision", revision);
        json.put("at", at.toString());
        json.set("by", JournalJson.MAPPER.valueToTree(new By(by.kind(), by.user(), by.remote(), by.request())));
        json.set("data", JournalJson.MAPPER.valueToTree(event));
        return json;
    }

    private static byte[] bytes(ObjectNode json) {
        try {
            return JournalJson.MAPPER.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree is encodable", e);
        }
    }
}

package io.backstay.manager.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backstay.manager.state.ManagerState;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import java.io.IOException;

/**
 * The whole state as UTF-8 JSON, {@code {"type": "manager-state", "version": 1, "data": …}}: the journal's snapshots and the
 * mirror's content. Equal states give equal bytes.
 */
public final class StateFormat {
    /** Name and version, as {@link EntryFormat#manifest} has them for events. */
    public static final String MANIFEST = "manager-state/1";

    /** The longest encoded state. */
    public static final int MAX_BYTES = 256 * 1024 * 1024;

    private static final String TYPE = "manager-state";
    private static final int VERSION = 1;

    /** The state as stored. */
    public byte[] encode(ManagerState state) {
        ObjectNode json = JournalJson.MAPPER.createObjectNode();
        json.put("type", TYPE);
        json.put("version", VERSION);
        json.set("data", JournalJson.MAPPER.valueToTree(state));
        try {
            return JournalJson.MAPPER.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree is encodable", e);
        }
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws BackstayException with {@link ErrorCode#DAMAGED} for another type or version and anything that is not exactly
     *     of the known form; trying again does not help
     */
    public ManagerState decode(byte[] stored) {
        if (stored.length > MAX_BYTES) {
            throw new BackstayException(
                    ErrorCode.DAMAGED, "a stored state is longer than %d bytes".formatted(MAX_BYTES));
        }
        try {
            JsonNode json = JournalJson.MAPPER.readTree(stored);
            String type = json.path("type").asText();
            int version = json.path("version").asInt();
            if (!type.equals(TYPE) || version != VERSION) {
                throw new BackstayException(
                        ErrorCode.DAMAGED,
                        "a stored state is '%s' version %d, this program knows '%s' version %d"
                                .formatted(type, version, TYPE, VERSION));
            }
            return JournalJson.MAPPER.treeToValue(json.get("data"), ManagerState.class);
        } catch (IOException | IllegalArgumentException e) {
            throw new BackstayException(ErrorCode.DAMAGED, "a stored state cannot be read: " + e.getMessage(), e);
        }
    }
}

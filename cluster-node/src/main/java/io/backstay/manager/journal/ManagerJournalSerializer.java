package io.backstay.manager.journal;

import io.backstay.manager.state.JournalEntry;
import io.backstay.manager.state.ManagerState;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * Pekko's way to {@link EntryFormat} and {@link StateFormat}; bound in {@code reference.conf}. Manifests are logical names
 * with versions.
 */
public final class ManagerJournalSerializer extends SerializerWithStringManifest {
    /** Stored beside each event: never to be changed. */
    private static final int IDENTIFIER = 842_001;

    private final EntryFormat entries = new EntryFormat();
    private final StateFormat states = new StateFormat();

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object object) {
        return switch (object) {
            case JournalEntry entry -> entries.manifest(entry);
            case ManagerState state -> StateFormat.MANIFEST;
            default -> throw unknown(object);
        };
    }

    @Override
    public byte[] toBinary(Object object) {
        return switch (object) {
            case JournalEntry entry -> entries.encode(entry);
            case ManagerState state -> states.encode(state);
            default -> throw unknown(object);
        };
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) {
        return manifest.equals(StateFormat.MANIFEST) ? states.decode(bytes) : entries.decode(bytes);
    }

    private static IllegalArgumentException unknown(Object object) {
        return new IllegalArgumentException(object.getClass() + " is not stored in the manager's journal");
    }
}

package io.backstay.storage.transfer;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.model.RepositoryId;
import io.backstay.model.Sha256;
import io.backstay.storage.protocol.EntityInput.LockFile;
import io.backstay.storage.protocol.NodeRules.Told;
import io.backstay.storage.transfer.StoragePeer.DiskState;
import io.backstay.storage.transfer.StoragePeer.Fence;
import io.backstay.storage.transfer.StoragePeer.InventoryEntry;
import io.backstay.storage.transfer.StoragePeer.InventoryPage;
import io.backstay.storage.transfer.StoragePeer.Removal;
import io.backstay.storage.transfer.StoragePeer.ReplicaInfo;
import io.backstay.storage.transfer.StoragePeer.Room;
import io.backstay.storage.transfer.StoragePeer.ScrubState;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The short bodies of node-to-node transfer, as JSON. Unknown properties are ignored; every length is bounded. */
final class TransferWire {
    /** The most keys in a request, and entries in a page. */
    static final int MAX_KEYS = 1000;

    /** The longest request. */
    static final int MAX_REQUEST_BYTES = 128 * 1024;

    /** The longest answer, a page of the inventory. */
    static final int MAX_ANSWER_BYTES = 1024 * 1024;

    private static final int MAX_STRING_CHARS = 4096;
    private static final int MAX_DEPTH = 8;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(MAX_STRING_CHARS)
                            .maxNameLength(MAX_STRING_CHARS)
                            .maxNestingDepth(MAX_DEPTH)
                            .maxDocumentLength(MAX_ANSWER_BYTES)
                            .build())
                    .build())
            .addModule(new Jdk8Module())
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private TransferWire() {}

    record WireFence(String repository, long epoch, long revision) {
        static WireFence of(Fence fence) {
            return new WireFence(fence.repository().toString(), fence.epoch(), fence.revision());
        }

        Fence fence() {
            return new Fence(RepositoryId.parse(repository), epoch, revision);
        }
    }

    record ObjectRequest(String repository, String key) {}

    record AnnounceRequest(String repository, long epoch, int mostQuorum) {}

    record RepositoryRequest(String repository) {}

    record AdvanceRequest(WireFence fence, WireTold told) {}

    record WireTold(long epoch, long number, int quorum) {
        static WireTold of(Told told) {
            return new WireTold(told.epoch(), told.number(), told.quorum());
        }

        Told told() {
            return new Told(epoch, number, quorum);
        }
    }

    record RemovalsRequest(WireFence fence, List<WireRemoval> removals) {
        static RemovalsRequest of(Fence fence, List<Removal> removals) {
            return new RemovalsRequest(
                    WireFence.of(fence),
                    removals.stream()
                            .map(one -> new WireRemoval(one.key().toString(), one.revision()))
                            .toList());
        }

        List<Removal> parsed() {
            if (removals.size() > MAX_KEYS) {
                throw new BackstayException(ErrorCode.TOO_LARGE, "more than %d keys at once".formatted(MAX_KEYS));
            }
            return removals.stream()
                    .map(one -> new Removal(ObjectKey.parse(one.key()), one.revision()))
                    .toList();
        }
    }

    record WireRemoval(String key, long revision) {}

    record CopyRequest(WireFence fence, String key, String sha256, long sizeBytes, String source) {}

    record InventoryRequest(String repository, Optional<String> after, int limit) {}

    record Replica(String key, long sizeBytes, String sha256, long revision) {
        static Replica of(ReplicaInfo info) {
            return new Replica(
                    info.key().toString(), info.sizeBytes(), info.sha256().toString(), info.revision());
        }

        ReplicaInfo info() {
            return new ReplicaInfo(ObjectKey.parse(key), sizeBytes, Sha256.parse(sha256), revision);
        }
    }

    record StatAnswer(Optional<Replica> replica) {}

    record VerifyAnswer(boolean whole) {}

    record StandingAnswer(long epoch, long stamp, WireTold told) {}

    record WireLock(String key, long sizeBytes, long writtenAtMillis, boolean whole) {}

    record LocksAnswer(List<WireLock> locks) {
        static LocksAnswer of(List<LockFile> locks) {
            return new LocksAnswer(locks.stream()
                    .map(lock ->
                            new WireLock(lock.key().toString(), lock.sizeBytes(), lock.writtenAtMillis(), lock.whole()))
                    .toList());
        }

        List<LockFile> parsed() {
            return locks.stream()
                    .map(lock -> new LockFile(
                            ObjectKey.parse(lock.key()), lock.sizeBytes(), lock.writtenAtMillis(), lock.whole()))
                    .toList();
        }
    }

    /** @param state {@link DiskState#text()} */
    record RoomAnswer(long freeBytes, long totalBytes, String state, String reason, Optional<ScrubAnswer> scrub) {
        static RoomAnswer of(Room room) {
            String reason = room.reason();
            return new RoomAnswer(
                    room.freeBytes(),
                    room.totalBytes(),
                    room.state().text(),
                    reason.substring(0, Math.min(reason.length(), MAX_STRING_CHARS / 2)),
                    room.scrub().map(ScrubAnswer::of));
        }

        Room room() {
            return new Room(freeBytes, totalBytes, DiskState.ofText(state), reason, scrub.map(ScrubAnswer::state));
        }
    }

    /** @param endedAtMillis 0 while it goes on */
    record ScrubAnswer(long begunAtMillis, long endedAtMillis, long bytes, long damaged) {
        static ScrubAnswer of(ScrubState state) {
            return new ScrubAnswer(
                    state.begun().toEpochMilli(),
                    state.ended().map(Instant::toEpochMilli).orElse(0L),
                    state.bytes(),
                    state.damaged());
        }

        ScrubState state() {
            Optional<Instant> ended =
                    endedAtMillis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(endedAtMillis));
            return new ScrubState(Instant.ofEpochMilli(begunAtMillis), ended, bytes, damaged);
        }
    }

    record DoneAnswer(boolean done) {}

    record Entry(String key, Optional<Replica> file, long writtenAtMillis, long removedRevision) {}

    record PageAnswer(List<Entry> entries, boolean more) {
        static PageAnswer of(InventoryPage page) {
            return new PageAnswer(
                    page.entries().stream()
                            .map(entry -> new Entry(
                                    entry.key().toString(),
                                    entry.file().map(Replica::of),
                                    entry.writtenAtMillis(),
                                    entry.removedRevision()))
                            .toList(),
                    page.more());
        }

        InventoryPage page() {
            return new InventoryPage(
                    entries.stream()
                            .map(entry -> new InventoryEntry(
                                    ObjectKey.parse(entry.key()),
                                    entry.file().map(Replica::info),
                                    entry.writtenAtMillis(),
                                    entry.removedRevision()))
                            .toList(),
                    more);
        }
    }

    /** A failure. {@code code} is {@link ErrorCode#text()}. */
    record Refusal(String code, String detail) {
        static Refusal of(BackstayException failure) {
            String detail = String.valueOf(failure.getMessage());
            return new Refusal(
                    failure.code().text(), detail.substring(0, Math.min(detail.length(), MAX_STRING_CHARS / 2)));
        }

        BackstayException exception() {
            return new BackstayException(codeOf(code), detail);
        }
    }

    /** The code of that name; a code of a later version is some failure. */
    static ErrorCode codeOf(String text) {
        for (ErrorCode code : ErrorCode.values()) {
            if (code.text().equals(text)) {
                return code;
            }
        }
        return ErrorCode.INTERNAL;
    }

    static byte[] encode(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JacksonException e) {
            throw new IllegalStateException("records of strings and numbers are encodable", e);
        }
    }

    /**
     * Reads a body.
     *
     * @throws BackstayException with {@code INVALID_REQUEST}
     */
    static <T> T decode(byte[] json, Class<T> type) {
        try {
            return JSON.readValue(json, type);
        } catch (IOException e) {
            throw new BackstayException(
                    ErrorCode.INVALID_REQUEST, "not a " + type.getSimpleName() + ": " + e.getMessage(), e);
        }
    }
}

package io.backstay.storage.simulation;

import io.backstay.model.ObjectKey;
import io.backstay.model.Sha256;
import io.backstay.storage.protocol.NodeRules.KeyState;
import io.backstay.storage.protocol.NodeRules.Present;
import io.backstay.storage.protocol.NodeRules.Standing;
import io.backstay.storage.protocol.NodeRules.Told;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * One repository on one disk: files with their sidecars, markers, and the note with the standing. A rename is seen at once and
 * survives a crash for certain only after its folder was synced.
 */
final class Disk {
    /**
     * A file and its sidecar.
     *
     * @param sha256 what the sidecar says
     * @param damaged whether the bytes are something else
     */
    record Copy(long revision, Sha256 sha256, long writtenAtMillis, boolean damaged) {}

    private record Before(Optional<Copy> copy, Optional<Long> marker) {}

    private final TreeMap<ObjectKey, Copy> copies = new TreeMap<>();
    private final TreeMap<ObjectKey, Long> markers = new TreeMap<>();
    private final TreeMap<ObjectKey, Before> unsynced = new TreeMap<>();
    private final TreeMap<ObjectKey, Long> promisedGone = new TreeMap<>();
    private Standing note = Standing.NONE;
    private long promisedEpoch;
    private boolean full;

    Standing note() {
        return note;
    }

    void note(Standing standing) {
        note = standing;
    }

    /** The highest epoch that was answered to be known; whatever a crash does to the note. */
    long promisedEpoch() {
        return promisedEpoch;
    }

    void promiseEpoch(long epoch) {
        promisedEpoch = Math.max(promisedEpoch, epoch);
    }

    /** The newest removal of the key that was answered to be done. */
    long promisedGone(ObjectKey key) {
        return promisedGone.getOrDefault(key, 0L);
    }

    void promiseGone(ObjectKey key, long revision) {
        promisedGone.merge(key, revision, Math::max);
    }

    boolean full() {
        return full;
    }

    void full(boolean isFull) {
        full = isFull;
    }

    Map<ObjectKey, Copy> copies() {
        return copies;
    }

    Map<ObjectKey, Long> markers() {
        return markers;
    }

    Optional<Copy> copy(ObjectKey key) {
        return Optional.ofNullable(copies.get(key));
    }

    KeyState state(ObjectKey key) {
        Copy copy = copies.get(key);
        Long marker = markers.get(key);
        return new KeyState(
                copy == null ? Optional.empty() : Optional.of(new Present(copy.revision(), copy.sha256())),
                marker == null ? OptionalLong.empty() : OptionalLong.of(marker));
    }

    private void remember(ObjectKey key) {
        unsynced.computeIfAbsent(key, any -> new Before(copy(key), Optional.ofNullable(markers.get(key))));
    }

    void place(ObjectKey key, Copy copy) {
        remember(key);
        copies.put(key, copy);
    }

    /** Moves the file to the trash, where its entry is the marker; a marker alone where there is none. */
    void trash(ObjectKey key, long revision) {
        remember(key);
        copies.remove(key);
        markers.merge(key, revision, Math::max);
    }

    void drop(ObjectKey key) {
        remember(key);
        copies.remove(key);
    }

    /** Syncs the folders of a key. */
    void sync(ObjectKey key) {
        unsynced.remove(key);
    }

    /** What was not synced is there or not, as chance will have it. */
    void crash(Timeline chance) {
        unsynced.forEach((key, before) -> {
            if (chance.chance(0.5)) {
                before.copy().ifPresentOrElse(copy -> copies.put(key, copy), () -> copies.remove(key));
                before.marker().ifPresentOrElse(marker -> markers.put(key, marker), () -> markers.remove(key));
            }
        });
        unsynced.clear();
    }

    boolean damage(ObjectKey key) {
        Copy copy = copies.get(key);
        if (copy == null || copy.damaged()) {
            return false;
        }
        copies.put(key, new Copy(copy.revision(), copy.sha256(), copy.writtenAtMillis(), true));
        return true;
    }

    /** A new, empty disk takes its place. */
    void replace() {
        copies.clear();
        markers.clear();
        unsynced.clear();
        promisedGone.clear();
        promisedEpoch = 0;
        note = Standing.NONE;
    }

    /** The note is torn: the stamp is found again on what is there, the epoch is not. */
    void tearNote() {
        long highest = 0;
        for (Copy copy : copies.values()) {
            highest = Math.max(highest, copy.revision());
        }
        for (long marker : markers.values()) {
            highest = Math.max(highest, marker);
        }
        promisedEpoch = 0;
        note = new Standing(0, highest, Told.NOTHING);
    }
}

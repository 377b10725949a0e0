package io.backstay.storage.protocol;

import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The permissions to upload that an activation has given out; they die with it, when they are not renewed, or when their key
 * is deleted. Confined to one thread.
 */
final class Tickets {
    /** How long a ticket lives unless it is renewed. */
    static final long LIFETIME_MILLIS = 120_000;

    /** Bounds what doors that never finish can make an entity remember. */
    static final int MOST_OPEN = 10_000;

    record Open(long id, ObjectKey key, long revision, List<NodeId> targets) {}

    private static final class Entry {
        final Open open;
        long expiresMillis;

        Entry(Open open, long expiresMillis) {
            this.open = open;
            this.expiresMillis = expiresMillis;
        }
    }

    private final Map<Long, Entry> byId = new HashMap<>();
    private final Map<ObjectKey, Set<Long>> byKey = new HashMap<>();
    private long last;

    long last() {
        return last;
    }

    boolean full() {
        return byId.size() >= MOST_OPEN;
    }

    Open issue(ObjectKey key, long revision, List<NodeId> targets, long nowMillis) {
        Open open = new Open(++last, key, revision, targets);
        byId.put(open.id(), new Entry(open, nowMillis + LIFETIME_MILLIS));
        byKey.computeIfAbsent(key, any -> new HashSet<>()).add(open.id());
        return open;
    }

    Optional<Open> live(long id, long nowMillis) {
        Entry entry = byId.get(id);
        return entry == null || entry.expiresMillis <= nowMillis ? Optional.empty() : Optional.of(entry.open);
    }

    boolean renew(long id, long nowMillis) {
        if (live(id, nowMillis).isEmpty()) {
            return false;
        }
        Entry entry = byId.get(id);
        if (entry != null) {
            entry.expiresMillis = nowMillis + LIFETIME_MILLIS;
        }
        return true;
    }

    boolean anyLive(ObjectKey key, long nowMillis) {
        return byKey.getOrDefault(key, Set.of()).stream()
                .anyMatch(id -> live(id, nowMillis).isPresent());
    }

    void close(long id) {
        Entry entry = byId.remove(id);
        if (entry != null) {
            Set<Long> ofKey = byKey.get(entry.open.key());
            if (ofKey != null) {
                ofKey.remove(id);
                if (ofKey.isEmpty()) {
                    byKey.remove(entry.open.key());
                }
            }
        }
    }

    /** Whether a live ticket of the key is newer than the one given. */
    boolean anyLiveAfter(ObjectKey key, long id, long nowMillis) {
        return byKey.getOrDefault(key, Set.of()).stream()
                .anyMatch(other -> other > id && live(other, nowMillis).isPresent());
    }

    void revoke(ObjectKey key) {
        new ArrayList<>(byKey.getOrDefault(key, Set.of())).forEach(this::close);
    }

    void expire(long nowMillis) {
        byId.values().stream()
                .filter(entry -> entry.expiresMillis <= nowMillis)
                .map(entry -> entry.open.id())
                .toList()
                .forEach(this::close);
    }

    int open() {
        return byId.size();
    }
}

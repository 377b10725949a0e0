package io.backstay.storage.protocol;

import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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

        Entry without(NodeId node) {
            List<NodeId> left = open.targets().stream()
                    .filter(target -> !target.equals(node))
                    .toList();
            return new Entry(new Open(open.id(), open.key(), open.revision(), left), expiresMillis);
        }
    }

    private record Confirmed(long number, long expiresMillis) {}

    private final LinkedHashMap<ObjectKey, Confirmed> confirmed = new LinkedHashMap<>();
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

    /**
     * A door was told that the object is there. It needs no ticket, yet counts as one for deletes that were observed before:
     * they must not take away what somebody was promised since.
     */
    void confirm(ObjectKey key, long nowMillis) {
        confirmed.remove(key);
        confirmed.put(key, new Confirmed(++last, nowMillis + LIFETIME_MILLIS));
    }

    /** Whether a live ticket of the key, or a confirmation, is newer than the ticket given. */
    boolean anyLiveAfter(ObjectKey key, long id, long nowMillis) {
        Confirmed newest = confirmed.get(key);
        if (newest != null && newest.number() > id) {
            return true;
        }
        return byKey.getOrDefault(key, Set.of()).stream()
                .anyMatch(other -> other > id && live(other, nowMillis).isPresent());
    }

    /** A copy on the node counts no more: what was uploaded there goes too, and an upload's late word must not count it. */
    void withdraw(ObjectKey key, NodeId node) {
        for (long id : byKey.getOrDefault(key, Set.of())) {
            byId.computeIfPresent(id, (same, entry) -> entry.without(node));
        }
    }

    void revoke(ObjectKey key) {
        new ArrayList<>(byKey.getOrDefault(key, Set.of())).forEach(this::close);
    }

    void expire(long nowMillis) {
        var oldestFirst = confirmed.values().iterator();
        while (oldestFirst.hasNext() && oldestFirst.next().expiresMillis() <= nowMillis) {
            oldestFirst.remove();
        }
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

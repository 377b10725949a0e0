package io.backstay.manager.state;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Immutable copies in sorted order, so that equal states are stored as equal bytes. */
final class Sorted {
    private Sorted() {}

    static <T extends Comparable<T>> Set<T> set(Set<T> set) {
        return Collections.unmodifiableSet(new TreeSet<>(set));
    }

    static <K extends Comparable<K>, V> Map<K, V> map(Map<K, V> map) {
        return Collections.unmodifiableMap(new TreeMap<>(map));
    }

    static <K extends Comparable<K>, V> Map<K, V> with(Map<K, V> map, K key, V value) {
        TreeMap<K, V> copy = new TreeMap<>(map);
        copy.put(key, value);
        return Collections.unmodifiableMap(copy);
    }

    static <K extends Comparable<K>, V> Map<K, V> without(Map<K, V> map, K key) {
        TreeMap<K, V> copy = new TreeMap<>(map);
        copy.remove(key);
        return Collections.unmodifiableMap(copy);
    }

    static <K extends Comparable<K>, V> Map<K, V> withoutValues(Map<K, V> map, Predicate<V> gone) {
        TreeMap<K, V> copy = new TreeMap<>(map);
        copy.values().removeIf(gone);
        return Collections.unmodifiableMap(copy);
    }
}

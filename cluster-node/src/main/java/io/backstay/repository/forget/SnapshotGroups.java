package io.backstay.repository.forget;

import io.backstay.repository.Snapshots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sorts snapshots into groups to each of which a policy is applied by itself. */
public final class SnapshotGroups {
    private SnapshotGroups() {}

    /** What snapshots of one group have in common. */
    public enum By {
        HOST,
        PATHS,
        TAGS
    }

    /** A group's common values; empty where they do not count. */
    public record Key(String hostname, List<String> paths, List<String> tags) {}

    /** The groups, in the order in which they first occur. */
    public static Map<Key, List<Snapshots.Named>> group(List<Snapshots.Named> snapshots, Set<By> by) {
        Map<Key, List<Snapshots.Named>> groups = new LinkedHashMap<>();
        for (Snapshots.Named named : snapshots) {
            Key key = new Key(
                    by.contains(By.HOST) ? named.snapshot().hostname() : "",
                    by.contains(By.PATHS) ? sorted(named.snapshot().paths()) : List.of(),
                    by.contains(By.TAGS) ? sorted(named.snapshot().tags()) : List.of());
            groups.computeIfAbsent(key, unknown -> new ArrayList<>()).add(named);
        }
        return groups;
    }

    private static List<String> sorted(List<String> texts) {
        return texts.stream().sorted().toList();
    }
}

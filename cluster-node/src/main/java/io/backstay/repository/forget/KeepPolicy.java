package io.backstay.repository.forget;

import io.backstay.repository.Snapshots;
import io.backstay.repository.snapshot.Snapshot;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Rules about which snapshots of a group are kept: as many of the newest of each period, those within a span before the newest,
 * those with certain tags. A snapshot is kept where any rule says so; the result is that of restic's {@code forget}.
 *
 * @param counts how many of a period are kept; -1 for all
 * @param within everything within a span before the newest is kept
 * @param withinPeriods one of each period within a span is kept
 * @param tags lists of tags; what has all of one list is kept
 */
public record KeepPolicy(
        Map<Period, Integer> counts,
        KeepDuration within,
        Map<Period, KeepDuration> withinPeriods,
        List<List<String>> tags) {
    /** What restic names for all that is without any tag. */
    private static final String NO_TAGS = "";

    /** Copies. */
    public KeepPolicy {
        counts = Map.copyOf(counts);
        withinPeriods = Map.copyOf(withinPeriods);
        tags = List.copyOf(tags);
    }

    /** The rules that keep so many of periods. */
    public static KeepPolicy ofCounts(Map<Period, Integer> counts) {
        return new KeepPolicy(counts, KeepDuration.NONE, Map.of(), List.of());
    }

    /** A snapshot that is kept, and why. */
    public record Kept(Snapshots.Named snapshot, List<String> reasons) {}

    /** What the rules say; the newest first. */
    public record Decision(List<Kept> keep, List<Snapshots.Named> remove) {}

    /** Whether no rule keeps anything: then nothing may be removed by it. */
    public boolean isEmpty() {
        return counts.values().stream().allMatch(count -> count == 0)
                && within.isNone()
                && withinPeriods.values().stream().allMatch(KeepDuration::isNone)
                && tags.isEmpty();
    }

    /**
     * Decides about the snapshots of one group.
     *
     * @param now snapshots from after it do not count as the newest
     * @param zone this machine's
     */
    public Decision decide(List<Snapshots.Named> group, Instant now, ZoneId zone) {
        List<Snapshots.Named> newestFirst = new ArrayList<>(group);
        newestFirst.sort(Comparator.comparing(
                        (Snapshots.Named named) -> named.snapshot().time().toInstant())
                .reversed()
                .thenComparing(Snapshots.Named::id));
        OffsetDateTime latest = newestFirst.stream()
                .map(named -> named.snapshot().time())
                .filter(time -> time.toInstant().isBefore(now))
                .findFirst()
                .orElse(OffsetDateTime.of(1, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC));
        Course course = new Course(latest, zone, newestFirst.size());
        List<Kept> keep = new ArrayList<>();
        List<Snapshots.Named> remove = new ArrayList<>();
        for (int position = 0; position < newestFirst.size(); position++) {
            Snapshots.Named named = newestFirst.get(position);
            List<String> reasons = course.reasons(named.snapshot(), position);
            if (reasons.isEmpty()) {
                remove.add(named);
            } else {
                keep.add(new Kept(named, reasons));
            }
        }
        return new Decision(keep, remove);
    }

    /** What has been kept so far, from the newest on. */
    private final class Course {
        private final OffsetDateTime latest;
        private final ZoneId zone;
        private final int size;
        private final Map<Period, Integer> left = new EnumMap<>(Period.class);
        private final Map<Period, Integer> last = new EnumMap<>(Period.class);
        private final Map<Period, Integer> lastWithin = new EnumMap<>(Period.class);

        Course(OffsetDateTime latest, ZoneId zone, int size) {
            this.latest = latest;
            this.zone = zone;
            this.size = size;
            left.putAll(counts);
        }

        List<String> reasons(Snapshot snapshot, int position) {
            List<String> reasons = new ArrayList<>();
            Instant time = snapshot.time().toInstant();
            for (List<String> wanted : tags) {
                if (hasAll(snapshot, wanted)) {
                    reasons.add("has tags " + wanted);
                }
            }
            if (!within.isNone() && time.isAfter(within.before(latest, zone))) {
                reasons.add("within " + within);
            }
            for (Period period : Period.values()) {
                int remaining = left.getOrDefault(period, 0);
                if (remaining != 0 && begins(last, period, snapshot, position)) {
                    left.put(period, remaining > 0 ? remaining - 1 : remaining);
                    reasons.add(period.reason());
                }
            }
            for (Period period : Period.values()) {
                KeepDuration span = withinPeriods.getOrDefault(period, KeepDuration.NONE);
                if (!span.isNone()
                        && time.isAfter(span.before(latest, zone))
                        && begins(lastWithin, period, snapshot, position)) {
                    reasons.add("%s within %s".formatted(period.reason(), span));
                }
            }
            return reasons;
        }

        /** Whether a snapshot is the newest of its period, or the oldest of all, which also stands for its period. */
        private boolean begins(Map<Period, Integer> seen, Period period, Snapshot snapshot, int position) {
            int number = period.of(snapshot.time(), position);
            Integer before = seen.put(period, number);
            return before == null || before != number || position == size - 1;
        }
    }

    private static boolean hasAll(Snapshot snapshot, List<String> wanted) {
        for (String tag : wanted) {
            if (tag.equals(NO_TAGS) && snapshot.tags().isEmpty()) {
                return true;
            }
            if (!snapshot.tags().contains(tag)) {
                return false;
            }
        }
        return true;
    }
}

package io.backstay.repository.forget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.backstay.model.BackstayException;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.objects.local.LocalBackend;
import io.backstay.repository.Repository;
import io.backstay.repository.Snapshots;
import io.backstay.repository.StockRestic;
import io.backstay.repository.TestRepositories;
import io.backstay.repository.snapshot.Snapshot;
import java.nio.file.Path;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeepPolicyTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    /** Random snapshots, random rules: stock restic keeps the same of them. */
    @Test
    void keepsWhatResticKeeps() throws Exception {
        long seed = Long.getLong("forget.seed", 20);
        Random random = new Random(seed);
        StockRestic restic = new StockRestic(folder.resolve("repository"), folder.resolve("cache"));
        try (Repository repository = TestRepositories.create(new LocalBackend(folder.resolve("repository")))) {
            for (int i = 0; i < 150; i++) {
                repository.saveFile(ObjectType.SNAPSHOTS, snapshot(random).json());
            }
            boolean old = restic.run("version").matches("(?s)restic 0\\.1[0-5]\\..*");
            List<Snapshots.Named> all = Snapshots.all(repository);
            List<Snapshots.Named> compared = old ? withoutTheOldest(all) : all;
            for (int i = 0; i < 15; i++) {
                List<String> arguments = new ArrayList<>(List.of("forget", "--dry-run", "--json", "--no-lock"));
                KeepPolicy policy = policy(random, arguments);
                String output = restic.run(arguments.toArray(String[]::new));
                Set<String> expected = new TreeSet<>();
                for (JsonNode group : new JsonMapper().readTree(output.substring(output.indexOf('[')))) {
                    group.path("keep")
                            .forEach(kept -> expected.add(kept.path("id").asText()));
                }
                Set<String> kept = new TreeSet<>();
                SnapshotGroups.group(all, Set.of(SnapshotGroups.By.HOST, SnapshotGroups.By.PATHS))
                        .values()
                        .forEach(group -> policy.decide(group, Clock.systemUTC().instant(), ZoneId.systemDefault())
                                .keep()
                                .forEach(one -> kept.add(one.snapshot().id().toString())));
                assertThat(differences(compared, kept, expected))
                        .as("seed %d, %s", seed, arguments)
                        .isEmpty();
            }
        }
    }

    /** Until 0.16 restic did not keep the oldest snapshot in place of a period that is not full. */
    private static List<Snapshots.Named> withoutTheOldest(List<Snapshots.Named> all) {
        List<Snapshots.Named> others = new ArrayList<>(all);
        SnapshotGroups.group(all, Set.of(SnapshotGroups.By.HOST, SnapshotGroups.By.PATHS))
                .values()
                .forEach(group -> others.remove(group.getFirst()));
        return others;
    }

    private static List<String> differences(List<Snapshots.Named> all, Set<String> kept, Set<String> expected) {
        return all.stream()
                .filter(named -> kept.contains(named.id().toString())
                        != expected.contains(named.id().toString()))
                .map(named -> "%s %s %s %s"
                        .formatted(
                                expected.contains(named.id().toString()) ? "restic keeps" : "we keep",
                                named.snapshot().time(),
                                named.snapshot().hostname(),
                                named.snapshot().paths()))
                .toList();
    }

    @Test
    void readsSpansAsResticDoes() {
        assertThat(KeepDuration.parse("1y5m7d2h")).isEqualTo(new KeepDuration(1, 5, 7, 2));
        assertThat(KeepDuration.parse("36h")).hasToString("36h");
        assertThat(KeepDuration.parse("").isNone()).isTrue();
        for (String wrong : List.of("5", "d", "1w", "1y 2m", "1.5d")) {
            assertThatExceptionOfType(BackstayException.class).as(wrong).isThrownBy(() -> KeepDuration.parse(wrong));
        }
    }

    @Test
    void knowsThatItKeepsNothing() {
        assertThat(KeepPolicy.ofCounts(Map.of(Period.DAILY, 0)).isEmpty()).isTrue();
        assertThat(KeepPolicy.ofCounts(Map.of(Period.DAILY, -1)).isEmpty()).isFalse();
    }

    private static Snapshot snapshot(Random random) {
        OffsetDateTime time = OffsetDateTime.of(2024, 12, 31, 23, 59, 59, 0, ZoneOffset.UTC)
                .minusMinutes(random.nextInt(random.nextBoolean() ? 5_000 : 1_500_000))
                .withOffsetSameInstant(ZoneOffset.ofHours(random.nextInt(4) == 0 ? 2 : 0));
        List<String> tags = switch (random.nextInt(4)) {
            case 0 -> List.of("keep");
            case 1 -> List.of("keep", "other");
            default -> List.of();
        };
        return new Snapshot(
                time,
                Optional.empty(),
                new Sha256(1, 2, 3, random.nextLong()),
                random.nextInt(5) == 0 ? List.of("/b") : List.of("/a"),
                random.nextInt(5) == 0 ? "far" : "near",
                "someone",
                0,
                0,
                List.of(),
                tags,
                Optional.empty(),
                "",
                Optional.empty());
    }

    private static KeepPolicy policy(Random random, List<String> arguments) {
        Map<Period, Integer> counts = new EnumMap<>(Period.class);
        Map<Period, KeepDuration> within = new EnumMap<>(Period.class);
        counts.put(Period.LAST, 1);
        for (Period period : Period.values()) {
            String name = period.name().toLowerCase(java.util.Locale.ROOT);
            if (random.nextInt(3) == 0) {
                counts.put(period, 1 + random.nextInt(12));
            }
            if (period != Period.LAST && random.nextInt(4) == 0) {
                within.put(period, span(random));
                arguments.addAll(List.of("--keep-within-" + name, String.valueOf(within.get(period))));
            }
        }
        counts.forEach((period, count) -> arguments.addAll(
                List.of("--keep-" + period.name().toLowerCase(java.util.Locale.ROOT), String.valueOf(count))));
        KeepDuration all = random.nextInt(3) == 0 ? span(random) : KeepDuration.NONE;
        if (!all.isNone()) {
            arguments.addAll(List.of("--keep-within", all.toString()));
        }
        List<List<String>> tags = random.nextInt(4) == 0 ? List.of(List.of("keep", "other")) : List.of();
        tags.forEach(list -> arguments.addAll(List.of("--keep-tag", String.join(",", list))));
        return new KeepPolicy(counts, all, within, tags);
    }

    private static KeepDuration span(Random random) {
        return new KeepDuration(random.nextInt(2), random.nextInt(5), random.nextInt(40), 1 + random.nextInt(30));
    }
}

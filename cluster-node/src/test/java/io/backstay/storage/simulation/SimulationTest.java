package io.backstay.storage.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The protocol keeps its promises under random faults; and each rule that is taken away is missed.
 *
 * <p>{@code -Dsimulation.seed=710} repeats one run and prints what happened in it; {@code -Dsimulation.runs=100000} runs more
 * of them, {@code -Dsimulation.from=1} says from which seed. The build always runs the same seeds: a change that breaks the
 * protocol fails the build of its author and not that of whoever comes by chance. New seeds are for whoever works on the
 * protocol.
 */
class SimulationTest {
    private static final Logger LOG = LoggerFactory.getLogger(SimulationTest.class);
    private static final long FIRST_SEED = 1;
    private static final int RUNS = 3_000;

    /** More than any needs: one in a thousand runs is what the rarest takes. */
    private static final int MOST_SEEDS_OF_A_MUTATION = 6_000;

    @Test
    void keepsItsPromises() {
        Long only = Long.getLong("simulation.seed");
        if (only != null) {
            Trace trace = new Trace(true);
            try {
                LOG.info("{}", Simulation.run(Planner.plan(only), Mutation.NONE, trace));
            } finally {
                LOG.info("Seed {}:\n{}", only, String.join("\n", trace.lines()));
            }
            return;
        }
        long from = Long.getLong("simulation.from", FIRST_SEED);
        int runs = Integer.getInteger("simulation.runs", RUNS);
        Tally tally = new Tally();
        LOG.info("Simulating {} runs from seed {}", runs, from);
        LongStream.range(from, from + runs).forEach(seed -> {
            try {
                tally.add(Simulation.run(Planner.plan(seed), Mutation.NONE, new Trace(false)));
            } catch (Violation violation) {
                fail(Shrinker.explain(seed, Planner.plan(seed), Mutation.NONE, violation));
            }
        });
        LOG.info("{}", tally);
        assertThat(tally.runs).isEqualTo(runs);
        assertThat(tally.acknowledgedWrites).isGreaterThan(runs);
        assertThat(tally.acknowledgedDeletes).isGreaterThan(runs);
        assertThat(tally.faults.keySet()).containsExactlyInAnyOrder(Plan.FaultKind.values());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void missesEachRuleThatIsTakenAway(Mutation mutation) {
        for (int i = 0; i < MOST_SEEDS_OF_A_MUTATION; i++) {
            long seed = mutation.firstSeed() + i;
            try {
                Simulation.run(Planner.plan(seed, mutation.flavour()), mutation, new Trace(false));
            } catch (Violation violation) {
                LOG.info("{}: after {} seeds, {}", mutation, i + 1, violation.getMessage());
                return;
            }
        }
        fail("%s was not noticed in %d runs".formatted(mutation, MOST_SEEDS_OF_A_MUTATION));
    }

    @Test
    void aSeedTellsTheSameStoryEachTime() {
        List<List<String>> stories = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Trace trace = new Trace(true);
            Simulation.run(Planner.plan(25), Mutation.NONE, trace);
            stories.add(trace.lines());
        }
        assertThat(stories.get(0)).isEqualTo(stories.get(1)).hasSizeGreaterThan(10);
    }
}

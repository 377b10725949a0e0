package io.backstay.storage.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Repeats a run that violates a promise with less and less in it, so that what is left can be read. */
final class Shrinker {
    private static final int MOST_LINES = 200;

    private Shrinker() {}

    /** The story of the smallest plan found that violates the same clause. */
    static String explain(long seed, Plan plan, Mutation mutation, Violation violation) {
        Plan smallest = shrink(plan, mutation, violation.clause());
        Trace trace = new Trace(true);
        Optional<Violation> again = violation(smallest, mutation, trace);
        List<String> lines = trace.lines();
        List<String> last = lines.subList(Math.max(0, lines.size() - MOST_LINES), lines.size());
        return "Seed %d violates %s%nWith %d of %d requests and %d of %d faults: %s%n%s"
                .formatted(
                        seed,
                        violation.getMessage(),
                        smallest.requests().size(),
                        plan.requests().size(),
                        smallest.faults().size(),
                        plan.faults().size(),
                        again.map(Violation::getMessage).orElse("it does not repeat"),
                        String.join(System.lineSeparator(), last));
    }

    private static Plan shrink(Plan plan, Mutation mutation, Violation.Clause clause) {
        Plan smallest = plan;
        for (int part = Math.max(1, plan.requests().size() / 2); part >= 1; part /= 2) {
            for (int from = 0; from < smallest.requests().size(); ) {
                Plan less = smallest.with(without(smallest.requests(), from, part), smallest.faults());
                boolean same = violates(less, mutation, clause);
                smallest = same ? less : smallest;
                from += same ? 0 : part;
            }
        }
        for (int from = 0; from < smallest.faults().size(); ) {
            Plan less = smallest.with(smallest.requests(), without(smallest.faults(), from, 1));
            boolean same = violates(less, mutation, clause);
            smallest = same ? less : smallest;
            from += same ? 0 : 1;
        }
        return smallest;
    }

    private static <T> List<T> without(List<T> all, int from, int count) {
        List<T> left = new ArrayList<>(all.subList(0, from));
        left.addAll(all.subList(Math.min(all.size(), from + count), all.size()));
        return left;
    }

    private static boolean violates(Plan plan, Mutation mutation, Violation.Clause clause) {
        return violation(plan, mutation, new Trace(false))
                .filter(violation -> violation.clause() == clause)
                .isPresent();
    }

    private static Optional<Violation> violation(Plan plan, Mutation mutation, Trace trace) {
        try {
            Simulation.run(plan, mutation, trace);
            return Optional.empty();
        } catch (Violation violation) {
            return Optional.of(violation);
        }
    }
}

package io.backstay.bench.measure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Values of several rounds, by contender and by what was measured, in the order in which they first came. */
public final class Series {
    private final Map<String, Map<String, List<Double>>> values = new LinkedHashMap<>();

    /** Takes the value of one round. */
    public void add(String contender, String what, double value) {
        values.computeIfAbsent(contender, key -> new LinkedHashMap<>())
                .computeIfAbsent(what, key -> new ArrayList<>())
                .add(value);
    }

    /** The median of what came. */
    public double median(String contender, String what) {
        List<Double> sorted = sorted(contender, what);
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    private List<Double> of(String contender, String what) {
        return values.getOrDefault(contender, Map.of()).getOrDefault(what, List.of());
    }

    private List<Double> sorted(String contender, String what) {
        return of(contender, what).stream().sorted().toList();
    }

    /** The value that came last. */
    public double last(String contender, String what) {
        return of(contender, what).getLast();
    }

    /** Whether the contender has values of it. */
    public boolean has(String contender, String what) {
        return !of(contender, what).isEmpty();
    }

    /** Who took part. */
    public List<String> contenders() {
        return List.copyOf(values.keySet());
    }

    /** Medians, with the least and the greatest value of each, as a Markdown table. */
    public String table(List<String> columns, int digits) {
        StringBuilder table = new StringBuilder("| |");
        columns.forEach(column -> table.append(' ').append(column).append(" |"));
        table.append("\n|---|").append("---|".repeat(columns.size())).append('\n');
        for (String contender : contenders()) {
            table.append("| ").append(contender).append(" |");
            for (String column : columns) {
                table.append(' ').append(cell(contender, column, digits)).append(" |");
            }
            table.append('\n');
        }
        return table.toString();
    }

    private String cell(String contender, String column, int digits) {
        if (!has(contender, column)) {
            return "–";
        }
        List<Double> sorted = sorted(contender, column);
        String median = number(median(contender, column), digits);
        return sorted.size() == 1
                ? median
                : "%s (%s–%s)".formatted(median, number(sorted.getFirst(), digits), number(sorted.getLast(), digits));
    }

    /** A number with so many digits behind the point; none of them where it is large. */
    public static String number(double value, int digits) {
        return String.format(Locale.ROOT, "%." + (Math.abs(value) >= 100 ? 0 : digits) + "f", value);
    }
}

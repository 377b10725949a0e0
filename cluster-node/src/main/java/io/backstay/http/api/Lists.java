package io.backstay.http.api;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Answers lists the same way everywhere: {@code q} filters by part of the name, {@code sort} orders by a field, backwards
 * with a hyphen before it, {@code offset} and {@code limit} cut out a page.
 */
final class Lists {
    private Lists() {}

    /** A page; {@code total} counts the entries after filtering, before cutting. */
    record Page<T>(List<T> items, int total) {}

    static <T> ApiAnswer page(ApiCall call, List<T> all, Function<T, String> name, Map<String, Comparator<T>> orders) {
        String wanted = call.query().getOrDefault("q", "").toLowerCase(Locale.ROOT);
        List<T> matching = all.stream()
                .filter(each -> name.apply(each).toLowerCase(Locale.ROOT).contains(wanted))
                .toList();
        Stream<T> sorted = call.query().containsKey("sort")
                ? matching.stream().sorted(order(call.query().getOrDefault("sort", ""), orders))
                : matching.stream();
        List<T> items = sorted.skip(call.offset()).limit(call.limit()).toList();
        return ApiAnswer.ok(new Page<>(items, matching.size()));
    }

    private static <T> Comparator<T> order(String sort, Map<String, Comparator<T>> orders) {
        boolean backwards = sort.startsWith("-");
        Comparator<T> order = orders.get(backwards ? sort.substring(1) : sort);
        if (order == null) {
            throw new BackstayException(
                    ErrorCode.INVALID_REQUEST,
                    "sort is one of "
                            + String.join(
                                    ", ", orders.keySet().stream().sorted().toList()));
        }
        return backwards ? order.reversed() : order;
    }
}

package io.backstay.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SeriesTest {
    @Test
    void tellsMedianLeastAndGreatest() {
        Series series = new Series();
        for (double value : new double[] {3, 1, 2, 9, 4}) {
            series.add("one", "s", value);
        }
        series.add("other", "t", 250);

        assertThat(series.median("one", "s")).isEqualTo(3);
        assertThat(series.last("one", "s")).isEqualTo(4);
        assertThat(series.table(List.of("s", "t"), 1)).isEqualTo("""
            | | s | t |
            |---|---|---|
            | one | 3.0 (1.0–9.0) | – |
            | other | – | 250 |
            """);
    }

    @Test
    void takesTheMiddleOfAnEvenNumber() {
        Series series = new Series();
        series.add("one", "s", 1);
        series.add("one", "s", 2);
        assertThat(series.median("one", "s")).isEqualTo(1.5);
    }
}

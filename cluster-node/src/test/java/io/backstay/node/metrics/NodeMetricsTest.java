package io.backstay.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.http.RequestObserver.Protocol;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class NodeMetricsTest {
    private final NodeMetrics metrics = new NodeMetrics();

    private String text() {
        return new String(metrics.text(), StandardCharsets.UTF_8);
    }

    @Test
    void countsRequestsAndHowLongTheyTook() {
        metrics.answered(Protocol.RESTIC, "POST", 200, Duration.ofMillis(20));
        metrics.answered(Protocol.RESTIC, "POST", 503, Duration.ofSeconds(12));
        assertThat(text())
                .contains("backstay_http_requests_total{method=\"POST\",protocol=\"restic\",status=\"200\"} 1")
                .contains("backstay_http_requests_total{method=\"POST\",protocol=\"restic\",status=\"503\"} 1")
                .contains("backstay_http_request_seconds_bucket{method=\"POST\",protocol=\"restic\",le=\"0.025\"} 1")
                .contains("backstay_http_request_seconds_count{method=\"POST\",protocol=\"restic\"} 2");
    }

    /** Each would stay for ever. */
    @Test
    void doesNotTakeMethodsThatClientsInventForLabels() {
        metrics.answered(Protocol.API, "BREW", 405, Duration.ZERO);
        assertThat(text()).contains("method=\"other\"").doesNotContain("BREW");
    }

    @Test
    void asksForFiguresWhenSomebodyLooks() {
        double[] value = {1};
        metrics.gauge("backstay_test", "A figure.", () -> value[0]);
        metrics.gauges("backstay_test_state", "A state.", "state", () -> Map.of("good", value[0]));
        assertThat(text()).contains("backstay_test 1.0");
        value[0] = 2;
        assertThat(text()).contains("backstay_test 2.0").contains("backstay_test_state{state=\"good\"} 2.0");
    }

    @Test
    void tellsOfTheJvm() {
        assertThat(text()).contains("jvm_memory_used_bytes").contains("process_cpu_seconds_total");
    }
}

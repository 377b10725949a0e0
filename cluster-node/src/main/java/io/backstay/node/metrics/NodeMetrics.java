package io.backstay.node.metrics;

import io.backstay.http.RequestObserver;
import io.backstay.http.wire.Traffic;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/** The figures of one process. Safe for use by many threads; nothing blocks. */
public final class NodeMetrics implements RequestObserver {
    /** What {@link #text} is. */
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private static final double[] SECONDS = {0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60};
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    private final Counter requests = Counter.builder()
            .name("backstay_http_requests")
            .help("Requests that were answered.")
            .labelNames("protocol", "method", "status")
            .register(registry);
    private final Histogram seconds = Histogram.builder()
            .name("backstay_http_request_seconds")
            .help("Seconds from a request's head to the beginning of its answer.")
            .labelNames("protocol", "method")
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .register(registry);
    private final Traffic traffic = new Traffic();

    /** Figures that begin at zero, and those of the JVM. */
    public NodeMetrics() {
        JvmMetrics.builder().register(registry);
        counter("backstay_http_received_bytes", "Bytes that clients have sent, with heads.", traffic::received);
        counter("backstay_http_sent_bytes", "Bytes that were sent to clients, with heads.", traffic::sent);
    }

    /** What connections of clients count into. */
    public Traffic traffic() {
        return traffic;
    }

    @Override
    public void answered(Protocol protocol, String method, int status, Duration took) {
        String bounded = METHODS.contains(method) ? method : "other";
        String spoken = protocol.text();
        requests.labelValues(spoken, bounded, Integer.toString(status)).inc();
        seconds.labelValues(spoken, bounded).observe(took.toNanos() / 1e9);
    }

    /** A figure that rises only; asked whenever somebody looks. */
    public void counter(String name, String help, DoubleSupplier value) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .callback(answer -> answer.call(value.getAsDouble()))
                .register(registry);
    }

    /** A figure that rises and falls; asked whenever somebody looks. */
    public void gauge(String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(answer -> answer.call(value.getAsDouble()))
                .register(registry);
    }

    /** Figures of one kind, told apart by a label; asked whenever somebody looks. */
    public void gauges(String name, String help, String label, Supplier<Map<String, Double>> values) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(label)
                .callback(answer -> values.get().forEach((which, value) -> answer.call(value, which)))
                .register(registry);
    }

    /** All of it in Prometheus' text format. */
    public byte[] text() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 15);
        try {
            writer.write(out, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return out.toByteArray();
    }
}

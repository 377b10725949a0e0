package io.backstay.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that is kept running. */
final class SupervisedTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();

    @AfterEach
    void end() {
        timer.shutdownNow();
    }

    @Test
    void whatDiesIsStartedAgain() throws Exception {
        Supervised process = supervised(true);
        process.start();
        long before = process.pid().getAsLong();

        assertThat(process.kill(false, LONG)).isTrue();

        assertThat(message()).contains("died: killed; starting it again in 1 s");
        assertThat(message()).contains("was started again");
        assertThat(process.pid().getAsLong()).isNotEqualTo(before);
        assertThat(process.deaths()).isEqualTo(1);
        process.stop(LONG);
    }

    @Test
    void whatDiesStaysDownWhereThePolicySaysSo() throws Exception {
        Supervised process = supervised(false);
        process.start();

        process.kill(false, LONG);

        assertThat(message()).contains("it stays down");
        assertThat(process.state()).isEqualTo(Supervised.State.STOPPED);
    }

    @Test
    void whatIsStoppedIsDownAtOnceAndCanBeStartedAtOnce() throws Exception {
        Supervised process = supervised(true);
        process.start();

        assertThat(process.stop(LONG)).isTrue();

        assertThat(process.state()).isEqualTo(Supervised.State.STOPPED);
        assertThat(process.pid()).isEmpty();
        process.start();
        assertThat(process.state()).isEqualTo(Supervised.State.RUNNING);
        process.stop(LONG);
        assertThat(messages).isEmpty();
    }

    @Test
    void stopCallsOffTheNextStart() throws Exception {
        Supervised process = supervised(true);
        process.start();
        process.kill(false, LONG);
        assertThat(process.state()).isEqualTo(Supervised.State.RESTARTING);

        process.stop(LONG);

        assertThat(process.state()).isEqualTo(Supervised.State.STOPPED);
        assertThat(timer.shutdownNow()).allMatch(task -> ((java.util.concurrent.Future<?>) task).isCancelled());
    }

    @Test
    void pausesGrowWithQuickDeathsUpToHalfAMinute() {
        RestartPolicy policy = new RestartPolicy(true);

        assertThat(List.of(policy.pause(1), policy.pause(2), policy.pause(3), policy.pause(50)))
                .containsExactly(
                        Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(30));
    }

    private String message() throws InterruptedException {
        return String.valueOf(messages.poll(LONG.toMillis(), TimeUnit.MILLISECONDS));
    }

    private Supervised supervised(boolean restart) {
        Program program = new Program("test", folder, List.of("sleep", "300"), Map.of(), Signal.TERM);
        return new Supervised(program, new RestartPolicy(restart), timer, this::changed);
    }

    private void changed(Supervised which, Optional<String> message) {
        message.ifPresent(messages::add);
    }
}

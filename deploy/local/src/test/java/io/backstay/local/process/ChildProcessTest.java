package io.backstay.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One run of a program, and what is found of it later. */
final class ChildProcessTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    @Test
    void whatAnEarlierLauncherLeftIsFoundAndEnds() throws Exception {
        ChildProcess started = ChildProcess.start(sleeper());
        awaitPid();

        ChildProcess found = ChildProcess.leftIn(folder).orElseThrow();

        assertThat(found.pid()).isEqualTo(started.pid());
        assertThat(found.end(Signal.TERM, LONG)).isTrue();
        assertThat(started.awaitEnd(LONG)).isTrue();
        assertThat(ChildProcess.leftIn(folder)).isEmpty();
    }

    @Test
    void processThatOnlyHasThePidNowIsNotTakenForOurs() throws Exception {
        Files.writeString(
                folder.resolve("pid"), Long.toString(ProcessHandle.current().pid()));

        assertThat(ChildProcess.leftIn(folder)).isEmpty();
    }

    @Test
    void fileThatHoldsNoPidIsNobody() throws Exception {
        Files.writeString(folder.resolve("pid"), "-1");

        assertThat(ChildProcess.leftIn(folder)).isEmpty();
    }

    @Test
    void frozenProcessEndsInAnOrderlyWay() throws Exception {
        ChildProcess process = ChildProcess.start(sleeper());
        process.signal(Signal.STOP);

        assertThat(process.end(Signal.TERM, LONG)).isTrue();
    }

    @Test
    void processThatDoesNotHearIsKilled() throws Exception {
        ChildProcess process = ChildProcess.start(program("trap '' TERM; echo deaf; while :; do sleep 0.1; done"));
        while (!Files.readString(folder.resolve("log")).contains("deaf")) {
            Thread.onSpinWait();
        }

        assertThat(process.end(Signal.TERM, Duration.ofMillis(300))).isFalse();
        assertThat(process.alive()).isFalse();
    }

    private void awaitPid() throws Exception {
        while (ChildProcess.leftIn(folder).isEmpty()) {
            Thread.onSpinWait();
        }
    }

    private Program sleeper() {
        return program("exec sleep 300");
    }

    private Program program(String script) {
        return new Program("test", folder, List.of("sh", "-c", script), Map.of(), Signal.TERM);
    }
}

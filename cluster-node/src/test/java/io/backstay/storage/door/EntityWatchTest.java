package io.backstay.storage.door;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.model.ErrorCode;
import io.backstay.model.RepositoryId;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EntityWatchTest {
    private static final RepositoryId ONE = new RepositoryId(new UUID(1, 1));
    private static final RepositoryId OTHER = new RepositoryId(new UUID(1, 2));

    private long now = 1_000;
    private final EntityWatch watch = new EntityWatch(Duration.ofSeconds(6), () -> now);

    @Test
    void countsAsAwayAfterItsPatienceOnly() {
        silence(Duration.ofSeconds(5));
        assertThat(watch.away(ONE)).isFalse();
        pass(Duration.ofSeconds(1));
        watch.silent(ONE, now, "no answer");
        assertThat(watch.away(ONE)).isTrue();
        assertThat(watch.away(OTHER)).isFalse();
        assertThat(watch.awayCount()).isEqualTo(1);
    }

    /** It began when the answer failed to come, and a request with a deadline was over before anything was done. */
    @Test
    void silenceBeginsWithTheQuestion() {
        long asked = now;
        pass(Duration.ofSeconds(5));
        watch.silent(ONE, asked, "no answer");
        assertThat(watch.left(ONE)).isEqualTo(Duration.ofSeconds(1));
        pass(Duration.ofSeconds(1));
        watch.silent(ONE, now, "no answer");
        assertThat(watch.away(ONE)).isTrue();
    }

    @Test
    void oneLostAnswerLongAgoIsNoSilence() {
        watch.silent(ONE, now, "no answer");
        pass(Duration.ofSeconds(20));
        assertThat(watch.away(ONE)).isFalse();
        assertThat(watch.left(ONE)).isEqualTo(Duration.ofSeconds(6));
        watch.silent(ONE, now, "no answer");
        assertThat(watch.away(ONE)).isFalse();
    }

    @Test
    void aQuestionFromBeforeTheLastAnswerIsNoSilence() {
        long asked = now;
        pass(Duration.ofSeconds(7));
        watch.answered(ONE);
        pass(Duration.ofSeconds(1));
        watch.silent(ONE, asked, "no answer");
        assertThat(watch.away(ONE)).isFalse();
        assertThat(watch.left(ONE)).isEqualTo(Duration.ofSeconds(6));
    }

    @Test
    void silenceCountsWhileItIsFresh() {
        silence(Duration.ofSeconds(6));
        pass(Duration.ofSeconds(3));
        assertThat(watch.away(ONE)).isTrue();
        pass(Duration.ofSeconds(1));
        assertThat(watch.away(ONE)).isFalse();
    }

    /** What was left came near nothing, and an entity that was there could not answer in it. */
    @Test
    void anEntityIsAlwaysGivenHalfASecond() {
        silence(Duration.ofMillis(5_999));
        assertThat(watch.left(ONE)).isEqualTo(Duration.ofMillis(500));
        pass(Duration.ofSeconds(2));
        assertThat(watch.left(ONE)).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void anyRefusalIsAnAnswerButThatNobodyCanDecide() {
        for (ErrorCode code : ErrorCode.values()) {
            silence(Duration.ofSeconds(6));
            watch.refused(ONE, now, code, "refused");
            assertThat(watch.away(ONE))
                    .as(code.text())
                    .isEqualTo(code == ErrorCode.DATABASE_UNAVAILABLE || code == ErrorCode.TOO_FEW_NODES);
            watch.answered(ONE);
        }
    }

    @Test
    void oneAnswerEndsIt() {
        silence(Duration.ofSeconds(10));
        watch.answered(ONE);
        assertThat(watch.away(ONE)).isFalse();
        watch.silent(ONE, now, "no answer");
        assertThat(watch.away(ONE)).isFalse();
    }

    /** A repository that is used no more, or was deleted, would be counted for ever. */
    @Test
    void countsOnlyWhatWasAskedForOfLate() {
        silence(Duration.ofSeconds(6));
        pass(Duration.ofSeconds(59));
        assertThat(watch.awayCount()).isEqualTo(1);
        pass(Duration.ofSeconds(2));
        assertThat(watch.awayCount()).isZero();
    }

    @Test
    void oneCallerASecondLooksForTheEntity() {
        silence(Duration.ofSeconds(10));
        assertThat(watch.lookDue(ONE)).isTrue();
        assertThat(watch.lookDue(ONE)).isFalse();
        pass(Duration.ofSeconds(1));
        assertThat(watch.lookDue(ONE)).isTrue();
        assertThat(watch.lookDue(OTHER)).isFalse();
    }

    /** Questions without an answer, one after the other. */
    private void silence(Duration duration) {
        long asked = now;
        watch.silent(ONE, now, "no answer");
        for (int part = 0; part < 10; part++) {
            pass(duration.dividedBy(10));
            watch.silent(ONE, asked, "no answer");
            asked = now;
        }
    }

    private void pass(Duration duration) {
        now += duration.toNanos();
    }
}

package io.backstay.storage.door;

import static org.assertj.core.api.Assertions.assertThat;

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
        watch.silent(ONE, now, "no answer");
        assertThat(watch.away(ONE)).isFalse();
        pass(Duration.ofSeconds(6));
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
        assertThat(watch.away(ONE)).isTrue();
    }

    @Test
    void oneAnswerEndsIt() {
        watch.silent(ONE, now, "no answer");
        pass(Duration.ofSeconds(10));
        watch.answered(ONE);
        assertThat(watch.away(ONE)).isFalse();
        watch.silent(ONE, now, "no answer");
        assertThat(watch.away(ONE)).isFalse();
    }

    /** A repository that is used no more, or was deleted, would be counted for ever. */
    @Test
    void countsOnlyWhatWasAskedForOfLate() {
        watch.silent(ONE, now, "no answer");
        pass(Duration.ofSeconds(59));
        assertThat(watch.awayCount()).isEqualTo(1);
        pass(Duration.ofSeconds(2));
        assertThat(watch.awayCount()).isZero();
        assertThat(watch.away(ONE)).isTrue();
    }

    @Test
    void oneCallerASecondLooksForTheEntity() {
        watch.silent(ONE, now, "no answer");
        pass(Duration.ofSeconds(10));
        assertThat(watch.lookDue(ONE)).isTrue();
        assertThat(watch.lookDue(ONE)).isFalse();
        pass(Duration.ofSeconds(1));
        assertThat(watch.lookDue(ONE)).isTrue();
        assertThat(watch.lookDue(OTHER)).isFalse();
    }

    private void pass(Duration duration) {
        now += duration.toNanos();
    }
}

package io.backstay.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class PayloadTest {
    @Test
    void namesEachObjectByTheHashOfItsOwnContent() {
        Payload payload = Payload.of(1, 3, 1000);
        for (int i = 0; i < payload.count(); i++) {
            var digest = Payload.digest();
            int bytes = 0;
            for (ByteBuffer part : payload.content(i)) {
                bytes += part.remaining();
                digest.update(part);
            }
            assertThat(bytes).isEqualTo(1000);
            assertThat(payload.name(i)).isEqualTo(HexFormat.of().formatHex(digest.digest()));
        }
        assertThat(payload.name(0)).isNotEqualTo(payload.name(1));
    }

    @Test
    void tellsTheTimeWithinWhichAPartOfTheRequestsEnded() {
        long[] millis = new long[100];
        for (int i = 0; i < millis.length; i++) {
            millis[i] = (100 - i) * 1_000_000L;
        }
        Timing timing = new Timing(1_000_000_000L, millis, 5_000_000);
        assertThat(timing.percentileMillis(0.5)).isEqualTo(50);
        assertThat(timing.percentileMillis(0.99)).isEqualTo(99);
        assertThat(timing.megabytesASecond()).isEqualTo(5);
    }
}

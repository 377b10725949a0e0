package io.backstay.cluster.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backstay.model.BackstayException;
import io.backstay.model.ClusterId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ViewCodecTest {
    private final ClusterView view = Views.full(new ClusterId(UUID.randomUUID()), 42, 3);
    private final String json = new String(ViewCodec.encode(view), StandardCharsets.UTF_8);

    @Test
    void readsWhatItWrote() {
        assertThat(ViewCodec.decode(ViewCodec.encode(view))).isEqualTo(view);
    }

    @Test
    void equalViewsGiveEqualBytes() {
        assertThat(ViewCodec.encode(ViewCodec.decode(ViewCodec.encode(view)))).isEqualTo(ViewCodec.encode(view));
    }

    @Test
    void refusesEachTruncation() {
        byte[] whole = json.getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> ViewCodec.decode(cut)).isInstanceOf(BackstayException.class);
        }
    }

    @Test
    void refusesAnotherFormatAndMissingOrNullFields() {
        refused(json.replace("\"format\":1", "\"format\":2"));
        refused(json.replace("\"revision\":42,", ""));
        refused(json.replace("\"chain\":\"" + view.id().chain() + "\"", "\"chain\":null"));
        refused(json.replace("\"admitted\":true", "\"admitted\":\"perhaps\""));
        refused(json + "{}");
    }

    @Test
    void refusesTextsThatAreTooLong() {
        refused(json.replace("rack-1", "r".repeat(5000)));
    }

    @Test
    void ignoresWhatALaterVersionAdds() {
        String later = json.replace("\"format\":1", "\"format\":1,\"weather\":{\"rain\":[1,2]}")
                .replace("\"backup-storage\"", "\"backup-storage\",\"coffee-maker\"");
        assertThat(ViewCodec.decode(later.getBytes(StandardCharsets.UTF_8))).isEqualTo(view);
    }

    private static void refused(String text) {
        assertThatThrownBy(() -> ViewCodec.decode(text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(BackstayException.class);
    }
}

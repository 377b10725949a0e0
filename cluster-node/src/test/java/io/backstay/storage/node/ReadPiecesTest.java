package io.backstay.storage.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.objects.ObjectStore;
import org.junit.jupiter.api.Test;

class ReadPiecesTest {
    private static final long BUDGET = 48L << 20;

    private final ReadPieces pieces = new ReadPieces(BUDGET);

    private void readers(int count) {
        for (int i = 0; i < count; i++) {
            pieces.begun();
        }
    }

    @Test
    void aFewReadersGetAMebibyteAtOnceWhereverItBegins() {
        readers(8);
        assertThat(pieces.bytes()).isEqualTo((1 << 20) + ObjectStore.BLOCK_BYTES);
    }

    @Test
    void manyReadersStayWithinTheBudget() {
        readers(100);
        assertThat(pieces.bytes() % ObjectStore.BLOCK_BYTES).isZero();
        assertThat(3L * 100 * pieces.bytes()).isBetween(BUDGET / 2, BUDGET);
    }

    @Test
    void howeverManyEachGetsABlock() {
        readers(10_000);
        assertThat(pieces.bytes()).isEqualTo(ObjectStore.BLOCK_BYTES);
    }

    @Test
    void whoHasEndedLeavesItsShareToOthers() {
        readers(10_000);
        for (int i = 0; i < 9_999; i++) {
            pieces.ended();
        }
        assertThat(pieces.bytes()).isGreaterThan(1 << 20);
    }
}

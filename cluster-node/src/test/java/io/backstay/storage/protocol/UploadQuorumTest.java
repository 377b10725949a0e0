package io.backstay.storage.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.model.ErrorCode;
import io.backstay.model.NodeId;
import io.backstay.model.Sha256;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UploadQuorumTest {
    private static final NodeId A = Machines.node(0);
    private static final NodeId B = Machines.node(1);
    private static final NodeId C = Machines.node(2);
    private static final UploadQuorum.Copy ONE = new UploadQuorum.Copy(5, new Sha256(1, 1, 1, 1));
    private static final UploadQuorum.Copy TWO = new UploadQuorum.Copy(5, new Sha256(2, 2, 2, 2));

    private final UploadQuorum quorum = new UploadQuorum(List.of(A, B, C), 2);

    @Test
    void commitsWithEnoughEqualCopies() {
        assertThat(quorum.stored(A, ONE)).isEqualTo(new UploadQuorum.Wait());
        assertThat(quorum.stored(B, ONE)).isEqualTo(new UploadQuorum.Commit(5, ONE.sha256(), Set.of(A, B)));
        assertThat(quorum.settled()).isFalse();
        assertThat(quorum.stored(C, ONE)).isEqualTo(new UploadQuorum.Commit(5, ONE.sha256(), Set.of(A, B, C)));
        assertThat(quorum.settled()).isTrue();
    }

    @Test
    void countsOnlyCopiesThatAgreeAndOnlyTargets() {
        quorum.stored(A, ONE);
        assertThat(quorum.stored(Machines.node(9), ONE)).isEqualTo(new UploadQuorum.Wait());
        assertThat(quorum.stored(A, ONE)).isEqualTo(new UploadQuorum.Wait());
        assertThat(quorum.stored(B, TWO)).isEqualTo(new UploadQuorum.Wait());
        assertThat(quorum.failed(C, ErrorCode.UNAVAILABLE)).isEqualTo(new UploadQuorum.Fail(ErrorCode.UNAVAILABLE));
    }

    @Test
    void failsAsSoonAsTooFewAreLeft() {
        assertThat(quorum.failed(A, ErrorCode.STORAGE_FULL)).isEqualTo(new UploadQuorum.Wait());
        assertThat(quorum.failed(B, ErrorCode.STORAGE_FULL)).isEqualTo(new UploadQuorum.Fail(ErrorCode.STORAGE_FULL));
    }

    @Test
    void blamesTheClientBeforeAFullDisk() {
        quorum.failed(A, ErrorCode.STORAGE_FULL);
        assertThat(quorum.failed(B, ErrorCode.CONTENT_MISMATCH))
                .isEqualTo(new UploadQuorum.Fail(ErrorCode.CONTENT_MISMATCH));
    }
}

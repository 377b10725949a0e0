package io.backstay.cluster.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.model.ClusterId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ViewHolderTest {
    private final ClusterId cluster = new ClusterId(UUID.randomUUID());

    @TempDir
    private Path data;

    @Test
    void keepsTheNewestOverRestartsForItsOwnerOnly() throws IOException {
        ViewHolder holder = ViewHolder.open(data, cluster);
        assertThat(holder.current()).isEmpty();
        ClusterView view = Views.full(cluster, 7, 2);
        assertThat(holder.offer(view)).isEqualTo(ViewHolder.Outcome.TAKEN);
        assertThat(ViewHolder.open(data, cluster).current()).contains(view);
        assertThat(Files.getPosixFilePermissions(data.resolve("view.json")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void neverGoesBack() throws IOException {
        ViewHolder holder = ViewHolder.open(data, cluster);
        ClusterView newer = Views.empty(cluster, 7);
        holder.offer(newer);
        assertThat(holder.offer(Views.empty(cluster, 6))).isEqualTo(ViewHolder.Outcome.NOT_NEWER);
        assertThat(holder.offer(Views.empty(cluster, 7))).isEqualTo(ViewHolder.Outcome.NOT_NEWER);
        assertThat(holder.current()).contains(newer);
    }

    @Test
    void aLaterGenerationIsNewerWhateverItsRevision() throws IOException {
        ViewHolder holder = ViewHolder.open(data, cluster);
        holder.offer(Views.empty(cluster, 7));
        ClusterView adopted = Views.full(cluster, 3, 0);
        assertThat(adopted.id().generation()).isEqualTo(2);
        assertThat(holder.offer(adopted)).isEqualTo(ViewHolder.Outcome.TAKEN);
    }

    @Test
    void refusesViewsOfAnotherClusterAlsoFromItsFile() throws IOException {
        ClusterId other = new ClusterId(UUID.randomUUID());
        ViewHolder holder = ViewHolder.open(data, cluster);
        assertThat(holder.offer(Views.empty(other, 99))).isEqualTo(ViewHolder.Outcome.FOREIGN);
        assertThat(holder.current()).isEmpty();
        holder.offer(Views.empty(cluster, 1));
        assertThat(ViewHolder.open(data, other).current()).isEmpty();
    }

    @Test
    void aBrokenFileIsNoView() throws IOException {
        Files.writeString(data.resolve("view.json"), "{\"format\":1,");
        ViewHolder holder = ViewHolder.open(data, cluster);
        assertThat(holder.current()).isEmpty();
        assertThat(holder.offer(Views.empty(cluster, 1))).isEqualTo(ViewHolder.Outcome.TAKEN);
        assertThat(ViewHolder.open(data, cluster).current()).isPresent();
    }

    @Test
    void listenersHearTheCurrentViewAtOnceAndThenEachNewerOne() throws IOException {
        ViewHolder holder = ViewHolder.open(data, cluster);
        holder.offer(Views.empty(cluster, 1));
        List<Long> heard = new ArrayList<>();
        holder.subscribe(view -> heard.add(view.id().revision()));
        holder.offer(Views.empty(cluster, 1));
        holder.offer(Views.empty(cluster, 2));
        assertThat(heard).containsExactly(1L, 2L);
    }
}

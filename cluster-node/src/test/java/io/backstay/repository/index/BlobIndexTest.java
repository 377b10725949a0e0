package io.backstay.repository.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.backstay.model.Sha256;
import io.backstay.repository.pack.BlobType;
import io.backstay.repository.pack.PackedBlob;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BlobIndexTest {
    private final Random random = new Random(77);

    @Test
    void findsEachBlobWhereItWasAdded() {
        BlobIndex index = new BlobIndex();
        List<BlobPlace> added = new ArrayList<>();
        for (int pack = 0; pack < 700; pack++) {
            Sha256 name = id();
            List<PackedBlob> blobs = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                BlobType type = random.nextInt(10) == 0 ? BlobType.TREE : BlobType.DATA;
                PackedBlob blob = new PackedBlob(type, id(), 4_000_000_000L + i, i, i * 1_000L);
                blobs.add(blob);
                added.add(new BlobPlace(name, blob));
            }
            index.add(name, blobs);
        }
        assertThat(index.size()).isEqualTo(70_000);
        for (BlobPlace place : added) {
            assertThat(index.find(place.blob().type(), place.blob().id())).contains(place);
        }
        assertThat(index.contains(BlobType.DATA, id())).isFalse();
        List<BlobPlace> all = new ArrayList<>();
        index.forEach(all::add);
        assertThat(all).isEqualTo(added);
    }

    @Test
    void keepsTypesApartAndAllPlaces() {
        BlobIndex index = new BlobIndex();
        Sha256 id = id();
        PackedBlob data = new PackedBlob(BlobType.DATA, id, 0, 40, 0);
        PackedBlob tree = new PackedBlob(BlobType.TREE, id, 40, 50, 60);
        Sha256 one = id();
        Sha256 other = id();
        index.add(one, List.of(data));
        index.add(other, List.of(tree, data));
        assertThat(index.findAll(BlobType.DATA, id))
                .containsExactlyInAnyOrder(new BlobPlace(one, data), new BlobPlace(other, data));
        assertThat(index.findAll(BlobType.TREE, id)).containsExactly(new BlobPlace(other, tree));
    }

    private Sha256 id() {
        return new Sha256(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
    }
}

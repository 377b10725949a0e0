package io.backstay.storage.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backstay.model.BackstayException;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.RepositoryId;
import io.backstay.model.Sha256;
import io.backstay.storage.protocol.Catalogue;
import io.backstay.storage.protocol.CatalogueEvent;
import io.backstay.storage.protocol.ObjectRecord;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CatalogueSnapshotTest {
    private static final RepositoryId REPOSITORY = new RepositoryId(new UUID(9, 9));
    private static final NodeId FIRST = new NodeId(new UUID(1, 2));
    private static final NodeId SECOND = new NodeId(new UUID(3, 4));

    @Test
    void aRestoredCatalogueIsTheSameAndGoesOnTheSame() {
        Catalogue catalogue = filled(2_000);
        Catalogue restored = CatalogueSnapshot.decode(REPOSITORY, CatalogueSnapshot.encode(catalogue));
        assertSame(restored, catalogue);
        CatalogueEvent next = new CatalogueEvent.ObjectDeleted(1, key(7), Set.of(FIRST, SECOND), "somebody");
        catalogue.apply(next);
        restored.apply(next);
        assertSame(restored, catalogue);
    }

    @Test
    void anEmptyCatalogueIsRestoredEmpty() {
        Catalogue restored = CatalogueSnapshot.decode(REPOSITORY, CatalogueSnapshot.encode(new Catalogue(REPOSITORY)));
        assertSame(restored, new Catalogue(REPOSITORY));
    }

    @Test
    void refusesEveryFlippedByteAndEveryTruncation() {
        byte[] whole = CatalogueSnapshot.encode(filled(3));
        for (int i = 0; i < whole.length; i++) {
            byte[] flipped = whole.clone();
            flipped[i] ^= 0x20;
            assertThatThrownBy(() -> CatalogueSnapshot.decode(REPOSITORY, flipped))
                    .isInstanceOf(BackstayException.class);
            byte[] cut = Arrays.copyOf(whole, i);
            assertThatThrownBy(() -> CatalogueSnapshot.decode(REPOSITORY, cut)).isInstanceOf(BackstayException.class);
        }
    }

    private static Catalogue filled(int objects) {
        Catalogue catalogue = new Catalogue(REPOSITORY);
        catalogue.apply(new CatalogueEvent.Activated(1, 3, FIRST, 77));
        catalogue.apply(new CatalogueEvent.RebuildBegun(1, 500));
        catalogue.apply(new CatalogueEvent.Rebuilt(1, 0, "<rebuild>"));
        catalogue.apply(new CatalogueEvent.ObjectStored(
                2, ObjectKey.config(), 155, new Sha256(1, 1, 1, 1), Set.of(FIRST, SECOND), "somebody"));
        Random random = new Random(42);
        for (int i = 0; i < objects; i++) {
            Set<NodeId> holders = random.nextBoolean() ? Set.of(FIRST) : Set.of(FIRST, SECOND);
            catalogue.apply(new CatalogueEvent.ObjectStored(i, key(i), i, key(i).name(), holders, "somebody"));
        }
        for (int i = 0; i < objects; i += 3) {
            catalogue.apply(new CatalogueEvent.ObjectDeleted(i, key(i), Set.of(FIRST, SECOND), "somebody"));
        }
        catalogue.apply(
                new CatalogueEvent.ReplicasDropped(5, SECOND, java.util.List.of(ObjectKey.config()), "damaged"));
        return catalogue;
    }

    private static ObjectKey key(int i) {
        return new ObjectKey(ObjectType.DATA, Sha256.hash(new byte[] {(byte) i, (byte) (i >> 8)}));
    }

    private static void assertSame(Catalogue actual, Catalogue expected) {
        assertThat(actual.revision()).isEqualTo(expected.revision());
        assertThat(actual.journalRevision()).isEqualTo(expected.journalRevision());
        assertThat(actual.offset()).isEqualTo(expected.offset());
        assertThat(actual.epoch()).isEqualTo(expected.epoch());
        assertThat(actual.lastActivation()).isEqualTo(expected.lastActivation());
        assertThat(actual.debtors()).isEqualTo(expected.debtors());
        for (NodeId node : expected.debtors()) {
            assertThat(actual.debts(node)).containsExactlyEntriesOf(expected.debts(node));
        }
        for (ObjectType type : ObjectType.values()) {
            assertThat(objects(actual, type)).isEqualTo(objects(expected, type));
            assertThat(actual.bytes(type)).isEqualTo(expected.bytes(type));
        }
    }

    private static Map<ObjectKey, ObjectRecord> objects(Catalogue catalogue, ObjectType type) {
        Map<ObjectKey, ObjectRecord> objects = new HashMap<>();
        catalogue.forEach(type, objects::put);
        return objects;
    }
}

package io.backstay.storage.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backstay.model.BackstayException;
import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.Sha256;
import io.backstay.storage.protocol.CatalogueEvent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CatalogueCodecTest {
    private static final NodeId FIRST = new NodeId(new UUID(1, 2));
    private static final NodeId SECOND = new NodeId(new UUID(3, 4));
    private static final Sha256 HASH = new Sha256(5, 6, 7, 8);
    private static final ObjectKey PACK = new ObjectKey(ObjectType.DATA, HASH);
    private static final long AT = 1_790_000_000_000L;

    private static final Map<String, CatalogueEvent> ONE_OF_EACH = new TreeMap<>(Map.ofEntries(
            Map.entry("found-behind:1", new CatalogueEvent.FoundBehind(AT, "a disk has seen more", "<rebuild>", true)),
            Map.entry("rebuild-begun:1", new CatalogueEvent.RebuildBegun(AT, 5_000)),
            Map.entry(
                    "objects-deleted:1",
                    new CatalogueEvent.ObjectsDeleted(AT, List.of(PACK), Set.of(FIRST, SECOND), "<rebuild>")),
            Map.entry(
                    "objects-restored:1",
                    new CatalogueEvent.ObjectsRestored(
                            AT, Set.of(FIRST), List.of(new CatalogueEvent.RestoredObject(PACK, 7, HASH)), "<rebuild>")),
            Map.entry("activated:1", new CatalogueEvent.Activated(AT, 7, FIRST, 99)),
            Map.entry(
                    "object-stored:1",
                    new CatalogueEvent.ObjectStored(AT, PACK, 16_777_216, HASH, Set.of(FIRST, SECOND), "somebody")),
            Map.entry(
                    "object-deleted:1",
                    new CatalogueEvent.ObjectDeleted(AT, ObjectKey.config(), Set.of(SECOND), "<sweep>")),
            Map.entry("removals-paid:1", new CatalogueEvent.RemovalsPaid(AT, FIRST, 42)),
            Map.entry(
                    "replicas-added:1",
                    new CatalogueEvent.ReplicasAdded(AT, SECOND, List.of(PACK, ObjectKey.config()))),
            Map.entry("replicas-dropped:1", new CatalogueEvent.ReplicasDropped(AT, SECOND, List.of(PACK), "damaged")),
            Map.entry("rebuilt:1", new CatalogueEvent.Rebuilt(AT, 1_000_000, "<rebuild>"))));

    @Test
    void readsBackWhatItWrote() {
        ONE_OF_EACH.forEach((manifest, event) -> assertThat(
                        CatalogueCodec.decode(CatalogueCodec.manifest(event), CatalogueCodec.encode(event)))
                .isEqualTo(event));
    }

    @Test
    void everyVersionThatWasEverWrittenHasAGoldenFileThatIsStillRead() throws IOException {
        Map<String, String> golden = golden();
        assertThat(golden.keySet()).containsAll(ONE_OF_EACH.keySet());
        ONE_OF_EACH.forEach((manifest, event) -> {
            assertThat(CatalogueCodec.manifest(event)).isEqualTo(manifest);
            assertThat(HexFormat.of().formatHex(CatalogueCodec.encode(event)))
                    .as(manifest)
                    .isEqualTo(golden.get(manifest));
        });
        golden.forEach((manifest, hex) -> assertThat(
                        CatalogueCodec.decode(manifest, HexFormat.of().parseHex(hex)))
                .as(manifest)
                .isNotNull());
    }

    @Test
    void goldenFilesCoverEveryKindOfEvent() {
        Set<Class<?>> covered =
                ONE_OF_EACH.values().stream().map(Object::getClass).collect(Collectors.toSet());
        assertThat(covered).containsExactlyInAnyOrder(CatalogueEvent.class.getPermittedSubclasses());
    }

    @Test
    void refusesEveryTruncationAndAnyAddition() {
        ONE_OF_EACH.forEach((manifest, event) -> {
            byte[] whole = CatalogueCodec.encode(event);
            for (int length = 0; length < whole.length; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                assertThatThrownBy(() -> CatalogueCodec.decode(manifest, cut))
                        .as("%s cut to %d bytes", manifest, length)
                        .isInstanceOf(BackstayException.class);
            }
            assertThatThrownBy(() -> CatalogueCodec.decode(manifest, Arrays.copyOf(whole, whole.length + 1)))
                    .isInstanceOf(BackstayException.class);
        });
    }

    @Test
    void refusesAKindOfEventThatItDoesNotKnow() {
        assertThatThrownBy(() -> CatalogueCodec.decode("object-stored:2", new byte[100]))
                .isInstanceOf(BackstayException.class)
                .hasMessageContaining("object-stored:2");
    }

    /** Lines of {@code manifest hex}. */
    private static Map<String, String> golden() throws IOException {
        try (InputStream in = CatalogueCodecTest.class.getResourceAsStream("catalogue-events.golden")) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .map(line -> line.split(" ", 2))
                    .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
        }
    }
}

package io.backstay.storage.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.ObjectType;
import io.backstay.model.RepositoryId;
import io.backstay.model.Sha256;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PlacementTest {
    private static final RepositoryId REPOSITORY = new RepositoryId(new UUID(1, 2));
    private static final int OBJECTS = 20_000;
    private static final long SEED = 20_26;

    private final Random random = new Random(SEED);

    @Test
    void spreadsObjectsEvenly() {
        List<Placement.Candidate> nodes = nodes(7);
        count(nodes, 3).values().forEach(share -> assertThat(share).isCloseTo(OBJECTS * 3 / 7, withPercentage(4)));
    }

    @Test
    void aNodeOfTwiceTheWeightIsTheFirstChoiceTwiceAsOften() {
        List<Placement.Candidate> nodes = new ArrayList<>(nodes(4));
        NodeId heavy = new NodeId(new UUID(9, 9));
        nodes.add(new Placement.Candidate(heavy, "", 2.0));
        assertThat(count(nodes, 1).get(heavy)).isCloseTo(OBJECTS / 3, withPercentage(4));
    }

    @Test
    void losingANodeMovesOnlyItsShare() {
        List<Placement.Candidate> nodes = nodes(6);
        List<Placement.Candidate> left = nodes.subList(1, 6);
        NodeId lost = nodes.getFirst().node();
        for (int i = 0; i < OBJECTS; i++) {
            ObjectKey key = key(i);
            List<NodeId> before = Placement.choose(REPOSITORY, key, nodes, 3);
            List<NodeId> after = Placement.choose(REPOSITORY, key, left, 3);
            Set<NodeId> kept = new HashSet<>(before);
            kept.remove(lost);
            assertThat(after).containsAll(kept);
        }
    }

    @Test
    void addingANodeTakesFromTheOthersEvenly() {
        List<Placement.Candidate> nodes = nodes(5);
        List<Placement.Candidate> more = new ArrayList<>(nodes);
        NodeId added = new NodeId(new UUID(9, 9));
        more.add(new Placement.Candidate(added, "", 1.0));
        Map<NodeId, Integer> taken = new HashMap<>();
        for (int i = 0; i < OBJECTS; i++) {
            Set<NodeId> before = new HashSet<>(Placement.choose(REPOSITORY, key(i), nodes, 3));
            List<NodeId> after = Placement.choose(REPOSITORY, key(i), more, 3);
            assertThat(after).allMatch(node -> node.equals(added) || before.contains(node));
            after.forEach(before::remove);
            before.forEach(node -> taken.merge(node, 1, Integer::sum));
        }
        assertThat(taken).hasSize(5);
        taken.values().forEach(share -> assertThat(share).isCloseTo(OBJECTS * 3 / 6 / 5, withPercentage(8)));
    }

    @Test
    void takesOneNodeAZoneAsLongAsThereAreZones() {
        List<Placement.Candidate> nodes = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            nodes.add(new Placement.Candidate(new NodeId(new UUID(3, i)), "zone " + i % 3, 1.0));
        }
        Map<NodeId, String> zones = new HashMap<>();
        nodes.forEach(node -> zones.put(node.node(), node.zone()));
        for (int i = 0; i < 500; i++) {
            List<NodeId> chosen = Placement.choose(REPOSITORY, key(i), nodes, 5);
            assertThat(chosen).hasSize(5).doesNotHaveDuplicates();
            assertThat(chosen.subList(0, 3)).extracting(zones::get).doesNotHaveDuplicates();
        }
    }

    @Test
    void agreesWithANaiveRivalAndDoesNotCareForOrder() {
        for (int round = 0; round < 300; round++) {
            List<Placement.Candidate> nodes = new ArrayList<>();
            int count = 1 + random.nextInt(8);
            for (int i = 0; i < count; i++) {
                String zone = random.nextBoolean() ? "" : "zone " + random.nextInt(3);
                nodes.add(new Placement.Candidate(
                        new NodeId(new UUID(random.nextLong(), random.nextLong())), zone, 1 + random.nextInt(3)));
            }
            int wanted = random.nextInt(10);
            ObjectKey key = key(random.nextInt());
            List<NodeId> chosen = Placement.choose(REPOSITORY, key, nodes, wanted);
            List<Placement.Candidate> shuffled = new ArrayList<>(nodes);
            Collections.shuffle(shuffled, random);
            assertThat(Placement.choose(REPOSITORY, key, shuffled, wanted)).isEqualTo(chosen);
            assertThat(chosen).as("seed %d, round %d", SEED, round).isEqualTo(rival(key, nodes, wanted));
        }
    }

    /** Asks for the best of those that are left, one after another; of the zones not yet used first. */
    private static List<NodeId> rival(ObjectKey key, List<Placement.Candidate> nodes, int wanted) {
        List<NodeId> chosen = new ArrayList<>();
        Set<String> used = new HashSet<>();
        List<Placement.Candidate> left = new ArrayList<>(nodes);
        for (boolean anyZone : new boolean[] {false, true}) {
            while (chosen.size() < wanted) {
                List<Placement.Candidate> allowed = left.stream()
                        .filter(node -> anyZone || node.zone().isEmpty() || !used.contains(node.zone()))
                        .toList();
                if (allowed.isEmpty()) {
                    break;
                }
                NodeId best = Placement.choose(REPOSITORY, key, allowed, 1).getFirst();
                chosen.add(best);
                left.stream().filter(node -> node.node().equals(best)).forEach(node -> used.add(node.zone()));
                left.removeIf(node -> node.node().equals(best));
            }
        }
        return chosen;
    }

    private static List<Placement.Candidate> nodes(int count) {
        List<Placement.Candidate> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add(new Placement.Candidate(new NodeId(new UUID(5, i)), "", 1.0));
        }
        return nodes;
    }

    private static Map<NodeId, Integer> count(List<Placement.Candidate> nodes, int replicas) {
        Map<NodeId, Integer> shares = new HashMap<>();
        for (int i = 0; i < OBJECTS; i++) {
            Placement.choose(REPOSITORY, key(i), nodes, replicas).forEach(node -> shares.merge(node, 1, Integer::sum));
        }
        return shares;
    }

    private static ObjectKey key(int number) {
        return new ObjectKey(ObjectType.DATA, Sha256.hash(new byte[] {
            (byte) number, (byte) (number >> 8), (byte) (number >> 16), (byte) (number >> 24)
        }));
    }
}

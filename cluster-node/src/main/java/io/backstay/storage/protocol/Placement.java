package io.backstay.storage.protocol;

import io.backstay.model.NodeId;
import io.backstay.model.ObjectKey;
import io.backstay.model.RepositoryId;
import io.backstay.model.Sha256;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where the parts of an object belong: weighted rendezvous hashing (Schindelhauer and Schomaker, "Weighted Distributed Hash
 * Tables", 2005). Each node draws a score from the key's hash and its own id; the highest scores win. Losing a node moves
 * only that node's share, adding one takes a share from each of the others evenly.
 */
public final class Placement {
    private Placement() {}

    /**
     * A node that can be chosen.
     *
     * @param zone failure zone, empty where none is named
     * @param weight share in relation to the others, above 0
     */
    public record Candidate(NodeId node, String zone, double weight) {
        /** Checks the weight. */
        public Candidate {
            if (!(weight > 0) || Double.isInfinite(weight)) {
                throw new IllegalArgumentException("a node's weight must be above 0 and finite");
            }
        }
    }

    /**
     * The nodes for an object, best first: one a failure zone as long as there are zones, then the best of the rest. A node
     * without a zone is a zone of its own.
     *
     * @return {@code count} nodes, or all where there are fewer
     */
    public static List<NodeId> choose(
            RepositoryId repository, ObjectKey key, Collection<Candidate> candidates, int count) {
        List<Candidate> ranked = rank(repository, key, candidates);
        List<NodeId> chosen = new ArrayList<>(Math.min(count, ranked.size()));
        List<NodeId> spare = new ArrayList<>();
        Set<String> zones = new HashSet<>();
        for (Candidate candidate : ranked) {
            if (chosen.size() == count) {
                return chosen;
            }
            if (candidate.zone().isEmpty() || zones.add(candidate.zone())) {
                chosen.add(candidate.node());
            } else {
                spare.add(candidate.node());
            }
        }
        for (NodeId node : spare) {
            if (chosen.size() == count) {
                break;
            }
            chosen.add(node);
        }
        return chosen;
    }

    private static List<Candidate> rank(RepositoryId repository, ObjectKey key, Collection<Candidate> candidates) {
        record Scored(Candidate candidate, double score) {}
        long seed = seed(repository, key);
        return candidates.stream()
                .map(candidate -> new Scored(candidate, score(seed, candidate)))
                .sorted(Comparator.comparingDouble(Scored::score)
                        .reversed()
                        .thenComparing(scored -> scored.candidate().node()))
                .map(Scored::candidate)
                .toList();
    }

    private static double score(long seed, Candidate candidate) {
        long drawn = mix(seed
                ^ mix(candidate.node().value().getMostSignificantBits())
                ^ Long.rotateLeft(mix(candidate.node().value().getLeastSignificantBits()), 32));
        double uniform = ((drawn >>> 11) + 0.5) * 0x1.0p-53;
        return -candidate.weight() / Math.log(uniform);
    }

    private static long seed(RepositoryId repository, ObjectKey key) {
        Sha256 name = key.name();
        return mix(name.a() ^ mix(name.b() + key.type().number()))
                ^ mix(repository.value().getMostSignificantBits())
                ^ Long.rotateLeft(mix(repository.value().getLeastSignificantBits()), 17);
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood, 2014): a bijection in which each bit depends on each. */
    private static long mix(long bits) {
        long z = bits + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}

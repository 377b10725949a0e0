package io.backstay.manager.state;

import io.backstay.model.Sha256;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where in its history a state stands.
 *
 * @param generation 0 before the cluster began, then 1; grows when a state is adopted from a mirror
 * @param revision number of the last event
 * @param chain SHA-256 over the chain before and the last event's digest
 * @param recent the chains of the last {@value #REMEMBERED} revisions, the newest last: by them a state shows that it
 *     extends an older one
 */
public record StateHead(long generation, long revision, Sha256 chain, List<Sha256> recent) {
    /** How many chains are remembered. */
    public static final int REMEMBERED = 512;

    /** Before the first event. */
    static final StateHead BEGINNING = new StateHead(0, 0, new Sha256(0, 0, 0, 0), List.of());

    /** Copies the list. */
    public StateHead {
        recent = List.copyOf(recent);
    }

    /** The chain as of an earlier revision, or this one; none where it is not remembered. */
    public Optional<Sha256> chainAt(long earlier) {
        long back = revision - earlier;
        return back < 0 || back >= recent.size()
                ? Optional.empty()
                : Optional.of(recent.get(recent.size() - 1 - (int) back));
    }

    /** Whether the entry is part of this history, as far as the remembered chains can tell. */
    public boolean contains(JournalEntry entry) {
        Optional<Sha256> before = chainAt(entry.revision() - 1);
        Optional<Sha256> after = chainAt(entry.revision());
        return before.isPresent() && after.equals(before.map(earlier -> link(earlier, entry.digest())));
    }

    private static Sha256 link(Sha256 before, Sha256 digest) {
        MessageDigest sha256 = Sha256.digest();
        sha256.update(before.bytes());
        return Sha256.of(sha256.digest(digest.bytes()), 0);
    }

    StateHead next(Sha256 digest) {
        Sha256 next = link(chain, digest);
        List<Sha256> chains = new ArrayList<>(recent);
        chains.add(next);
        return new StateHead(
                generation, revision + 1, next, chains.subList(Math.max(0, chains.size() - REMEMBERED), chains.size()));
    }

    StateHead withGeneration(long newGeneration) {
        return new StateHead(newGeneration, revision, chain, recent);
    }
}

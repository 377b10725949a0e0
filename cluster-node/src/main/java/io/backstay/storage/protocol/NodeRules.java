package io.backstay.storage.protocol;

import io.backstay.model.Sha256;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a storage node may do to a key's file, decided from what it remembers of the repository ({@link Standing}), what
 * lies on its disk under the key ({@link KeyState}) and the {@link Fence} of the request. Pure; the node and the simulator
 * run the same code.
 *
 * <p>A ticket's revision is the number of the catalogue's last change when it was opened, a removal's the number of its own
 * event. So a ticket that carries the revision of a removal was opened after it, and its file supersedes the marker; a
 * removal that carries the revision of a file came before it, and the file stays.
 *
 * <p>The caller decides and acts under one lock a key, and makes a changed standing durable before it acts.
 */
public final class NodeRules {
    private NodeRules() {}

    /**
     * The entity says that a new epoch begins. Telling the known epoch again is harmless.
     *
     * @param mostQuorum W in the new epoch: what the disk was told before counts no further than that
     */
    public static Announced announce(Standing standing, long epoch, int mostQuorum) {
        return epoch < standing.epoch()
                ? new Announced.Refused(standing.epoch())
                : new Announced.Accepted(
                        new Standing(epoch, standing.stamp(), standing.told().in(epoch, mostQuorum)));
    }

    /**
     * Whether a request may change anything. A later epoch than the known one is taken over: it was persisted in the
     * journal before its entity spoke, so that every earlier one has ended.
     */
    public static Admission admit(Standing standing, Fence fence) {
        return fence.epoch() < standing.epoch()
                ? new Admission.Stale(standing.epoch())
                : new Admission.Admitted(
                        new Standing(fence.epoch(), Math.max(standing.stamp(), fence.revision()), standing.told()));
    }

    /**
     * The entity tells the revision that it has persisted, which the stamp does not fall behind, and what it tells beside. That
     * counts only on a disk to which the epoch was announced: another may have taken its place since, of which the entity does
     * not know.
     */
    public static Admission advance(Standing standing, Fence fence, Told told) {
        boolean announced = standing.told().epoch() == fence.epoch();
        return admit(announced ? standing.orLater(new Standing(0, 0, told)) : standing, fence);
    }

    /**
     * Whether a staged file may be renamed to its key; asked when the upload begins, and again right before the rename.
     *
     * @param sha256 of the staged content
     */
    public static PublishDecision publish(Standing standing, Fence fence, KeyState state, Sha256 sha256) {
        if (fence.epoch() < standing.epoch()) {
            return new PublishDecision.RefusedStaleEpoch(standing.epoch());
        }
        if (state.removed().orElse(0) > fence.revision()) {
            return new PublishDecision.RefusedRemoved(state.removed().getAsLong());
        }
        if (state.present().isEmpty()) {
            return new PublishDecision.Place();
        }
        long present = state.effectiveRevision();
        boolean same = state.present().get().sha256().equals(sha256);
        if (present < fence.revision()) {
            return new PublishDecision.Place();
        }
        // Two files of one revision and other content: neither is known to be later, so the first one stays.
        return same ? new PublishDecision.AlreadyThere(present) : new PublishDecision.RefusedNewerPresent(present);
    }

    /** What a removal does to a key. */
    public static RemoveDecision remove(Standing standing, Fence fence, KeyState state) {
        if (fence.epoch() < standing.epoch()) {
            return new RemoveDecision.RefusedStaleEpoch(standing.epoch());
        }
        if (state.present().isPresent()) {
            long present = state.effectiveRevision();
            return present < fence.revision() ? new RemoveDecision.Trash() : new RemoveDecision.KeepNewer(present);
        }
        return state.removed().isPresent() && state.removed().getAsLong() >= fence.revision()
                ? new RemoveDecision.AlreadyRemoved(state.removed().getAsLong())
                : new RemoveDecision.Mark();
    }

    /** What becomes of a copy that counts no more while its object lives on. */
    public static DiscardDecision discard(Standing standing, Fence fence, KeyState state) {
        if (fence.epoch() < standing.epoch()) {
            return new DiscardDecision.RefusedStaleEpoch(standing.epoch());
        }
        if (state.present().isEmpty()) {
            return new DiscardDecision.Nothing();
        }
        long present = state.effectiveRevision();
        return present < fence.revision() ? new DiscardDecision.Drop() : new DiscardDecision.KeepNewer(present);
    }

    /**
     * What a node remembers of a repository, on disk.
     *
     * @param epoch the highest that it was told, 0 before the first
     * @param stamp the highest revision that it has seen
     * @param told what an entity has told it last of all disks together
     */
    public record Standing(long epoch, long stamp, Told told) {
        /** Before anything was heard of the repository. */
        public static final Standing NONE = new Standing(0, 0, Told.NOTHING);

        /** What is later of both. */
        public Standing orLater(Standing other) {
            return new Standing(Math.max(epoch, other.epoch), Math.max(stamp, other.stamp), told.orLater(other.told));
        }

        /** Whether nothing of the other is later. */
        public boolean covers(Standing other) {
            return epoch >= other.epoch
                    && stamp >= other.stamp
                    && told.orLater(other.told).equals(told);
        }
    }

    /**
     * On how many disks all that was promised is, as an entity has said. What it says later counts, whether it is more or less.
     *
     * @param epoch in which it was said, or from which on it holds
     * @param number within the epoch; 0 where it comes from an earlier one
     * @param quorum on how many disks, at least, everything acknowledged is, and the marker of every deletion that a node may
     *     not have heard of; 0 where nobody has told, as on a disk that is new or has taken another's place
     */
    public record Told(long epoch, long number, int quorum) {
        /** Before anything was said. */
        public static final Told NOTHING = new Told(0, 0, 0);

        private static final Comparator<Told> LATER = Comparator.comparingLong(Told::epoch)
                .thenComparingLong(Told::number)
                .thenComparing(Told::quorum, Comparator.reverseOrder());

        /** What was said later; the lesser of two that were said at once. */
        public Told orLater(Told other) {
            return LATER.compare(this, other) >= 0 ? this : other;
        }

        /** What is left of it where a new epoch begins with another W. */
        Told in(long newEpoch, int mostQuorum) {
            return epoch < newEpoch ? new Told(newEpoch, 0, Math.min(quorum, mostQuorum)) : this;
        }

        /** Whether the disk may be relied on to have what it ought to. */
        public boolean trusted() {
            return quorum > 0;
        }

        /**
         * Whether what some disks have, taken together, is all that was promised: whichever of the others is silent, one of
         * these has each acknowledged object, and the marker of each answered deletion. A disk that was never told anything
         * counts as silent, since it may have taken the place of one that held copies; unless all have answered, and nothing
         * better can be had. W is the lesser of today's and of the one that was told, since it grows with nodes and policy before
         * the copies do.
         *
         * @param storageNodes the number of all storage nodes
         * @param answers of the disks that have answered
         * @param quorum today's W
         */
        public static boolean complete(int storageNodes, Collection<Told> answers, int quorum) {
            if (answers.size() >= storageNodes) {
                return true;
            }
            List<Told> trusted = answers.stream().filter(Told::trusted).toList();
            int latest =
                    trusted.stream().reduce(Told::orLater).map(Told::quorum).orElse(0);
            return storageNodes - trusted.size() < Math.min(latest, quorum);
        }
    }

    /**
     * On whose word a change is made.
     *
     * @param epoch of the entity's activation
     * @param revision of the ticket, or of the removal's event
     */
    public record Fence(long epoch, long revision) {}

    /**
     * The file under a key.
     *
     * @param revision of the ticket under which it was written; 0 where its sidecar was lost
     */
    public record Present(long revision, Sha256 sha256) {}

    /**
     * What lies on the disk under a key.
     *
     * @param present the whole file
     * @param removed the highest revision of the markers in the trash; stays when a file supersedes them
     */
    public record KeyState(Optional<Present> present, OptionalLong removed) {
        /** Neither file nor marker. */
        public static final KeyState NOTHING = new KeyState(Optional.empty(), OptionalLong.empty());

        /** The state after a file was placed. */
        public KeyState placed(long revision, Sha256 sha256) {
            return new KeyState(Optional.of(new Present(revision, sha256)), removed);
        }

        /** The state after a copy was discarded: no file, no new marker. */
        public KeyState discarded() {
            return new KeyState(Optional.empty(), removed);
        }

        /** The state after a removal: no file, a marker. */
        public KeyState trashed(long revision) {
            return new KeyState(Optional.empty(), OptionalLong.of(Math.max(revision, removed.orElse(0))));
        }

        /**
         * The revision that protects the file. A file beside a marker was placed after it, so it is as late as the marker
         * even where its own revision was lost.
         */
        public long effectiveRevision() {
            return Math.max(present.map(Present::revision).orElse(0L), removed.orElse(0));
        }
    }

    /** The answer to a new epoch. */
    public sealed interface Announced {
        /** The standing to make durable before the answer. */
        record Accepted(Standing standing) implements Announced {}

        /** A later epoch is known. */
        record Refused(long knownEpoch) implements Announced {}
    }

    /** Whether a request may go on. */
    public sealed interface Admission {
        /** The standing to make durable before the change; the stamp may follow later. */
        record Admitted(Standing standing) implements Admission {}

        /** A later epoch is known. */
        record Stale(long knownEpoch) implements Admission {}
    }

    /** What becomes of a staged file. */
    public sealed interface PublishDecision {
        /** Rename it into place, over an earlier file where there is one. */
        record Place() implements PublishDecision {}

        /** The same content is there under this revision or a later one: it stays and counts, if it is whole. */
        record AlreadyThere(long revision) implements PublishDecision {}

        /** A later epoch is known. */
        record RefusedStaleEpoch(long knownEpoch) implements PublishDecision {}

        /** A removal came after the ticket. */
        record RefusedRemoved(long removedRevision) implements PublishDecision {}

        /** Other content of this or a later ticket is there. */
        record RefusedNewerPresent(long presentRevision) implements PublishDecision {}
    }

    /** What becomes of a copy that counts no more. */
    public sealed interface DiscardDecision {
        /** Take it away, leaving no marker. */
        record Drop() implements DiscardDecision {}

        /** There is no copy. */
        record Nothing() implements DiscardDecision {}

        /** The file was written under a ticket that came after the copy ceased to count: it stays. */
        record KeepNewer(long presentRevision) implements DiscardDecision {}

        /** A later epoch is known. */
        record RefusedStaleEpoch(long knownEpoch) implements DiscardDecision {}
    }

    /** What a removal does. */
    public sealed interface RemoveDecision {
        /** Move the file to the trash; its entry there is the marker. */
        record Trash() implements RemoveDecision {}

        /** There is no file: leave a marker alone, which refuses late renames. */
        record Mark() implements RemoveDecision {}

        /** There is no file, and a marker of this revision or a later one. */
        record AlreadyRemoved(long removedRevision) implements RemoveDecision {}

        /** The file was written under a ticket that came after this removal: it stays. */
        record KeepNewer(long presentRevision) implements RemoveDecision {}

        /** A later epoch is known. */
        record RefusedStaleEpoch(long knownEpoch) implements RemoveDecision {}
    }
}

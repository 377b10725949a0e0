package io.backstay.storage.node;

import io.backstay.model.BackstayException;
import io.backstay.model.ErrorCode;
import io.backstay.model.ObjectKey;
import io.backstay.objects.Marker;
import io.backstay.objects.ObjectStore;
import io.backstay.objects.Removal;
import io.backstay.objects.StagedObject;
import io.backstay.objects.StoredObject;
import io.backstay.storage.protocol.NodeRules;
import io.backstay.storage.protocol.NodeRules.Admission;
import io.backstay.storage.protocol.NodeRules.Announced;
import io.backstay.storage.protocol.NodeRules.DiscardDecision;
import io.backstay.storage.protocol.NodeRules.Fence;
import io.backstay.storage.protocol.NodeRules.KeyState;
import io.backstay.storage.protocol.NodeRules.Present;
import io.backstay.storage.protocol.NodeRules.PublishDecision;
import io.backstay.storage.protocol.NodeRules.RemoveDecision;
import io.backstay.storage.protocol.NodeRules.Standing;
import io.backstay.storage.protocol.NodeRules.Told;
import io.backstay.storage.transfer.StoragePeer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * One repository on this node's disk under the rules. Deciding and acting on a key happen under the key's lock; an epoch is
 * taken over when no such step of an earlier epoch is under way. Methods block; call them at the disk.
 */
final class RepositoryDisk {
    private static final int STRIPES = 64;

    private final ObjectStore store;
    private final StandingKeeper standing;
    private final ReentrantReadWriteLock epochs = new ReentrantReadWriteLock();
    private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

    RepositoryDisk(ObjectStore store, StandingKeeper standing) {
        this.store = store;
        this.standing = standing;
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new ReentrantLock();
        }
    }

    ObjectStore store() {
        return store;
    }

    StandingKeeper standing() {
        return standing;
    }

    /** Takes over a new epoch, unless a later one is known; completes with what then holds, when it is on disk. */
    CompletableFuture<Standing> announce(long epoch, int mostQuorum) {
        epochs.writeLock().lock();
        try {
            return switch (NodeRules.announce(standing.current(), epoch, mostQuorum)) {
                case Announced.Refused refused -> standing.flush();
                case Announced.Accepted accepted -> standing.raiseDurably(accepted.standing());
            };
        } finally {
            epochs.writeLock().unlock();
        }
    }

    /** Lets a change in; completes when its epoch and revision are on disk. */
    CompletableFuture<Standing> admit(Fence fence) {
        return switch (NodeRules.admit(standing.current(), fence)) {
            case Admission.Stale refused -> throw stale(fence.epoch(), refused.knownEpoch());
            case Admission.Admitted admitted -> standing.raiseDurably(admitted.standing());
        };
    }

    /** Takes note of a revision, which is on disk some time later, and of what is told beside it, on which completion waits. */
    CompletableFuture<Standing> advance(Fence fence, Told told) {
        return switch (NodeRules.advance(standing.current(), fence, told)) {
            case Admission.Stale refused -> throw stale(fence.epoch(), refused.knownEpoch());
            case Admission.Admitted admitted -> {
                Standing raised = standing.raise(admitted.standing());
                yield told.equals(Told.NOTHING)
                        ? CompletableFuture.completedFuture(raised)
                        : standing.raiseDurably(new Standing(0, 0, raised.told()));
            }
        };
    }

    /** Whether an upload under this fence could be placed as things stand; refuses it before its body came. */
    void checkPlaceable(Fence fence, ObjectKey key) throws IOException {
        if (key.contentHash().isPresent()) {
            refuseUnplaceable(
                    NodeRules.publish(
                            standing.current(),
                            fence,
                            state(key),
                            key.contentHash().get()),
                    fence,
                    key);
        }
    }

    /** Renames a staged object into place, if it still may be there. */
    StoredObject publish(Fence fence, StagedObject staged) throws IOException {
        ObjectKey key = staged.key();
        return exclusively(key, () -> {
            PublishDecision decision = NodeRules.publish(standing.current(), fence, state(key), staged.sha256());
            refuseUnplaceable(decision, fence, key);
            // The same content takes the place of what is there, which may be damaged or not durable yet.
            return store.publish(
                    staged,
                    decision instanceof PublishDecision.AlreadyThere there ? there.revision() : fence.revision());
        });
    }

    private static void refuseUnplaceable(PublishDecision decision, Fence fence, ObjectKey key) {
        switch (decision) {
            case PublishDecision.RefusedStaleEpoch refused -> throw stale(fence.epoch(), refused.knownEpoch());
            case PublishDecision.RefusedRemoved refused ->
                throw new BackstayException(
                        ErrorCode.UNAVAILABLE,
                        "%s was removed at revision %d, after this ticket's %d"
                                .formatted(key, refused.removedRevision(), fence.revision()));
            case PublishDecision.RefusedNewerPresent refused ->
                throw new BackstayException(
                        ErrorCode.UNAVAILABLE,
                        "%s has other content of revision %d, this ticket's is %d"
                                .formatted(key, refused.presentRevision(), fence.revision()));
            case PublishDecision.Place place -> {}
            case PublishDecision.AlreadyThere there -> {}
        }
    }

    /** Moves objects to the trash; durable when this returns. */
    void remove(long epoch, List<StoragePeer.Removal> removals) throws IOException {
        each(epoch, removals, (fence, key, removal) -> {
            switch (NodeRules.remove(standing.current(), fence, state(key))) {
                case RemoveDecision.Trash trash -> removal.trash(key);
                // There may be a file that is none: it goes along.
                case RemoveDecision.Mark mark -> removal.trash(key);
                case RemoveDecision.AlreadyRemoved already -> removal.confirm(key);
                case RemoveDecision.KeepNewer keep -> {}
                case RemoveDecision.RefusedStaleEpoch refused -> throw stale(epoch, refused.knownEpoch());
            }
        });
    }

    /** Takes copies away that count no more; durable when this returns. */
    void discard(long epoch, List<StoragePeer.Removal> removals) throws IOException {
        each(epoch, removals, (fence, key, removal) -> {
            switch (NodeRules.discard(standing.current(), fence, state(key))) {
                case DiscardDecision.Drop drop -> removal.drop(key);
                case DiscardDecision.Nothing nothing -> {}
                case DiscardDecision.KeepNewer keep -> {}
                case DiscardDecision.RefusedStaleEpoch refused -> throw stale(epoch, refused.knownEpoch());
            }
        });
    }

    /** Each under its own event's revision, those of one revision together; all durable when this returns. */
    private void each(long epoch, List<StoragePeer.Removal> removals, RemoveStep step) throws IOException {
        Map<Long, Removal> byRevision = new LinkedHashMap<>();
        for (StoragePeer.Removal one : removals) {
            Removal removal = byRevision.get(one.revision());
            if (removal == null) {
                removal = store.removal(one.revision());
                byRevision.put(one.revision(), removal);
            }
            Removal under = removal;
            exclusively(one.key(), () -> {
                step.on(new Fence(epoch, one.revision()), one.key(), under);
                return one;
            });
        }
        for (Removal removal : byRevision.values()) {
            removal.commit();
        }
    }

    private interface RemoveStep {
        void on(Fence fence, ObjectKey key, Removal removal) throws IOException;
    }

    private KeyState state(ObjectKey key) throws IOException {
        Optional<Present> present = store.peek(key).map(object -> new Present(object.revision(), object.sha256()));
        Optional<Marker> marker = store.marker(key);
        return new KeyState(
                present, marker.isPresent() ? OptionalLong.of(marker.get().revision()) : OptionalLong.empty());
    }

    private <T> T exclusively(ObjectKey key, DiskGate.DiskWork<T> step) throws IOException {
        Lock epoch = epochs.readLock();
        int hash = key.hashCode();
        Lock stripe = stripes[(hash ^ (hash >>> 16)) & (STRIPES - 1)];
        epoch.lock();
        stripe.lock();
        try {
            return step.run();
        } finally {
            stripe.unlock();
            epoch.unlock();
        }
    }

    private static BackstayException stale(long epoch, long known) {
        return new BackstayException(
                ErrorCode.STALE_EPOCH, "epoch %d has ended, %d is known here".formatted(epoch, known));
    }
}
